"""What a goal keeps of how it was set: baseline frozen, scope, guard, season, versions (KPIS C.1)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import Client, Membership
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.goal_setting.changing import goal_change
from kpis.goal_setting.queries import stones_of
from kpis.goal_setting.rewriting import goal_revert
from kpis.goal_setting.services import GoalWish, goal_draft, goal_set, goals_for
from kpis.models import DailySnapshot, DailyTotal, Goal, GoalVersion
from tests.cast import Cast

HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))
LEADS = GoalWish("leads", HALF_YEAR, "increase", "cumulative", Decimal(900))
LEVEL = GoalWish("leads", HALF_YEAR, "increase", "level", Decimal(200))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """16 March 2026. Leads of 2025 from January: 80, 90, 110, 100, 120, 100, 0 …, 110 in December."""
    with (
        time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        for family in ("ads", "leads"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source="manual", is_live=True
            )
        for month, count in ((1, 80), (2, 90), (3, 110), (4, 100), (5, 120), (6, 100), (12, 110)):
            leads(cast.bodega, date(2025, month, 10), count)
        yield cast.bodega


def leads(client: Client, day: date, count: int, **dimensions: Any) -> None:
    own = {"agency_id": client.agency_id, "client": client, "family": "leads", "day": day}
    DailyTotal.objects.create(**own, leads=count)
    DailySnapshot.objects.create(**own, leads=count, **dimensions)


def stones(client: Client, goal: Goal) -> list[float]:
    return [round(float(stone.value), 2) for stone in stones_of(client, [goal])[goal.pk]]


def faults(client: Client, wish: GoalWish) -> list[str]:
    with pytest.raises(DomainError) as error:
        goal_set(client, wish)
    return [name for name, _message in error.value.data["fields"]]


def with_changes(wish: GoalWish, **changes: Any) -> GoalWish:
    return GoalWish(**(vars(wish) | changes))


def test_the_baseline_is_frozen_with_its_days_and_its_moment(bodega: Client) -> None:
    goal = goal_set(bodega, LEVEL)
    assert (goal.baseline, goal.baseline_first, goal.baseline_last) == (
        110, date(2025, 12, 1), date(2025, 12, 31),
    )  # fmt: skip
    assert goal.baseline_as_of == datetime(2026, 3, 16, 12, tzinfo=UTC)
    leads(bodega, date(2025, 12, 11), 1000)  # a restatement, later
    assert goal_change(bodega, goal, {"target": Decimal(300)}).baseline == 110


def test_a_longer_baseline_of_a_sum_is_one_of_its_grains(bodega: Client) -> None:
    first_half = Period(date(2025, 1, 1), date(2025, 6, 30))
    goal = goal_set(bodega, with_changes(LEVEL, baseline_period=first_half))
    assert goal.baseline == 100  # 600 leads in six months
    assert goal.baseline_first == date(2025, 1, 1)


def test_days_that_can_still_change_are_no_baseline(bodega: Client) -> None:
    this_month = Period(date(2026, 3, 1), date(2026, 3, 31))
    wish = with_changes(LEVEL, baseline_period=this_month)
    assert "baseline_period" in faults(bodega, wish)


def test_what_was_typed_is_kept_beside_the_absolute_target(bodega: Client) -> None:
    goal = goal_set(bodega, with_changes(LEVEL, target=Decimal("0.20"), target_as="relative"))
    assert (goal.entered_as, goal.entered, goal.target) == ("relative", Decimal("0.2"), 132)


def test_a_season_is_read_from_the_clients_own_year(bodega: Client) -> None:
    goal = goal_set(bodega, with_changes(LEADS, shape="seasonal"))
    # KPIS C.2, example 5: 900 × 80/600, 90/600 …
    assert stones(bodega, goal) == [120, 135, 165, 150, 180, 150]
    assert goal.season == ["80", "90", "110", "100", "120", "100"]
    changed = with_changes(
        LEADS, shape="seasonal", season=(None, None, Decimal(10), None, None, None)
    )
    # March was exceptional: 10 instead of 110, so 900 × 80/500 …
    assert stones(bodega, goal_set(bodega, changed)) == [144, 162, 18, 180, 216, 180]


def test_a_kpi_that_is_only_questioned_has_a_season_too(bodega: Client) -> None:
    for month in range(1, 7):
        DailyTotal.objects.create(
            agency_id=bodega.agency_id, client=bodega, family="ads", day=date(2025, month, 10),
            ad_spend=month, currency=bodega.currency,
        )  # fmt: skip
    wish = GoalWish(
        "ad_spend", HALF_YEAR, "increase", "cumulative", Decimal(42), shape="seasonal"
    )  # more spend is neither better nor worse: a warning, no fault
    assert stones(bodega, goal_set(bodega, wish)) == [2, 4, 6, 8, 10, 12]  # 42 × 1/21 …


def test_a_year_without_numbers_has_no_season(bodega: Client) -> None:
    sync = SourceSync.objects.filter(client=bodega, family="leads")
    sync.update(complete_from=date(2025, 6, 1))
    assert faults(bodega, with_changes(LEADS, shape="seasonal")) == ["shape"]


def test_any_dimension_of_the_kpi_narrows_it(bodega: Client) -> None:
    leads(bodega, date(2026, 1, 5), 40, device="mobile")
    leads(bodega, date(2026, 1, 6), 60, device="desktop")
    goal = goal_set(bodega, with_changes(LEADS, dimensions={"device": ("mobile",)}))
    assert goal.filters == {"device": ["mobile"]}
    (found,) = goals_for(bodega, HALF_YEAR)
    assert (found.actual, found.is_whole_client) == (40, False)
    assert faults(bodega, with_changes(LEADS, dimensions={"network": ("search",)})) == [
        "dimensions"
    ]
    assert faults(bodega, with_changes(LEADS, dimensions={"colour": ("red",)})) == ["dimensions"]


def test_weeks_and_quarters_are_steps_too(bodega: Client) -> None:
    goal = goal_set(bodega, with_changes(LEADS, grain="quarter"))
    assert stones(bodega, goal) == [447.51, 452.49]  # 90 and 91 of 181 days
    weekly = goal_set(bodega, with_changes(LEADS, grain="week"))
    # 1 January 2026 is a Thursday: 4 days, 25 weeks, 2 days.
    assert stones(bodega, weekly)[0] == round(900 * 4 / 181, 2)
    assert (len(stones(bodega, weekly)), stones(bodega, weekly)[-1]) == (
        27,
        round(900 * 2 / 181, 2),
    )


GUARD = {"guard_kpi": "cpl", "guard_operator": "at_most", "guard_limit": Decimal(12)}


def test_guard_parent_owner_and_review_are_kept(bodega: Client, cast: Cast) -> None:
    marta = Membership.objects.get(user=cast.marta)
    parent = goal_set(bodega, LEADS)
    goal = goal_set(
        bodega, with_changes(LEVEL, **GUARD, parent=parent, owner=marta, cadence="week")
    )
    goal = Goal.objects.get(pk=goal.pk)
    assert (goal.guard_kpi, goal.guard_limit, goal.parent, goal.owner, goal.cadence) == (
        "cpl", 12, parent, marta, "week",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({**GUARD, "guard_kpi": "leads"}, "guard_kpi"),
        ({**GUARD, "guard_kpi": "nonsense"}, "guard_kpi"),
        ({**GUARD, "guard_limit": None}, "guard_limit"),
        ({**GUARD, "guard_operator": "about"}, "guard_limit"),
        ({"guard_limit": Decimal(2)}, "guard_kpi"),
        ({"cadence": "hourly"}, "cadence"),
        ({"required_share": Decimal("0.8")}, "required_share"),
        ({"tolerance": Decimal(2)}, "tolerance"),
        ({"thresholds": {"pace": {"on_track": "2.5"}}}, "thresholds"),
        ({"grain": "day"}, "grain"),
        ({"period": Period(date(2000, 1, 1), date(2026, 6, 30))}, "grain"),
    ],
)
def test_what_stands_beside_the_numbers_is_checked(
    bodega: Client, changes: dict[str, Any], field: str
) -> None:
    assert faults(bodega, with_changes(LEADS, **changes)) == [field]


def test_nobody_elses_goal_or_member(bodega: Client, cast: Cast) -> None:
    vera = Membership.objects.get(user=cast.vera)  # sees Bodega, not Cafe
    assert faults(cast.cafe, with_changes(LEADS, owner=vera)) == ["owner"]
    other = goal_set(cast.cafe, LEADS)
    assert faults(bodega, with_changes(LEADS, parent=other)) == ["parent"]


def test_a_change_is_a_version_from_a_day_and_the_old_one_stays(bodega: Client, cast: Cast) -> None:
    marta = Membership.objects.get(user=cast.marta)
    goal = goal_set(bodega, LEADS, marta.pk)
    changes = {"target": Decimal(1200)}
    goal = goal_change(bodega, goal, changes, date(2026, 4, 1), marta.pk, "A second shop")
    # 447.51 stay for January to March; 752.49 are left for 91 days: 30, 31 and 30 of them.
    assert stones(bodega, goal) == [154.14, 139.23, 154.14, 248.07, 256.34, 248.07]
    first, second = GoalVersion.objects.filter(goal=goal).order_by("pk")
    assert (first.target, first.valid_from, first.reason) == (900, date(2026, 1, 1), "")
    assert [round(Decimal(value), 2) for _first, _last, value in first.milestones][3] == Decimal("149.17")  # fmt: skip
    assert (second.target, second.valid_from, second.reason, second.author) == (
        1200, date(2026, 4, 1), "A second shop", marta,
    )  # fmt: skip
    goal_change(bodega, goal, changes, date(2026, 4, 1), marta.pk, "Again")
    goal_change(bodega, goal, {"note": "No other target", "cadence": "month"})
    assert GoalVersion.objects.filter(goal=goal).count() == 2


def test_the_draft_says_how_far_it_goes(bodega: Client) -> None:
    found = goal_draft(bodega, LEVEL).feasibility
    # Of the months before January 2026, the first lead came in January 2025, the most in May.
    assert found is not None and found.is_furthest
    assert (found.grains, found.best[1]) == (12, 120)
    assert found.best[0] == Period(date(2025, 5, 1), date(2025, 5, 31))


def test_what_was_decided_is_not_asked_for_otherwise_afterwards(bodega: Client) -> None:
    goal = goal_set(bodega, LEADS)
    goal_change(bodega, goal, {"target": Decimal(800)})
    versions = list(GoalVersion.objects.filter(goal=goal).order_by("pk"))
    Goal.objects.filter(pk=goal.pk).update(closed_on=date(2026, 7, 21), closed_status="missed")
    for changes in ({"target": Decimal(850)}, GUARD):
        with pytest.raises(DomainError) as refused:
            goal_change(bodega, goal, changes, since=date(2026, 3, 1))
        assert refused.value.code == "goal_decided", changes
    with pytest.raises(DomainError) as refused:
        goal_revert(bodega, goal, versions[0].pk, versions[-1].pk)
    assert refused.value.code == "goal_decided"
    goal.refresh_from_db()
    assert (goal.target, goal.guard_kpi, goal.closed_status) == (800, "", "missed")
    # A word on it may still be written, and the same said again is no change.
    same = {"note": "As the fair was cancelled.", "target": Decimal(800)}
    assert goal_change(bodega, goal, same, since=date(2026, 3, 1)).note == same["note"]
