"""Rhythms of review (KPIS C.9)."""

from datetime import date
from fractions import Fraction

import pytest

from kpis.goals.cadence import final_from, look_cadence, next_review, review_cadence


@pytest.mark.parametrize(
    ("daily", "look", "review"),
    [
        (Fraction(23, 10), "month", "month"),  # 16.1 a week, 70.0 a month
        (12, "week", "week"),  # 84 a week
        (40, "day", "week"),
        (Fraction(4, 10), "quarter", "quarter"),  # 12.2 a month, 36.5 a quarter
        (0, "quarter", "quarter"),
        (30, "day", "week"),
    ],
)
def test_the_shortest_in_which_thirty_are_expected(daily, look, review):
    assert (look_cadence(daily), review_cadence(daily)) == (look, review)


@pytest.mark.parametrize(
    ("cadence", "due"),
    [
        ("day", date(2026, 3, 12)),
        ("week", date(2026, 3, 16)),  # Wednesday 11 March, the week ends on Sunday 15
        ("month", date(2026, 4, 1)),
        ("quarter", date(2026, 4, 1)),
    ],
)
def test_due_when_the_unit_is_whole(cadence, due):
    assert next_review(date(2026, 3, 11), cadence) == due


def test_a_campaign_is_not_decided_before_it_has_run_for_ninety_days():
    end = date(2026, 3, 31)
    assert final_from(end, None) == date(2026, 4, 1)
    assert final_from(end, date(2026, 1, 1)) == date(2026, 4, 1)  # its 90th day was 31 March
    assert final_from(end, date(2026, 3, 1)) == date(2026, 5, 30)  # 1 March + 90 days
