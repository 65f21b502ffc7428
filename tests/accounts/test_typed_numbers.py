"""Numbers as people type them: by the habits of their language and country, and never a thousandfold off."""

from decimal import Decimal

import pytest
from django import forms
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.forms.numbers import NumberField, WholeField, amounts_in, percents_in
from accounts.numbers import (
    NumberRefused,
    TwoNumbers,
    country_of,
    country_said,
    decimal_sign,
    is_currency,
    read_typed,
    reader_locale,
    reader_sign,
    refusal,
    write_typed,
)

LOCALES = ("es", "es-AR", "es-ES", "es-MX", "es-CR", "en", "en-GB", "pt", "pt-BR", "pt-PT")
#: The same number in every habit that one meets.
BEYOND_DOUBT = [
    ("150.000.000", "150000000"), ("150,000,000", "150000000"), ("1.234,50", "1234.50"),
    ("1,234.50", "1234.50"), ("1 234,5", "1234.5"), ("1 234.5", "1234.5"), ("1\u00a0234", "1234"),
    ("1\u202f234,5", "1234.5"), ("1'234.5", "1234.5"), ("1234.5", "1234.5"), ("1234,5", "1234.5"),
    ("1234.567", "1234.567"), ("0.125", "0.125"), ("0,125", "0.125"), (".5", "0.5"), ("5.", "5"),
    ("1.2345", "1.2345"), ("-1.234,5", "-1234.5"), ("−3", "-3"), ("+7", "7"), ("007", "7"),
    ("1 234 567.891", "1234567.891"), ("1.234.567,891", "1234567.891"),
]  # fmt: skip


@pytest.mark.parametrize("decimal", [".", ",", ""])
@pytest.mark.parametrize(("text", "number"), BEYOND_DOUBT)
def test_what_is_beyond_doubt_is_read_in_every_language(
    text: str, number: str, decimal: str
) -> None:
    assert read_typed(text, decimal).value == Decimal(number)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [("1.500", ",", "1500"), ("1,500", ".", "1500"), ("-12.345", ",", "-12345"), ("999,000", ".", "999000")],
)  # fmt: skip
def test_the_sign_that_groups_here_groups(text: str, decimal: str, number: str) -> None:
    assert read_typed(text, decimal).value == Decimal(number)


@pytest.mark.parametrize(("text", "decimal"), [("1.500", "."), ("1,500", ","), ("-12,345", ",")])
def test_the_other_way_it_is_not_guessed(text: str, decimal: str) -> None:
    with pytest.raises(TwoNumbers) as told:
        read_typed(text, decimal)
    # Each reading that is offered is one.
    digits = text.replace(",", "").replace(".", "").lstrip("-")
    assert read_typed(told.value.large, decimal).value == Decimal(digits)
    assert read_typed(f"{told.value.small}0", decimal).value == Decimal(digits) / 1000


def test_where_three_decimals_are_usual_they_are_not_doubted() -> None:
    assert read_typed("1.085", ".", is_fine=True).value == Decimal("1.085")
    assert read_typed("1,085", ",", is_fine=True).value == Decimal("1.085")


@pytest.mark.parametrize(("text", "decimal"), [("1.085", ","), ("1,085", "."), ("4.120", "")])
def test_a_rate_is_not_taken_for_a_thousand_of_them(text: str, decimal: str) -> None:
    """Copied from a page in English into one in Spanish, or the other way round."""
    with pytest.raises(TwoNumbers) as told:
        read_typed(text, decimal, is_fine=True)
    digits = Decimal(text.replace(",", "").replace(".", ""))
    assert read_typed(told.value.large, decimal, is_fine=True).value == digits
    assert read_typed(f"{told.value.small}0", decimal, is_fine=True).value == digits / 1000


