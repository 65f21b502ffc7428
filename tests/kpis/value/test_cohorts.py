"""Cohorts by month and the chained value: KPIS E.1's example, and what it must not depend on."""

from datetime import date
from fractions import Fraction as F
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kpis.value.cohorts import (
    Cohort,
    chained,
    cohorts_of,
    is_chain_sound,
    last_complete_month,
    month_after,
    months_between,
)

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
CUSTOMERS = {JANUARY: 100, FEBRUARY: 120, MARCH: 80}
#: Gross profit by first month and age. January: 1,800, then 500 and 400 more, and so on.
PROFITS = {
    (JANUARY, 0): F(1800), (JANUARY, 1): F(500), (JANUARY, 2): F(400),
    (FEBRUARY, 0): F(2040), (FEBRUARY, 1): F(600),
    (MARCH, 0): F(1520),
}  # fmt: skip


def test_the_example_of_the_specification() -> None:
    cohorts = cohorts_of(CUSTOMERS, PROFITS, {}, date(2026, 3, 31))

    assert [cohort.cumulative for cohort in cohorts] == [
        (1800, 2300, 2700),
        (2040, 2640),
        (1520,),
    ]
    ages = chained(cohorts)
    # (1,800 + 2,040 + 1,520) / 300; (500 + 600) / 220; 400 / 100
    assert [age.increment for age in ages] == [F(5360, 300), F(5), F(4)]
    assert [(age.customers, age.cohorts) for age in ages] == [(300, 3), (220, 2), (100, 1)]
    assert round(float(ages[0].value), 4) == 17.8667
    assert round(float(ages[2].value), 4) == 26.8667
    assert cohorts[0].per_customer(2) == 27  # January alone
    # The naive mean of month 1 over those who reached it, (2,300 + 2,640) / 220, is another number.
    assert round(float(F(2300 + 2640, 220)), 4) == 22.4545


def test_a_month_that_is_not_over_is_left_out() -> None:
    cohorts = cohorts_of(CUSTOMERS, PROFITS, {}, date(2026, 3, 30))

    assert [cohort.month for cohort in cohorts] == [JANUARY, FEBRUARY]
    assert [cohort.cumulative for cohort in cohorts] == [(1800, 2300), (2040,)]


def test_months() -> None:
    assert last_complete_month(date(2026, 3, 31)) == MARCH
    assert last_complete_month(date(2026, 3, 30)) == FEBRUARY
    assert last_complete_month(date(2024, 2, 29)) == date(2024, 2, 1)
    assert last_complete_month(date(2024, 2, 28)) == date(2024, 1, 1)
    assert last_complete_month(date(2026, 1, 15)) == date(2025, 12, 1)
    assert month_after(date(2025, 12, 1)) == JANUARY
    assert months_between(date(2024, 11, 30), FEBRUARY) == 15


def test_active_customers_by_age() -> None:
    active = {(JANUARY, 0): 100, (JANUARY, 2): 25}
    (cohort,) = cohorts_of({JANUARY: 100}, {}, active, date(2026, 3, 31))

    assert [cohort.share_active(age) for age in range(4)] == [1, 0, F(1, 4), None]
    assert cohort.cumulative == (0, 0, 0)  # nothing left by anyone is zero, not unknown
    assert cohort.per_customer(3) is None


def test_nothing_to_chain() -> None:
    assert cohorts_of({}, {}, {}, date(2026, 3, 31)) == ()
    assert chained(()) == ()
    assert not is_chain_sound(())


def test_a_chain_needs_three_cohorts_of_thirty() -> None:
    sizes = [Cohort(JANUARY, size, (F(1),)) for size in (30, 31, 29)]
    assert not is_chain_sound(sizes)
    assert is_chain_sound([*sizes, Cohort(JANUARY, 30, (F(1),))])


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.lists(st.integers(-500, 5000), min_size=1, max_size=6)),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_cohorts_of_one_course_have_that_course(shapes: list[tuple[int, list[int]]]) -> None:
    """If all customers left the same by age, the chain says just that, however the cohorts are cut."""
    course = max((each for _, each in shapes), key=len)
    cohorts = []
    for size, reached in shapes:
        sums = [F(sum(course[: age + 1])) * size for age in range(len(reached))]
        cohorts.append(Cohort(JANUARY, size, tuple(sums)))
    ages = chained(cohorts)

    assert [age.increment for age in ages] == course
    assert all(later.value - age.value == later.increment for age, later in pairwise(ages))
