"""A month as a grid: numbers as people write them, and weeks that begin on the client's day."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from campaigns.own_months import (
    CellInvalid,
    Month,
    cells_of,
    month_of,
    read_cells,
    read_number,
    weeks_of,
)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


MARCH = Month(date(2026, 3, 1))
TODAY = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None), ("  ", None), ("0", "0"), ("12", "12"), ("-3", "-3"), ("−3", "-3"),
        ("12.5", "12.5"), ("12,5", "12.5"), ("0.125", "0.125"), ("0,125", "0.125"),
        ("1234", "1234"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1.234.567", "1234567"),
        ("1,234,567", "1234567"), ("1,234", "1234"), ("1 234,50", "1234.50"), ("1\u00a0234", "1234"), ("1'234", "1234"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: str | None) -> None:
    assert read_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1e5",
        "1.2.3",
        "--1",
        "1,2,3.4.5",
        "0x1",
        "١٢",
        "1" * 13,
        "0.1234567",
        "=1+1",
        "5 %",
        "$ 5",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CellInvalid, match="is not a number"):
        read_number(text)


@pytest.mark.parametrize("text", ["1.234", "999.000", "-12.345"])
def test_what_could_be_two_numbers_is_refused(text: str) -> None:
    with pytest.raises(CellInvalid, match="could be two numbers"):
        read_number(text)


def test_a_month_and_its_neighbours() -> None:
    assert (str(MARCH), MARCH.last, len(MARCH.days)) == ("2026-03", date(2026, 3, 31), 31)
    december = Month(date(2025, 12, 1))
    assert (str(december.following), str(december.preceding)) == ("2026-01", "2025-11")
    assert Month(date(2024, 2, 1)).last == date(2024, 2, 29)
    assert str(month_of("2026-02", TODAY)) == "2026-02"
    for text in ("", "2026-13", "x", "2027-01", "0001-01", "2026-2"):
        assert str(month_of(text, TODAY)) == "2026-03"


def test_weeks_begin_on_the_clients_day() -> None:
    cells = cells_of(MARCH, {date(2026, 3, 2): Decimal("5.50")}, TODAY)
    by_monday, by_sunday = weeks_of(cells, 1), weeks_of(cells, 7)
    # 1 March 2026 is a Sunday.
    assert [None if each is None else each.day.day for each in by_monday[0]] == [None] * 6 + [1]
    assert [each.day.day for each in by_sunday[0] if each] == [1, 2, 3, 4, 5, 6, 7]
    assert by_monday[1][0] is not None and by_monday[1][0].text == "5.5"
    assert [each.is_open for each in cells[18:22]] == [True, True, False, False]


def test_cells_are_read_with_what_is_wrong_at_each() -> None:
    typed = {"2026-03-01": "4", "2026-03-02": "", "2026-03-03": "many", "2026-03-25": "1"}
    typed |= {
        "2026-03-04": "9",
        "shown": '{"2026-03-02": "5", "2026-03-04": "9", "2026-03-05": "6"}',
    }
    cells, values = read_cells(MARCH, typed, TODAY)
    assert values == {date(2026, 3, 1): 4, date(2026, 3, 2): None, date(2026, 3, 25): 1}
    assert [(cell.day.day, cell.problem) for cell in cells if cell.problem] == [
        (3, "“many” is not a number. Write it like 1,234.5."), (25, "This day has not come yet."),
    ]  # fmt: skip
