"""What cells mean, and what a file proves about itself: dates, numbers, delimiters, encodings."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.imports.columns import MomentColumn, MoneyColumn, Terms
from campaigns.imports.detection import (
    DateEvidence,
    DecimalEvidence,
    detect_delimiter,
    detect_header,
)
from campaigns.imports.inspection import Inspector
from campaigns.imports.spread import days_between, spread_evenly
from campaigns.imports.values import (
    NULL,
    CellInvalid,
    copy_text,
    read_day,
    read_moment,
    read_month,
    read_number,
)

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-09-01", "ymd", date(2026, 9, 1)),
        ("2026/9/1", "dmy", date(2026, 9, 1)),
        ("20260901", "mdy", date(2026, 9, 1)),
        ("01/09/2026", "dmy", date(2026, 9, 1)),
        ("1.9.2026", "dmy", date(2026, 9, 1)),
        ("9/1/2026", "mdy", date(2026, 9, 1)),
        ("Sep 1, 2026", "dmy", date(2026, 9, 1)),
        ("1 sept. 2026", "ymd", date(2026, 9, 1)),
        ("1 de septiembre de 2026", "mdy", date(2026, 9, 1)),
        ("29/02/2028", "dmy", date(2028, 2, 29)),
    ],
)
def test_days(text: str, order: str, expected: date) -> None:
    assert read_day(text, order) == expected


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("31/02/2026", "dmy", "no_such_day"),
        ("2026-02-29", "ymd", "no_such_day"),
        ("13/01/2026", "mdy", "no_such_day"),
        ("01/02/2026", "ymd", "not_a_date"),
        ("01/02/26", "dmy", "not_a_date"),
        ("2026-9", "ymd", "not_a_date"),
        ("0026-09-01", "ymd", "date_out_of_range"),
        ("Foo 1, 2026", "ymd", "not_a_date"),
        ("", "ymd", "not_a_date"),
        ("2026-09-01-02", "ymd", "not_a_date"),
    ],
)
def test_no_days(text: str, order: str, code: str) -> None:
    with pytest.raises(CellInvalid) as invalid:
        read_day(text, order)
    assert invalid.value.code == code


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from("-/."))
def test_every_day_in_every_order(day: date, sign: str) -> None:
    for order, form in (("ymd", "%Y{}%m{}%d"), ("dmy", "%d{}%m{}%Y"), ("mdy", "%m{}%d{}%Y")):
        assert read_day(day.strftime(form.format(sign, sign)), order) == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-15 14:30", datetime(2026, 3, 15, 13, 30, tzinfo=UTC)),
        ("2026-03-15T14:30:05Z", datetime(2026, 3, 15, 14, 30, 5, tzinfo=UTC)),
        ("2026-03-15 14:30:05.250+02:00", datetime(2026, 3, 15, 12, 30, 5, 250_000, tzinfo=UTC)),
        ("15/03/2026 2:30 PM", datetime(2026, 3, 15, 13, 30, tzinfo=UTC)),
        ("15/03/2026, 12:05 a.m.", datetime(2026, 3, 14, 23, 5, tzinfo=UTC)),
        # 02:30 comes twice on 25 October in Madrid: the first one
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_moments(text: str, expected: datetime) -> None:
    moment, day = read_moment(text, "dmy", MADRID)
    assert moment is not None and day is None
    assert moment.astimezone(UTC) == expected


def test_a_day_without_a_time_is_no_midnight() -> None:
    assert read_moment("2026-03-15", "dmy", MADRID) == (None, date(2026, 3, 15))
    for text in ("2026-03-15 25:00", "2026-03-15 10:61", "2026-03-15 noon"):
        with pytest.raises(CellInvalid):
            read_moment(text, "dmy", MADRID)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(
        ["Europe/Madrid", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu"]
    ),
)
def test_the_quick_reading_of_moments_is_the_slow_one(naive: datetime, zone: str) -> None:
    """The offset is remembered by the day; days on which the clock is changed are not."""
    read = MomentColumn("created", "").reader(Terms("ymd", ".", ZoneInfo(zone), "EUR"))
    for hour in (0, 2, 12, 23, naive.hour):
        text = naive.replace(hour=hour, microsecond=0).strftime("%Y-%m-%d %H:%M:%S")
        moment, _day = read_moment(text, "ymd", ZoneInfo(zone))
        made, empty = read(text).split("\t")
        assert datetime.fromisoformat(made) == moment and empty == NULL


def test_months() -> None:
    for text in ("2026-02", "02/2026", "202602", "feb 2026", "2026-02-01", "febrero de 2026"):
        assert read_month(text) == (date(2026, 2, 1), date(2026, 2, 28))
    assert read_month("2028-12") == (date(2028, 12, 1), date(2028, 12, 31))
    for text in ("2026-13", "2026", "13/2026", "foo 2026"):
        with pytest.raises(CellInvalid):
            read_month(text)


@pytest.mark.parametrize(
    ("text", "decimal", "expected", "currency"),
    [
        ("1234.5", ".", "1234.5", None),
        ("1,234,567.89", ".", "1234567.89", None),
        ("1.234.567,89", ",", "1234567.89", None),
        ("1 234,5", ",", "1234.5", None),
        ("1\u202f234,50 €", ",", "1234.50", "EUR"),
        ("1'234.50", ".", "1234.50", None),
        ("$172.45", ".", "172.45", None),
        ("R$ 1.200,00", ",", "1200.00", "BRL"),
        ("$ 500 USD", ".", "500", "USD"),
        ("US$ 500", ".", "500", "USD"),
        ("USD 12.50", ".", "12.50", "USD"),
        ("12.50 MXN", ".", "12.50", "MXN"),
        ("-4.20", ".", "-4.20", None),
        ("−4,20", ",", "-4.20", None),
        (".5", ".", "0.5", None),
        ("007", ".", "7", None),
    ],
)
def test_numbers(text: str, decimal: str, expected: str, currency: str | None) -> None:
    assert read_number(text, decimal) == (Decimal(expected), currency)


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("12,34", "."), ("1.234,5", "."), ("1,23,456", "."), ("1234,567", "."), ("1e5", "."), ("NaN", "."),
        ("1.2.3", "."), ("12.34", ","), ("--", "."), ("½", "."), ("٣", "."), ("1_000", "."), ("0x10", "."),
    ],
)  # fmt: skip
def test_no_numbers(text: str, decimal: str) -> None:
    with pytest.raises(CellInvalid):
        read_number(text, decimal)


@given(st.decimals(0, 10**9, allow_nan=False, places=2), st.sampled_from([(".", ","), (",", ".")]))
def test_money_in_either_style(amount: Decimal, signs: tuple[str, str]) -> None:
    decimal, thousands = signs
    whole, _dot, cents = f"{amount:,.2f}".partition(".")
    text = whole.replace(",", thousands) + decimal + cents
    read = MoneyColumn("amount", "").reader(Terms("ymd", decimal, MADRID, "EUR"))
    assert Decimal(read(text)) == amount
    assert Decimal(read(f"{amount:.2f}".replace(".", decimal))) == amount


def test_money_is_rounded_to_the_currency() -> None:
    def read(text: str, currency: str) -> str:
        return MoneyColumn("amount", "").reader(Terms("ymd", ".", MADRID, currency))(text)

    assert read("1.429999948", "USD") == "1.43"
    assert read("0.125", "EUR") == "0.13"
    assert read("1.5", "CLP") == "2"
    assert read("1.0005", "KWD") == "1.001"


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
def test_copy_text_is_one_field_of_one_line(text: str) -> None:
    made = copy_text(text)
    assert "\t" not in made and "\n" not in made and "\r" not in made
    back = made.replace(r"\\", "\0").replace(r"\t", "\t").replace(r"\n", "\n").replace(r"\r", "\r")
    assert back.replace("\0", "\\") == text


# --- what a file proves ---


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2026-09-01", "20260902"], "ymd"),
        (["01/02/2026", "13/02/2026"], "dmy"),
        (["01/02/2026", "02/13/2026 10:00"], "mdy"),
        (["01/02/2026", "03/04/2026"], None),
        (["13/02/2026", "02/13/2026"], None),
        (["05/05/2026"], "dmy"),
        (["Sep 1, 2026", ""], "ymd"),
    ],
)
def test_the_order_of_dates_needs_proof(cells: list[str], order: str | None) -> None:
    evidence = DateEvidence()
    for cell in cells:
        evidence.add(cell)
    assert evidence.order == order


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        ([("12.50", False)], "."),
        ([("12,50", False)], ","),
        ([("1.234,56", False)], ","),
        ([("1,234.56", False)], "."),
        ([("1,234,567", False)], "."),
        ([("1,204", True)], "."),  # whole numbers: the sign parts thousands
        ([("1.204", True)], ","),
        ([("0,125", False)], ","),
        ([("1.429999948", False)], "."),
        ([("1,234", False)], None),
        ([("1,234", False), ("7,5", False)], ","),
        ([("12", False), ("--", False)], "."),
        ([("1 234,5 €", False)], ","),
    ],
)
def test_the_decimal_sign_needs_proof(cells: list[tuple[str, bool]], sign: str | None) -> None:
    evidence = DecimalEvidence()
    for cell, is_whole in cells:
        evidence.add(cell, is_whole)
    assert evidence.sign == sign


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    lines = ["Campaign report", "September 1, 2026"]
    lines += [delimiter.join(["a", '"b, c; d"', "1,5" if delimiter != "," else "1.5"])] * 3
    assert detect_delimiter(lines) == delimiter


def test_the_header_is_the_row_with_most_known_names() -> None:
    rows = [["# Day, Clicks"], ["Clicks"], ["Day", "Clicks", "Cost"], ["2026-09-01", "1", "2"]]
    assert detect_header(rows, {"day", "clicks", "cost"}) == 2
    assert detect_header(rows, {"sessions"}) is None


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("año".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "año".encode(), "utf-8"),
        ("año €".encode("cp1252"), "cp1252"),
        ("año".encode("utf-16"), "utf-16"),
        (b"plain", "utf-8"),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_encodings_whatever_the_chunks(content: bytes, encoding: str, size: int) -> None:
    if encoding == "utf-16" and size == 1:
        pytest.skip("a first chunk of one byte has no byte order mark")
    inspector = Inspector(1000)
    for start in range(0, len(content), size):
        inspector.feed(content[start : start + size])
    found = inspector.finish()
    assert (found.encoding, found.size) == (encoding, len(content))


# --- spreading ---


@given(st.integers(0, 10**12), st.integers(1, 400), st.sampled_from(["1", "0.01", "0.000001"]))
def test_a_spread_adds_up_exactly(units: int, days: int, step: str) -> None:
    total = units * Decimal(step)
    parts = spread_evenly(total, days, Decimal(step))
    assert len(parts) == days and sum(parts) == total
    assert parts == sorted(parts, reverse=True) and parts[0] - parts[-1] <= Decimal(step)


def test_a_spread_by_hand() -> None:
    # 1,000.00 over 30 days: 10 × 33.34 + 20 × 33.33
    parts = spread_evenly(Decimal("1000.00"), 30, Decimal("0.01"))
    assert parts == [Decimal("33.34")] * 10 + [Decimal("33.33")] * 20
    assert days_between(date(2028, 2, 28), date(2028, 3, 1)) == [
        date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1),
    ]  # fmt: skip
