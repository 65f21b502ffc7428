"""How far a goal goes beyond the client's own months; and bands that are not the usual ones."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from kpis.calendar import Period, add_months, unit_of
from kpis.goals import Bands, bands_of, feasibility, thresholds_from
from tests.kpis.goal_examples import BOUNCE_RANGE, CPL_LEVEL, LEADS_LEVEL, LEADS_TOTAL, SPEND_CAP


def months(*values):
    """Whole months up to December 2025."""
    firsts = [add_months(date(2025, 12, 1), -back) for back in reversed(range(len(values)))]
    return [(unit_of(first, "month"), value) for first, value in zip(firsts, values, strict=True)]


GROWING = months(80, 90, 100, None, 110, 120, 130, 140, 150)


def test_further_than_any_month():
    found = feasibility(LEADS_LEVEL, GROWING)
    assert found is not None and found.is_furthest
    assert (found.asked, found.reached, found.grains) == (200, 0, 8)
    assert found.best == (Period(date(2025, 12, 1), date(2025, 12, 31)), 150)


def test_the_change_is_held_against_as_many_months():
    found = feasibility(LEADS_LEVEL, months(80, 90, 100, 105, 110, 120, 130, 140, 150))
    # 100 → 200 in six months is +100 %; 80 → 130, 90 → 140 and 100 → 150 were +62.5 % at most.
    assert found is not None and found.is_fastest
    assert (found.steps, found.asked_change, found.best_change) == (6, 1, Fraction(5, 8))


def test_how_often_it_was_reached():
    modest = feasibility(replace(LEADS_LEVEL, target=130), GROWING)
    assert modest is not None and (modest.reached, modest.is_furthest) == (3, False)
    # 900 in six whole months are 150 a month.
    total = feasibility(LEADS_TOTAL, GROWING)
    assert total is not None and (total.asked, total.reached) == (150, 1)
    cheap = feasibility(CPL_LEVEL, months(8, 9, 10, 12))
    assert cheap is not None and (cheap.reached, cheap.best[1], cheap.is_limit) == (2, 8, False)
    # 2,500 in six months are 416.67 a month at most.
    thrifty = feasibility(SPEND_CAP, months(500, 450, 430))
    assert thrifty is not None and thrifty.is_furthest and thrifty.is_limit
    inside = feasibility(BOUNCE_RANGE, months(Fraction(45, 100), Fraction(6, 10), Fraction(3, 10)))
    assert inside is not None and (inside.asked, inside.reached, inside.grains) == (None, 1, 3)


def test_two_months_are_no_history():
    assert feasibility(LEADS_LEVEL, months(100, 120, None)) is None


def test_thresholds_of_its_own_and_the_usual_for_the_rest():
    kept, wrong = thresholds_from(
        {"pace": {"on_track": "0.90", "at_risk": 0.75, "back_at_risk": ""}}
    )
    assert (kept, wrong) == ({"pace": {"on_track": "0.9", "at_risk": "0.75"}}, [])
    assert bands_of(kept, "pace") == Bands(
        Fraction(9, 10), Fraction(3, 4), Fraction(97, 100), Fraction(82, 100)
    )
    assert bands_of(kept, "probability") == Bands(
        Fraction(2, 5), Fraction(1, 10), Fraction(9, 20), Fraction(3, 20)
    )
    assert thresholds_from({"pace": {"on_track": "0.95"}}) == ({}, [])  # the usual is not kept


@pytest.mark.parametrize(
    "given",
    [
        {"speed": {"on_track": "0.9"}},
        {"pace": "0.9"},
        {"pace": {"green": "0.9"}},
        {"pace": {"on_track": "much"}},
        {"pace": {"on_track": "NaN"}},
        {"pace": {"at_risk": "0.96"}},  # above "on course"
        {"pace": {"back_on_track": "0.90"}},  # the way back would be shorter
        {"probability": {"on_track": "0.5", "back_on_track": "1.2"}},
    ],
)
def test_thresholds_out_of_order_are_refused(given):
    assert [problem.field for problem in thresholds_from(given)[1]] == ["thresholds"]
