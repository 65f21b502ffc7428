"""Days of spans, worked out by hand on a calendar."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kpis.calendar import ONE_DAY, Period
from kpis.spans import (
    BUDGET_TO_DATE,
    BUDGET_WHOLE,
    LAST_12_MONTHS,
    LAST_90_DAYS,
    MONTH_ENDS,
    Stretch,
    elementary,
    places,
    stretch_of,
)

EVER = Period(date(2000, 1, 1), date(2026, 4, 14))


def days(first: tuple[int, int, int], last: tuple[int, int, int]) -> Period:
    return Period(date(*first), date(*last))


MARCH = days((2026, 3, 1), (2026, 3, 31))
APRIL = days((2026, 4, 1), (2026, 4, 30))


def test_90_days_end_with_the_range_or_its_last_complete_day() -> None:
    # 31 March back: 31 + 28 + 31 = 90 days begin on 1 January.
    assert stretch_of(LAST_90_DAYS, MARCH, EVER) == Stretch((days((2026, 1, 1), (2026, 3, 31)),))
    # April is complete through the 14th: 14 + 31 + 28 = 73, so 17 more of January: from the 15th.
    assert stretch_of(LAST_90_DAYS, APRIL, EVER) == Stretch((days((2026, 1, 15), (2026, 4, 14)),))


def test_90_days_are_cut_where_the_data_begin() -> None:
    known = days((2026, 3, 20), (2026, 4, 14))
    assert stretch_of(LAST_90_DAYS, MARCH, known) == Stretch((days((2026, 3, 20), (2026, 3, 31)),))


def test_only_whole_months_count_and_at_most_twelve() -> None:
    found = stretch_of(LAST_12_MONTHS, APRIL, EVER)
    assert found is not None
    assert (len(found.periods), found.hull) == (12, days((2025, 4, 1), (2026, 3, 31)))
    # From 10 January on: February and March are whole, January is not.
    known = days((2026, 1, 10), (2026, 4, 14))
    cut = stretch_of(LAST_12_MONTHS, APRIL, known)
    assert cut is not None
    assert cut.periods == (days((2026, 2, 1), (2026, 2, 28)), MARCH)


def test_month_ends_of_the_months_touched_and_the_running_one_at_its_last_complete_day() -> None:
    asked = days((2026, 2, 10), (2026, 4, 30))
    found = stretch_of(MONTH_ENDS, asked, EVER)
    ends = [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 14)]
    assert found == Stretch(tuple(Period(day, day) for day in ends), is_mean=True)


def test_a_budget_counts_whole_and_what_was_spent_since_it_began() -> None:
    budget = days((2026, 3, 10), (2026, 5, 9))
    assert stretch_of(BUDGET_WHOLE, APRIL, EVER, budget) == Stretch((budget,))
    begun = days((2026, 3, 10), (2026, 4, 14))
    assert stretch_of(BUDGET_TO_DATE, APRIL, EVER, budget) == Stretch((begun,))
    assert stretch_of(BUDGET_WHOLE, APRIL, EVER, None) is None


def test_nothing_before_the_data() -> None:
    known = days((2026, 1, 1), (2026, 2, 28))
    for span in (LAST_90_DAYS, LAST_12_MONTHS, MONTH_ENDS):
        assert stretch_of(span, MARCH, known) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
            lambda pair: Period(
                date.fromordinal(738_000 + pair[0]), date.fromordinal(738_000 + sum(pair))
            )
        ),
        min_size=1,
        max_size=12,
    )
)
def test_pieces_adjoin_and_every_period_is_some_of_them(periods: list[Period]) -> None:
    pieces = elementary(periods)
    assert (pieces[0].first, pieces[-1].last) == (
        min(each.first for each in periods),
        max(each.last for each in periods),
    )
    for before, after in pairwise(pieces):
        assert after.first == before.last + ONE_DAY
    at = places(pieces)
    for period in periods:
        inside = pieces[at[period.first] : at.get(period.last + ONE_DAY, len(pieces))]
        assert [day for piece in inside for day in piece] == list(period)
