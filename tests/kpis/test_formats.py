from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.numbers import locale_for
from kpis.calendar import CalendarRules, Period
from kpis.compare import change
from kpis.formats import (
    NBSP,
    ChangeText,
    axis_label,
    babel_locale,
    csv_safe,
    currency_sign,
    exact_text,
    exact_unit_text,
    format_change,
    format_compact,
    format_day,
    format_money,
    format_percent,
    format_period,
    format_points,
    format_value,
    minor_units,
    money_text,
    round_half_away,
    unit_label,
)


def plain(text: str) -> str:
    """The text with ordinary spaces, to be read in a test."""
    return text.replace(NBSP, " ").replace("\u2009", " ")


# --- values (KPIS G.5) ---


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("215", "count", "215"),
        ("200000", "count", "200,000"),
        ("2000", "money", "2,000.00"),
        ("-200", "money", "-200.00"),
        ("1000", "money_per_day", "1,000.00"),
        ("2.675", "money", "2.68"),
        ("-2.675", "money", "-2.68"),
        ("-0.001", "money", "0.00"),
        ("43/100", "percent", "43.0 %"),
        ("1/16", "percent", "6.3 %"),
        ("-1/16", "percent", "-6.3 %"),
        ("5/4", "percent", "125.0 %"),
        ("1/280", "percent", "0.36 %"),
        ("-1/280", "percent", "-0.36 %"),
        ("0.01", "percent", "1.0 %"),
        ("0.00999", "percent", "1.00 %"),
        ("0", "percent", "0.0 %"),
        ("25/8", "ratio", "3.13"),
        ("155/43", "per", "3.60"),
        ("120", "seconds", "120 s"),
        ("30.5", "minutes", "31 min"),
        ("45", "days", "45 days"),
        ("1", "days", "1 day"),
        ("20/3", "months", "6.7 months"),
        ("1", "months", "1.0 months"),
        (None, "percent", "—"),
        (None, "money", "—"),
    ],
)
def test_values_by_unit(value, unit, text):
    assert plain(format_value(value and Fraction(value), unit, "en")) == text


def test_unknown_unit_and_floats_are_refused():
    with pytest.raises(ValueError, match="furlongs"):
        format_value(Decimal(1), "furlongs", "en")
    for show in (
        lambda: format_value(0.1, "percent", "en"),
        lambda: format_value(0.1, "money", "en"),
        lambda: exact_text(0.1),
        lambda: format_compact(0.1, "count", "en"),
    ):
        with pytest.raises(TypeError, match="float"):
            show()


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("2.675", 2, "2.68"),
        ("2.665", 2, "2.67"),
        ("-2.5", 0, "-3"),
        ("0.5", 0, "1"),
        ("-0.4", 0, "0"),
        ("123456789012345678901234567890.125", 2, "123456789012345678901234567890.13"),
        ("-123456789012345678901234567890.125", 2, "-123456789012345678901234567890.13"),
    ],
)
def test_halves_go_away_from_zero(value, places, expected):
    assert str(round_half_away(Decimal(value), places)) == expected


def test_a_fraction_is_rounded_once():
    # 1/3 + 1/6 = 1/2 exactly; by way of 28 digits it might fall just under the half
    assert round_half_away(Fraction(1, 3) + Fraction(1, 6), 0) == 1


# --- locales and currencies ---


@pytest.mark.parametrize(
    ("locale", "currency", "text"),
    [
        ("es", "EUR", "-1.234,57 €"),
        ("es", "USD", "-1.234,57 US$"),
        ("es", "ARS", "-1.234,57 ARS"),
        ("es-AR", "ARS", "-$1.234,57"),
        ("es-AR", "USD", "-US$1.234,57"),
        ("es-AR", "MXN", "-MXN 1.234,57"),
        ("es-MX", "MXN", "-$1,234.57"),
        ("es-MX", "EUR", "-€1,234.57"),
        ("es-CL", "CLP", "-$1.235"),
        ("pt-BR", "BRL", "-R$ 1.234,57"),
        ("pt-BR", "ARS", "-ARS 1.234,57"),
        ("en", "USD", "-$1,234.57"),
        ("en", "CAD", "-CAD 1,234.57"),
        ("en-GB", "USD", "-US$1,234.57"),
        ("en", "JPY", "-JPY 1,235"),
        ("en", None, "-1,234.57"),
    ],
)
def test_money_by_locale(locale, currency, text):
    assert plain(format_money(Decimal("-1234.565"), currency, locale)) == text


@pytest.mark.parametrize(
    ("currency", "places"), [("EUR", 2), ("CLP", 0), ("PYG", 0), ("JPY", 0), ("KWD", 3), (None, 2)]
)
def test_minor_units(currency, places):
    assert minor_units(currency) == places


def test_a_dollar_sign_is_only_the_readers_own():
    signs = {locale: currency_sign("USD", locale) for locale in ("en", "es-AR", "es-MX", "pt-BR")}
    assert signs == {"en": "$", "es-AR": "US$", "es-MX": "US$", "pt-BR": "US$"}


@pytest.mark.parametrize(
    ("language", "country", "locale"),
    [
        ("es", "AR", "es-AR"),
        ("es", "mx", "es-MX"),
        ("pt-br", "BR", "pt-BR"),
        ("en", "AR", "en"),
        ("es", None, "es"),
        ("es", "??", "es"),
    ],
)
def test_locale_of_a_reader(language, country, locale):
    assert locale_for(language, country) == locale


def test_unknown_locales_fall_back():
    assert str(babel_locale("es-XX")) == "es"
    assert str(babel_locale("tlh")) == "en"


