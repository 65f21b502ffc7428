"""A ladder that two people keep at once is kept once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

from accounts.tenancy import tenant_transaction
from kpis.calendar import Period
from kpis.goal_setting.services import goal_set
from kpis.goal_setting.wishes import GoalWish
from kpis.goals.ladder import Rung
from kpis.ladder.services import ladder_keep
from kpis.models import Goal
from tests.at_once import begun
from tests.cast import Cast

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
TARGETS: dict[Rung, Decimal] = {"sales_count": Decimal(200), "leads": Decimal(2000)}


def test_who_keeps_it_second_finds_the_goals_of_the_first(
    committed_cast: Cast, other: ThreadPoolExecutor
) -> None:
    bodega = committed_cast.bodega
    with tenant_transaction(bodega.agency_id):
        wish = GoalWish("revenue", YEAR, "increase", "cumulative", Decimal(50_000))
        goal = goal_set(bodega, wish)
    with tenant_transaction(bodega.agency_id):
        first = ladder_keep(bodega, goal, TARGETS, None)
        second = begun(other, bodega, lambda: ladder_keep(bodega, goal, TARGETS, None))
    assert [child.pk for child in second.result()] == [child.pk for child in first]
    with tenant_transaction(bodega.agency_id):
        assert Goal.objects.filter(parent=goal).count() == 2
