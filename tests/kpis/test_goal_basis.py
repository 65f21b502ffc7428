"""A goal on a cost basis of its own: baseline, value and status go by it, and it is printed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import STANDARD, Period
from kpis.goal_setting.queries import goals_of
from kpis.goal_setting.services import GoalWish, goal_draft, goal_set
from kpis.goal_standing.afterwards import afterwards_of
from kpis.goal_standing.progress import progress_of
from kpis.models import DailyTotal, Goal, GoalStanding, Restatement
from kpis.pages.goals import goal_page
from kpis.pages.reader import Reader
from tests.cast import Cast

HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """16 March 2026; its costs are media only. December and January: 100 leads, 1,000 of ads and 500
    of fees each."""
    now = datetime(2026, 3, 16, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False), tenant_scope(cast.aurora.pk):
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega}
        for family in ("ads", "leads", "costs"):
            SourceSync.objects.create(**own, family=family, source="manual", is_live=True)
        for day in (date(2025, 12, 5), date(2026, 1, 5)):
            DailyTotal.objects.create(**own, family="leads", day=day, leads=100)
            DailyTotal.objects.create(**own, family="ads", day=day, ad_spend=1000, currency="EUR")
            DailyTotal.objects.create(
                **own, family="costs", day=day, agency_fees=500, currency="EUR"
            )
        yield cast.bodega


def cpl_goal(client: Client, **more: object) -> Goal:
    wish = GoalWish("cpl", HALF_YEAR, "decrease", "period", Decimal(9), **more)  # type: ignore[arg-type]
    return goal_set(client, wish)


def test_each_goal_goes_by_its_own_basis(bodega: Client) -> None:
    month = Period(date(2025, 12, 1), date(2025, 12, 31))
    media = cpl_goal(bodega, baseline_period=month)
    fees = cpl_goal(bodega, baseline_period=month, cost_basis="media_fees")
    # 1,000 / 100 and 1,500 / 100.
    assert (media.baseline, fees.baseline) == (10, 15)
    found = progress_of(bodega, [fees, media])
    assert [(each.goal.pk, each.actual) for each in found] == [(fees.pk, 15), (media.pk, 10)]
    assert GoalStanding.objects.get(goal=fees).actual == 15


def test_it_is_printed_with_the_number(bodega: Client) -> None:
    cpl_goal(bodega, baseline=Decimal(12), cost_basis="media_fees")
    page = goal_page(bodega, goals_of(bodega).get(), Reader("en", "EUR", STANDARD))
    assert page.stated == ("Cost basis: ad spend and agency fees",)
    assert page.milestones[0].actual == "€15.00"
    assert page.course is not None
    drawn = page.course.chart["data"]["datasets"][0]["data"]
    assert [value for value in drawn if value is not None][-1] == 15


def test_what_was_restated_since_is_what_it_counts(bodega: Client) -> None:
    january = Period(date(2026, 1, 1), date(2026, 1, 31))
    wish = GoalWish("cpl", january, "decrease", "period", Decimal(9), baseline=Decimal(12))
    media, fees = goal_set(bodega, wish), goal_set(bodega, replace(wish, cost_basis="media_fees"))
    later = datetime(2026, 3, 17, 12, tzinfo=UTC)
    for measure in ("agency_fees", "ad_spend"):
        family = "costs" if measure == "agency_fees" else "ads"
        Restatement.objects.create(
            agency_id=bodega.agency_id, client=bodega, family=family, day=date(2026, 1, 5),
            measure=measure, difference=5, currency="EUR", reasons=["import"], recorded_at=later,
        )  # fmt: skip
    told = [
        sorted(line.measure for line in found.corrections)
        for each in progress_of(bodega, [media, fees])
        if (found := afterwards_of(bodega, each, sees_costs=True))
    ]
    assert told == [["ad_spend"], ["ad_spend", "agency_fees"]]


@pytest.mark.parametrize(
    ("of_client", "of_goal", "fields"),
    [("media", "full", ["dimensions"]), ("full", "media", []), ("full", "", ["dimensions"])],
)
def test_how_it_may_be_cut_goes_by_its_own_basis(
    bodega: Client, of_client: str, of_goal: str, fields: list[str]
) -> None:
    """Clicks are paid for on a device; fees and salaries are not."""
    Client.objects.filter(pk=bodega.pk).update(cost_basis=of_client)
    wish = GoalWish(
        "cpl", HALF_YEAR, "decrease", "period", Decimal(9),
        baseline=Decimal(12), dimensions={"device": ("mobile",)}, cost_basis=of_goal,
    )  # fmt: skip
    draft = goal_draft(Client.objects.get(pk=bodega.pk), wish)
    assert [problem.field for problem in draft.wrong] == fields


@pytest.mark.parametrize(("kpi", "basis"), [("cpl", "all of it"), ("ctr", "full")])
def test_what_no_number_depends_on_is_refused(bodega: Client, kpi: str, basis: str) -> None:
    wish = GoalWish(
        kpi, HALF_YEAR, "increase", "period", Decimal(90), baseline=Decimal(12), cost_basis=basis
    )
    with pytest.raises(DomainError) as error:
        goal_set(bodega, wish)
    assert [field for field, _message in error.value.data["fields"]] == ["cost_basis"]