@pytest.mark.parametrize(
    ("value", "unit", "locale", "text"),
    [
        ("0", "count", "es", "0"),
        ("0.5", "ratio", "es", "0,5"),
        ("950", "count", "es", "950"),
        ("1500", "count", "es", "1,5 mil"),
        ("1500", "count", "es-AR", "1,5 k"),
        ("12345", "count", "en", "12.3K"),
        ("1250", "count", "en", "1.3K"),
        ("-2500000", "money", "es-AR", "-$2,5 M"),
        ("2500000", "money", "pt-BR", "R$ 2,5 mi"),
        ("0.125", "percent", "es", "12,5 %"),
        (None, "count", "es", "—"),
    ],
)
def test_compact_numbers_for_axes(value, unit, locale, text):
    currency = {"es-AR": "ARS", "pt-BR": "BRL"}.get(locale)
    assert plain(format_compact(value and Decimal(value), unit, locale, currency)) == text


# --- changes (KPIS B.1.4) ---


@pytest.mark.parametrize(
    ("now", "before", "unit", "expected"),
    [
        ("120", "100", "count", ("+20.0 %", "+20", "")),
        ("99.5", "100", "money", ("-0.50 %", "-$0.50", "")),
        ("100", "100", "count", ("0.0 %", "0", "")),
        ("5", "0", "count", ("—", "", "new")),
        ("0", "0", "count", ("0", "", "")),
        ("50", "-20", "money", ("+$70.00", "", "")),
        ("0.14", "0.04", "percent", ("+10.0 pp", "+250.0 %", "")),
        ("0.044", "0.04", "percent", ("+0.40 pp", "+10.0 %", "")),
        (None, "100", "count", ("—", "", "")),
    ],
)
def test_change_texts(now, before, unit, expected):
    made = change(now and Decimal(now), Decimal(before))
    text = format_change(made, unit, "en", "USD")
    assert (plain(text.main), plain(text.detail), text.badge) == expected


def test_points_are_not_percents():
    assert plain(format_points(Fraction(12, 1000), "es")) == "+1,2 pp"
    assert plain(format_percent(Fraction(12, 1000), "es", signed=True)) == "+1,2 %"
    assert format_change(change(None, None), "percent", "es") == ChangeText("—")


# --- dates and periods ---


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last", "locale", "text"),
    [
        ("2026-03-01", "2026-03-31", "es", "marzo de 2026"),
        ("2026-03-01", "2026-03-31", "pt-BR", "março de 2026"),
        ("2026-03-01", "2026-03-31", "en", "March 2026"),
        ("2026-01-01", "2026-03-31", "es", "T1 2026"),
        ("2026-01-01", "2026-12-31", "es", "2026"),
        ("2026-03-05", "2026-03-05", "es", "5 mar 2026"),
        ("2026-03-01", "2026-03-15", "es", "1–15 mar 2026"),
        ("2025-12-01", "2026-03-15", "en", "Dec 1, 2025 – Mar 15, 2026"),
        ("2026-03-02", "2026-03-08", "es", "2–8 mar 2026"),
    ],
)
def test_periods(first, last, locale, text):
    assert plain(format_period(period(first, last), locale)) == text


@pytest.mark.parametrize(
    ("unit", "day", "rules", "text"),
    [
        ("week", "2026-12-31", CalendarRules(), "2026-W53"),
        ("week", "2026-03-01", CalendarRules(week_start=7), "week of March 1, 2026"),
        ("quarter", "2026-03-15", CalendarRules(fiscal_first_month=7), "FY2026 Q3"),
        ("year", "2026-07-01", CalendarRules(fiscal_first_month=7), "FY2027"),
        ("month", "2026-07-15", CalendarRules(fiscal_first_month=7), "July 2026"),
        ("day", "2026-07-15", CalendarRules(), "Jul 15, 2026"),
    ],
)
def test_units_of_time(unit, day, rules, text):
    assert unit_label(unit, date.fromisoformat(day), "en", rules) == text


def test_axis_labels():
    day = date(2026, 3, 5)
    labels = [axis_label(unit, day, "es") for unit in ("day", "week", "month", "quarter", "year")]
    assert labels == ["5 mar", "W10", "mar 2026", "T1 2026", "2026"]
    assert format_day(None, "es") == "—"


# --- exact strings ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("25"), "25"),
        (Decimal("25.500000"), "25.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-0.00"), "0"),
        (Fraction(1, 3), "0.3333333333333333333333333333"),
        (Fraction(-13, 8), "-1.625"),
        (1200, "1200"),
        (None, None),
    ],
)
def test_exact_text(value, text):
    assert exact_text(value) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_exact_text_loses_nothing(value):
    text = exact_text(value)
    assert Decimal(text) == value
    assert "E" not in text


def test_money_text_shows_minor_units_and_hides_nothing():
    assert money_text(Decimal("25"), "EUR") == "25.00"
    assert money_text(Decimal("-0.5"), "EUR") == "-0.50"
    assert money_text(Decimal("1250.125000"), "EUR") == "1250.125"
    assert money_text(Decimal("1250.000000"), "CLP") == "1250"
    assert money_text(None, "EUR") is None
    assert exact_unit_text(Decimal("25"), "money", "EUR") == "25.00"
    assert exact_unit_text(Decimal("25"), "count", "EUR") == "25"


# --- CSV cells ---


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("-12.50", "-12.50"),
        ("-12.50\n", "'-12.50\n"),
        ("Bodega = vino", "Bodega = vino"),
        (Decimal("-12.50"), "-12.5"),
        (-7, "-7"),
        (Fraction(-1, 8), "-0.125"),
        (True, "True"),
        (None, ""),
        ("", ""),
    ],
)
def test_csv_cells_are_never_formulas(cell, safe):
    assert csv_safe(cell) == safe
