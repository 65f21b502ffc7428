"""Cohort KPIs forecast to the end of a period: completed by age, with those that are still to come."""

from datetime import date, timedelta
from math import sqrt

import pytest

from kpis.forecast.maturing import Ages, is_sound, rate_at_the_end

TODAY = date(2026, 6, 15)


def steady(days: int, members: int = 10, window: int = 2) -> Ages:
    """Of each day's members one converts on the day itself and one two days later: 20 %."""
    held = [TODAY - timedelta(days=n) for n in range(days)]
    return Ages(
        TODAY,
        window,
        dict.fromkeys(held, members),
        {day: {age: 1 for age in (0, 2) if day + timedelta(days=age) <= TODAY} for day in held},
    )


def test_young_cohorts_are_completed_and_those_to_come_convert_like_mature_ones() -> None:
    ages = steady(100)
    # June has 15 days of 10: 13 mature ones with 26 hits; 14 and 15 June have one hit each of 10.
    # Ripe by age: half on the day, half after two. 9 + 9 wait at 0.2·0.5/(1 − 0.2·0.5) = 1/9 each,
    # 2 more; 15 days to come bring 150 members and 30 hits: (26 + 2 + 2 + 30) / 300 = 20 %.
    found = rate_at_the_end(ages, date(2026, 6, 1), date(2026, 6, 30), TODAY)
    assert found is not None
    assert found.value == pytest.approx(0.2)
    # 18 · 1/9 · 8/9 + 150 · 0.2 · 0.8 = 1.7778 + 24; of 980 mature members 0.2 is known to
    # √(0.16/980), for 18 + 150 of the 300.
    own = sqrt(0.16 / 980) * 168 / 300
    assert found.sd == pytest.approx(sqrt(25.777778 / 300**2 + own**2))


def test_the_last_cohorts_do_not_look_worse_than_they_are() -> None:
    ages = steady(100)
    so_far = sum(ages.until(TODAY, day) for day in ages.members if day >= date(2026, 6, 14))
    assert so_far / 20 == 0.1  # what a run rate would go by
    found = rate_at_the_end(ages, date(2026, 6, 14), TODAY, TODAY)
    assert found is not None
    assert found.value == pytest.approx(0.2)


def test_without_enough_that_matured_nothing_is_said() -> None:
    assert rate_at_the_end(steady(4), date(2026, 6, 1), date(2026, 6, 30), TODAY) is None  # 20
    assert rate_at_the_end(steady(6), date(2026, 6, 1), date(2026, 6, 30), TODAY) is not None  # 40
    nobody = Ages(TODAY, 2, steady(100).members, {})
    assert rate_at_the_end(nobody, date(2026, 6, 1), date(2026, 6, 30), TODAY) is None


def test_a_chance_needs_a_past_that_it_was_tried_on() -> None:
    june = (date(2026, 6, 1), date(2026, 6, 30), TODAY)
    # 8 cut-offs a fortnight apart, each with 15 days before and 15 after, and 2 to mature: 7·14 + 32.
    assert is_sound(steady(200), *june)
    assert not is_sound(steady(100), *june)


def test_a_rate_that_jumps_is_no_chance_to_go_by() -> None:
    """Every fortnight either all convert or hardly anybody does."""
    held = [TODAY - timedelta(days=n) for n in range(300)]
    jumpy = Ages(
        TODAY,
        2,
        dict.fromkeys(held, 100),
        {day: {0: 90 if (TODAY - day).days // 31 % 2 else 1} for day in held},
    )
    assert not is_sound(jumpy, date(2026, 6, 1), date(2026, 6, 30), TODAY)
