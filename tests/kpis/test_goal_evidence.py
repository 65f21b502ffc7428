"""What a goal is held against where that is not its value alone: chance, and the pace of a budget."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.progress import progress_of
from kpis.goals import poisson_interval
from tests.cast import Cast
from tests.kpis.facts import new_budget, new_daily, new_lead, refresh

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        for family in ("ads", "leads", "budget"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source="test", is_live=True
            )
        yield cast.bodega


def status(client: Client, wish: GoalWish) -> tuple[str, str]:
    (reading,) = progress_of(client, [goal_set(client, wish)])
    return reading.status, reading.verdict.reason


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (7, ("at_risk", "chance")),  # 7/10 = 70 %; 80 % interval of 7: 3.89 to 11.77, 10 is inside
        (5, ("off_track", "")),  # 2.43 to 9.27: 10 is outside
    ],
)
def test_a_level_of_a_count_may_be_chance(
    bodega: Client, count: int, expected: tuple[str, str]
) -> None:
    # 9 → 12 in three months: 10 in January.
    wish = GoalWish("leads", QUARTER, "increase", "level", Decimal(12), baseline=Decimal(9))
    for _lead in range(count):
        new_lead(bodega, date(2026, 1, 12))
    refresh(bodega)
    with time_machine.travel(datetime(2026, 2, 3, 12, tzinfo=UTC), tick=False):
        assert status(bodega, wish) == expected


def test_the_interval_of_a_large_count_is_the_exact_one_to_six_digits() -> None:
    low, high = poisson_interval(2000)  # χ²(0.1; 4000)/2 and χ²(0.9; 4002)/2
    assert (round(low, 2), round(high, 2)) == (1942.91, 2058.54)


@pytest.mark.parametrize(
    ("spent", "expected"),
    [
        (100, "on_track"),  # 15 of 31 days, 1,500 planned: 100/100 by then
        (94, "at_risk"),  # 94 %, the range begins at 95: within 3.5 points
        (80, "off_track"),  # 80 %
    ],
)
def test_a_budget_is_judged_by_its_pace_until_the_end(
    bodega: Client, spent: int, expected: str
) -> None:
    new_budget(bodega, JANUARY.first, JANUARY.last, 3100)  # 100 a day
    for day in range(1, 16):
        new_daily(bodega, date(2026, 1, day), ad_spend=Decimal(spent))
    refresh(bodega)
    wish = GoalWish(
        "budget_utilisation", JANUARY, "maintain", "period",
        low=Decimal("0.95"), high=Decimal("1.02"),
    )  # fmt: skip
    with time_machine.travel(datetime(2026, 1, 16, 12, tzinfo=UTC), tick=False):
        (reading,) = progress_of(bodega, [goal_set(bodega, wish)])
    assert reading.actual == Decimal(15 * spent) / 3100  # what is shown is what is used
    assert reading.status == expected


def test_at_its_end_a_budget_is_judged_by_what_was_used(bodega: Client) -> None:
    new_budget(bodega, JANUARY.first, JANUARY.last, 3100)
    new_daily(bodega, JANUARY.first, ad_spend=Decimal(3000))  # 96.8 %, all on the first day
    refresh(bodega)
    wish = GoalWish(
        "budget_utilisation", JANUARY, "maintain", "period",
        low=Decimal("0.95"), high=Decimal("1.02"),
    )  # fmt: skip
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        assert status(bodega, wish) == ("achieved", "")
