"""Totals from tables: every layout, and what cannot be read is told with its place."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.trials.arms import Arm
from kpis.trials.files import read_totals

FIRST, LAST = date(2026, 3, 1), date(2026, 4, 10)
NAMES = ("Control", "Versión B")


def read(text: str, **options: Any) -> Any:
    return read_totals(text, NAMES, FIRST, LAST, **options)


def faults(text: str, **options: Any) -> list[tuple[int, str, str]]:
    found = read(text, **options)
    assert not found.counts
    return [(each.line, each.column, str(each.message)) for each in found.faults]


def test_a_day_and_a_variant_in_each_line() -> None:
    found = read(
        "day,variant,visitors,conversions,qualified\n"
        "2026-03-02,Control,1200,60,20\n"
        "2026-03-02,version b,1180,70,\n"
    )
    assert found.counts == {
        (0, date(2026, 3, 2)): Arm(1200, 60, 20),
        (1, date(2026, 3, 2)): Arm(1180, 70, None),
    }
    assert found.faults == ()


def test_semicolons_a_byte_order_mark_and_thousands() -> None:
    found = read(
        "\ufeffFecha;Variante;Visitantes;Leads\r\n31/03/2026;Control;1.200;60\r\n", place=None
    )
    assert found.counts == {(0, date(2026, 3, 31)): Arm(1200, 60)}


def test_one_variant_with_its_own_heads() -> None:
    found = read(
        'Date,Pageviews,Clicks,Enrollments\n"Sun, Mar 1",7723,687,134\n"Mon, Mar 2",9102,779,\n',
        place=1,
        heads={"visitors": "Clicks"},
    )
    # The second day has no enrolments yet: its clicks would water the rate down.
    assert (found.counts, found.left_out) == ({(1, FIRST): Arm(687, 134)}, 1)
    assert found.columns["visitors"] == "Clicks"


def test_the_days_of_the_test_settle_day_or_month_first() -> None:
    # 04/03 is 4 March or 3 April, both of the test; 01/04 is 1 April, for 4 January is not.
    open_text = "day,visitors,conversions\n04/03/2026,10,1\n"
    assert faults(open_text, place=0) == [
        (2, "day", "Day first or month first? Write days as 2026-03-31.")
    ]
    settled = read(open_text + "01/04/2026,10,2\n", place=0)
    assert sorted(settled.counts) == [(0, date(2026, 3, 4)), (0, date(2026, 4, 1))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day,visitors,conversions\n", [(0, "", "There is no line below the heads.")]),
        ("", [(0, "", "There is no line below the heads.")]),
        ("day,visitors\n2026-03-02,5\n", [(0, "conversions", "No column says it; name it beside.")]),
        ("day,visitors,conversions\n2026-02-31,5,1\n", [(2, "day", "Not a day. Write days as 2026-03-31.")]),
        ("day,visitors,conversions\nsoon,5,1\n", [(2, "day", "Not a day. Write days as 2026-03-31.")]),
        ("day,visitors,conversions\n2026-02-28,5,1\n", [(2, "day", "This day lies outside the test.")]),
        ("day,visitors,conversions\n\"Tue, Mar 2\",5,1\n",
         [(2, "day", "That day is another weekday: is it the right year?")]),
        ("day,visitors,conversions\n2026-03-02,5,6\n", [(2, "conversions", "These are more than the visitors.")]),
        ("day,visitors,conversions\n2026-03-02,5.5,1\n", [(2, "visitors", "Not a whole number.")]),
        ("day,visitors,conversions\n2026-03-02,-5,1\n", [(2, "visitors", "Not a whole number.")]),
        ("day,visitors,conversions\n2026-03-02,=1+1,1\n", [(2, "visitors", "Not a whole number.")]),
        ("day,visitors,conversions\n2026-03-02,99999999999,1\n", [(2, "visitors", "Not a whole number.")]),
        ("day,visitors,conversions\n2026-03-02,5,1\n2026-03-02,5,1\n", [(3, "day", "This day stands there twice.")]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_place(text: str, expected: Any) -> None:
    assert faults(text, place=0) == expected


def test_an_unknown_variant_and_an_unknown_head() -> None:
    text = "day,variant,visitors,conversions\n2026-03-02,C,5,1\n"
    assert faults(text) == [(2, "variant", "The test has no variant of this name.")]
    assert faults(text, heads={"visitors": "Clics"}) == [
        (0, "visitors", "There is no column of this name.")
    ]
    assert faults("day,visitors,conversions\n2026-03-02,5,1\n") == [
        (0, "variant", "No column says it; name it beside.")
    ]


def test_a_quote_that_is_never_closed() -> None:
    text = 'day,visitors,conversions\n"' + "2026-03-02,5,1\n" * 20_000
    assert faults(text, place=0)[0][2] == "This is no table: a quote is never closed."


def test_too_many_lines() -> None:
    text = "day,visitors,conversions\n" + "2026-03-02,5,1\n" * 5001
    assert faults(text, place=0)[0][2].startswith("These are too many lines")


@given(st.text(max_size=200))
def test_nothing_breaks_it(text: str) -> None:
    for body in (text, f"day,visitors,conversions\n{text}", f'day;visitors;conversions\n"{text}'):
        found = read(body, place=0)
        assert all(isinstance(arm, Arm) for arm in found.counts.values())
