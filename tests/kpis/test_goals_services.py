"""Goals against a snapshot written by hand: milestones kept, pace judged, the end decided once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.goal_setting.services import (
    GoalWish,
    baseline_for,
    goal_archive,
    goal_restore,
    goal_set,
    goals_for,
)
from kpis.goal_standing.judging import goals_evaluate
from kpis.goal_standing.progress import Progress, grain_lines
from kpis.models import DailyTotal, GoalStanding, Milestone
from tests.cast import Cast

HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        for family in ("ads", "leads", "sales"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source="manual", is_live=True
            )
        yield cast.bodega


def leads(client: Client, day: date, count: int, channel: str = "paid_search") -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id, client=client, family="leads", day=day, channel=channel,
        leads=count,
    )  # fmt: skip


def spend(client: Client, day: date, amount: str) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id, client=client, family="ads", day=day, channel="paid_search",
        ad_spend=amount, currency=client.currency,
    )  # fmt: skip


def only(client: Client, period: Period = HALF_YEAR) -> Progress:
    (reading,) = goals_for(client, period)
    return reading


NINE_HUNDRED = GoalWish("leads", HALF_YEAR, "increase", "cumulative", Decimal(900))


def test_milestones_are_stored_and_add_up(bodega: Client) -> None:
    goal = goal_set(bodega, NINE_HUNDRED)
    stored = Milestone.objects.filter(goal=goal).order_by("starts_on")
    # 900 spread over 181 days: 31, 28, 31, 30, 31, 30 of them (KPIS C.2, example 4).
    assert [round(row.value, 2) for row in stored] == [
        Decimal(text) for text in ("154.14", "139.23", "154.14", "149.17", "154.14", "149.17")
    ]
    assert round(sum(row.value for row in stored), 8) == 900


def test_the_expected_and_the_actual_on_the_same_day(bodega: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        leads(bodega, date(2026, 1, 31), 300)
        leads(bodega, date(2026, 3, 15), 45)
        leads(bodega, date(2026, 3, 16), 1000)  # today never counts
        goal_set(bodega, NINE_HUNDRED)
        reading = only(bodega)
        assert (reading.as_of, reading.actual) == (date(2026, 3, 15), 345)
        # 900 × 74/181 = 367.9558; pace 345/367.9558 = 93.76 %; the way made 345/900 = 38.33 %.
        assert reading.expected is not None and reading.pace is not None
        assert round(float(reading.expected), 4) == 367.9558
        assert round(float(reading.pace), 4) == 0.9376
        assert reading.attainment == Fraction(345, 900)
        assert reading.status == "at_risk"
        assert [line.actual_so_far for line in grain_lines(bodega, reading)] == [
            300, 300, 345, None, None, None,
        ]  # fmt: skip
        assert reading.path([Period(date(2026, 7, 1), date(2026, 7, 31))]) == [None]


def test_a_relative_target_is_stored_as_its_number(bodega: Client) -> None:
    with time_machine.travel(datetime(2026, 1, 10, 12, tzinfo=UTC), tick=False):
        spend(bodega, date(2025, 12, 5), "1200.00")
        leads(bodega, date(2025, 12, 5), 100)
        wish = GoalWish(
            "cpl", HALF_YEAR, "decrease", "level", Decimal("-0.25"), target_as="relative"
        )
        baseline = baseline_for(bodega, wish)
        assert baseline is not None
        assert baseline.period == Period(date(2025, 12, 1), date(2025, 12, 31))
        assert baseline.value.value == 12
        goal = goal_set(bodega, wish)
        assert (goal.baseline, goal.target, goal.currency) == (12, 9, "EUR")
        stored = Milestone.objects.filter(goal=goal).order_by("starts_on")
        assert [float(row.value) for row in stored] == [11.5, 11, 10.5, 10, 9.5, 9]


def test_a_channel_has_its_own_goal(bodega: Client) -> None:
    with time_machine.travel(datetime(2026, 6, 30, 12, tzinfo=UTC), tick=False):
        leads(bodega, date(2026, 2, 1), 700, channel="email")
        leads(bodega, date(2026, 2, 1), 100, channel="paid_search")
        goal_set(
            bodega,
            GoalWish(
                "leads", HALF_YEAR, "increase", "cumulative", Decimal(90), channel="paid_search"
            ),
        )
        goal_set(bodega, NINE_HUNDRED)
        found = {
            each.goal.channel: (each.actual, each.status) for each in goals_for(bodega, HALF_YEAR)
        }
        # One day is left, and none of the last eight weeks brought a lead: 100 more will not come.
        assert found == {"paid_search": (100, "achieved"), "": (800, "off_track")}


def test_the_status_is_kept_and_the_end_is_decided_once(bodega: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        leads(bodega, date(2026, 1, 31), 345)
        goal = goal_set(bodega, NINE_HUNDRED)
        assert (goal.status, goal.status_since) == ("at_risk", date(2026, 3, 15))
        standing = GoalStanding.objects.get(goal=goal)
        # 900 × 74/181 = 367.955801...; 345 of them, 345 of 900.
        assert (standing.as_of, standing.actual) == (date(2026, 3, 15), 345)
        assert standing.expected == Decimal("367.9558011049")  # of stones with ten places
        assert standing.pace == Decimal("0.9376126126")
        assert standing.attainment == Decimal("0.3833333333")
        assert goals_evaluate(bodega) == []
        assert GoalStanding.objects.get(goal=goal).evaluated_at == standing.evaluated_at
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC), tick=False):
        changes = goals_evaluate(bodega)
        assert [(each.before, each.after) for each in changes] == [
            ("", "missed")
        ]  # judged on one day before
        leads(bodega, date(2026, 1, 31), 600)  # a restatement, long after the close
        assert goals_evaluate(bodega) == []
        reading = only(bodega)
        assert (reading.status, reading.actual) == ("missed", 945)


def test_a_late_source_silences_its_goals(bodega: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        leads(bodega, date(2026, 1, 31), 345)
        goal_set(bodega, NINE_HUNDRED)
        sync = SourceSync.objects.filter(client=bodega, family="leads")
        sync.update(is_live=False, complete_through=date(2026, 3, 12))
        reading = only(bodega)  # 900 × 71/181 = 353.04: a little better than three days later
        assert (reading.as_of, reading.status) == (date(2026, 3, 12), "on_track")
        sync.update(complete_through=date(2026, 2, 28))
        assert only(bodega).status == "no_data"


def test_an_archived_goal_is_out_of_the_way(bodega: Client) -> None:
    goal = goal_set(bodega, NINE_HUNDRED)
    goal_archive(goal)
    assert goals_for(bodega, HALF_YEAR) == []
    goal_restore(goal)
    assert only(bodega).goal == goal


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        (GoalWish("leads", HALF_YEAR, "increase", "cumulative"), ["target"]),
        (GoalWish("leads", HALF_YEAR, "increase", "cumulative", Decimal(0)), ["target"]),
        (GoalWish("cpl", HALF_YEAR, "increase", "cumulative", Decimal(9)), ["accumulation"]),
        (GoalWish("cpl", HALF_YEAR, "decrease", "level", Decimal(9)), ["baseline"]),
        (GoalWish("cpl", HALF_YEAR, "maintain", "level", low=Decimal(9), high=Decimal(8)), ["high"]),
        (GoalWish("cpl", HALF_YEAR, "decrease", "level", Decimal(9), baseline=Decimal(8)), ["target"]),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_field(
    bodega: Client, wish: GoalWish, fields: list[str]
) -> None:
    with pytest.raises(DomainError) as error:
        goal_set(bodega, wish)
    assert [name for name, _message in error.value.data["fields"]] == fields