@pytest.mark.parametrize("text", ["1.500", "1,500"])
def test_where_nobody_knows_the_language_both_are_doubted(text: str) -> None:
    with pytest.raises(TwoNumbers):
        read_typed(text, "")


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "1e5", "NaN", "Infinity", "1.2.3", "1,23,456", "1,2,3.4", "--1", "0x1", "١٢", "½", "1_000",
     "€ 5 USD", "$ 5 EUR", "US$ 5 MXN", "USD 5 MXN", "€ 5 £",
     "1 23", "12 345 6", "1.234,5,6", "=1+1", "5 % %", "$ 5 %", "1" * 61],
)  # fmt: skip
@pytest.mark.parametrize("decimal", [".", ",", ""])
def test_what_is_no_number_is_refused(text: str, decimal: str) -> None:
    with pytest.raises(NumberRefused):
        read_typed(text, decimal)


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [("$ 1.200", "1200", "$"), ("1.200 €", "1200", "EUR"), ("R$ 1.200,50", "1200.50", "BRL"), ("-$5", "-5", "$"),
     ("US$ 3", "3", "USD"), ("usd 12,5", "12.5", "USD"), ("1200 ARS", "1200", "ARS"), ("MX$ 3", "3", "MX$"),
     ("$ 1.200 USD", "1200", "USD"), ("MXN 12,5 $", "12.5", "MXN"),
     ("US$ 3 USD", "3", "USD"), ("R$ 5 BRL", "5", "BRL"), ("¥ 5", "5", "¥")],
)  # fmt: skip
def test_a_currency_beside_it_is_told(text: str, value: str, currency: str) -> None:
    typed = read_typed(text, ",")
    assert (typed.value, typed.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("locale", LOCALES)
@settings(max_examples=60)
@given(
    value=st.decimals(-(10**15), 10**15, allow_nan=False, places=6) | st.integers(-(10**12), 10**12)
)
def test_what_is_written_reads_back_the_same(locale: str, value: Decimal | int) -> None:
    for sign in (decimal_sign(locale), ""):
        for is_fine in (False, True):
            text = write_typed(value, locale, sign, is_fine)
            assert read_typed(text, sign, is_fine).value == value


def written(value: Decimal, locale: str) -> str:
    return write_typed(value, locale, decimal_sign(locale))


def test_written_by_hand() -> None:
    number = Decimal("1234567.500000")
    by = {locale: written(number, locale) for locale in LOCALES}
    assert by["es"] == by["es-AR"] == by["pt"] == by["pt-BR"] == "1.234.567,5"
    assert by["en"] == by["es-MX"] == "1,234,567.5"
    assert by["pt-PT"] == by["es-CR"] == "1\u00a0234\u00a0567,5"
    # Three decimals look like a group: a zero more and they do not.
    assert written(Decimal("12.345"), "en") == "12.3450"
    assert written(Decimal("12.345"), "es") == "12,3450"
    assert written(Decimal("1E+3"), "en") == "1,000"
    # Where nobody knows the sign, nothing is grouped that could be taken for decimals.
    assert write_typed(1500, "en-ES", "") == "1500"
    assert write_typed(1500000, "en-ES", "") == "1.500.000"


def test_the_country_of_the_clients_decides_between_habits() -> None:
    with override("es"):
        assert reader_locale() == "es"
        with country_said(lambda: "MX"):
            assert (reader_locale(), reader_sign()) == ("es-MX", ".")
        with country_said(lambda: "AR"):
            assert (reader_locale(), reader_sign()) == ("es-AR", ",")
        assert (reader_locale(), reader_sign()) == ("es", ",")
    with override("en"), country_said(lambda: "ES"):  # Madrid's 12,50, and English's 12.50
        assert (decimal_sign(reader_locale()), reader_sign()) == (",", "")
    with override("en"), country_said(lambda: "US"):
        assert reader_sign() == "."


@pytest.mark.parametrize(
    ("zones", "country"),
    [(["Europe/Madrid", "Atlantic/Canary"], "ES"), (["America/Tijuana", "America/Ensenada"], "MX"),
     (["Mexico/General"], "MX"), (["America/Buenos_Aires"], "AR"), (["Europe/Madrid", "Mexico/General"], None),
     (["UTC"], None), (["EST"], None), ([], None)],
)  # fmt: skip
def test_a_place_keeps_its_country_under_its_former_names(
    zones: list[str], country: str | None
) -> None:
    assert country_of(zones) == country


class PriceForm(forms.Form):
    price = NumberField(max_digits=20, decimal_places=6, min_value=0)
    share = NumberField(required=False)
    cents = NumberField(required=False, max_digits=18, decimal_places=2)
    many = WholeField(required=False, max_value=10**9)


def said(language: str, **typed: str) -> PriceForm:
    with override(language):
        form = PriceForm({"price": "1", **typed})
        amounts_in(form, "ARS")
        percents_in(form, "share")
        form.full_clean()
        return form


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_form_reads_what_is_typed(language: str) -> None:
    form = said(language, price="$ 12.345.678.901.234,123456", share="12,5 %", many="150.000")
    assert form.cleaned_data == {
        "price": Decimal("12345678901234.123456"), "share": Decimal("12.5"), "cents": None,
        "many": 150000,
    }  # fmt: skip
    assert said("en", price="1,500.25", many="150,000").cleaned_data["price"] == Decimal("1500.25")


def test_what_a_refusal_offers_is_taken_where_fewer_decimals_fit() -> None:
    assert "write 1500 or 1.5000" in said("en", cents="1.500").errors["cents"][0]
    assert said("en", cents="1.5000").cleaned_data["cents"] == Decimal("1.5")
    assert said("en", cents="100").cleaned_data["cents"] == 100
    assert "2 decimal places" in said("en", cents="1.5050").errors["cents"][0]


def test_a_sign_or_code_beside_an_amount_is_of_its_currency() -> None:
    for text, currency in (("$ 5", "MXN"), ("$ 5 MXN", "MXN"), ("¥ 5", "JPY"), ("R$ 5", "BRL")):
        assert is_currency(read_typed(text, ".").currency, currency), text
    for text, currency in (
        ("$ 5 USD", "MXN"),
        ("¥ 5", "USD"),
        ("$ 5", "EUR"),
        ("$ 5", "JPY"),
        ("US$ 5", "MXN"),
    ):
        assert not is_currency(read_typed(text, ".").currency, currency), text


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("price", "1.500", "could be two numbers: write 1500 or 1.5000"), ("price", "doce", "is not a number"),
     ("price", "€ 5", "in another currency"), ("price", "5 %", "is not a number"), ("many", "$ 5", "is an amount"),
     ("many", "1.5", "whole number")],
)  # fmt: skip
def test_a_form_says_what_is_wrong_and_shows_it_again(name: str, text: str, words: str) -> None:
    form = said("en", **{name: text})
    assert words in form.errors[name][0]
    shown = str(form[name])
    assert f'value="{text}"' in shown and 'type="text"' in shown and "inputmode" in shown


def test_the_refusal_shows_both_readings_and_an_example() -> None:
    with override("en"):
        assert refusal("1.500", TwoNumbers("1500", "1.500")) == (
            "“1.500” could be two numbers: write 1500 or 1.5000."
        )
        assert refusal("x", NumberRefused("x")) == "“x” is not a number. Write it like 1,234.5."


@pytest.mark.parametrize(
    ("language", "shown"), [("es", "1.234,5"), ("pt", "1.234,5"), ("en", "1,234.5")]
)
def test_a_number_that_stands_there_is_written_as_it_is_typed(language: str, shown: str) -> None:
    form = PriceForm(initial={"price": Decimal("1234.500000")})
    with override(language):
        assert f'value="{shown}"' in str(form["price"])
