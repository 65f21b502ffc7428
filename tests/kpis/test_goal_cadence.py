"""Rhythms of review (KPIS C.9)."""

from datetime import date
from fractions import Fraction

import pytest

from kpis.goals.cadence import look_cadence, next_review, review_cadence


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
