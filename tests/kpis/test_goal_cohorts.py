"""Goals on cohort KPIs are forecast from the facts: members by day and by the age at which they converted."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.db.models import DateField, F, functions
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Lead, SourceSync
from kpis.calendar import STANDARD, Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.judging import goals_evaluate
from kpis.goal_standing.replays import goal_replay
from kpis.models import Goal, GoalStanding
from kpis.pages.goals import goal_page
from kpis.pages.reader import Reader
from kpis.parameters import parameters_change
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast

QUARTER = Period(date(2026, 4, 1), date(2026, 6, 30))
BEGUN = date(2025, 7, 1)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """16 June 2026. Three leads a day since July 2025: of each day's one is MQL ten days later, another
    one fifty days later, too late to count. One more a day came by email, and is none."""
    now = datetime(2026, 6, 16, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False), tenant_scope(cast.aurora.pk):
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega}
        SourceSync.objects.create(**own, family="leads", source="test", is_live=True)
        leads = []
        for n in range((date(2026, 6, 15) - BEGUN).days + 1):
            day = BEGUN + timedelta(days=n)
            for place, after in enumerate((10, 50, None, None)):
                mql = None if after is None else day + timedelta(days=after)
                leads.append(
                    Lead(
                        **own, source="test", external_id=f"{n}-{place}", tz="UTC", created_date=day,
                        mql_date=mql if mql and mql <= date(2026, 6, 15) else None,
                        channel="email" if place == 3 else "paid_search",
                    )
                )  # fmt: skip
        Lead.objects.bulk_create(leads)
        snapshot_refresh(cast.bodega)
        yield cast.bodega


def rate_goal(client: Client, target: str, **more: object) -> Goal:
    wish = GoalWish(
        "lead_to_mql_rate", QUARTER, "increase", "period", Decimal(target),
        baseline=Decimal("0.1"), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return goal_set(client, wish)


def test_the_rate_at_the_end_is_that_of_mature_cohorts(bodega: Client) -> None:
    all_of_it, paid = rate_goal(bodega, "0.2"), rate_goal(bodega, "0.5", channel="paid_search")
    with CaptureQueriesContext(connection) as captured:
        goals_evaluate(bodega)
    asked = [query["sql"] for query in captured if "campaigns_lead AS fact" in query["sql"]]
    assert len(asked) == 2  # one for each part
    found, of_paid = (GoalStanding.objects.get(goal=goal) for goal in (all_of_it, paid))
    # One of four, where those of the last days, who had no time yet, would say less.
    assert found.forecast_model == "cohorts"
    assert float(found.forecast_value or 0) == pytest.approx(0.25, abs=0.005)
    assert found.probability is not None and found.probability > Decimal("0.8")
    assert found.status == "on_track"
    # One of three of the paid ones; half is out of reach.
    assert float(of_paid.forecast_value or 0) == pytest.approx(1 / 3, abs=0.005)
    assert (of_paid.status, of_paid.reason) == ("off_track", "probability")


def test_each_goal_goes_by_the_window_of_its_own_days(bodega: Client) -> None:
    """One of four buys after 60 days; from July on a customer has to come within 30."""
    SourceSync.objects.create(
        agency_id=bodega.agency_id, client=bodega, family="sales", source="test", is_live=True
    )
    bought = functions.Cast(F("created_date") + timedelta(days=60), DateField())
    Lead.objects.filter(external_id__endswith="-2").update(first_sale_on=bought)
    parameters_change(bodega, date(2026, 7, 1), {"cohort_days": 30}, "", None)
    summer = Period(date(2026, 5, 1), date(2026, 7, 31))
    wishes = [
        GoalWish(
            "lead_to_customer_rate", days, "increase", "period", Decimal("0.2"),
            baseline=Decimal("0.1"),
        )
        for days in (QUARTER, summer)
    ]  # fmt: skip
    goals = [goal_set(bodega, wish) for wish in wishes]
    goals_evaluate(bodega)
    found = [GoalStanding.objects.get(goal=goal) for goal in goals]
    assert [each.forecast_model for each in found] == ["cohorts", ""]
    assert float(found[0].forecast_value or 0) == pytest.approx(0.25, abs=0.01)


def test_the_test_mode_goes_by_the_same_chance(bodega: Client) -> None:
    goal = rate_goal(bodega, "0.25")
    goals_evaluate(bodega)
    found = GoalStanding.objects.get(goal=goal)
    replay = goal_replay(bodega, goal, 3)
    assert found.as_of is not None and found.probability is not None
    assert len(replay.chances) == 3
    assert replay.chances[found.as_of] == pytest.approx(float(found.probability), abs=1e-7)


def test_levels_and_other_cohorts_have_none(bodega: Client) -> None:
    level = GoalWish(
        "lead_to_mql_rate", QUARTER, "increase", "level", Decimal("0.2"), baseline=Decimal("0.1")
    )
    assert GoalStanding.objects.get(goal=goal_set(bodega, level)).forecast_model == ""


def test_it_is_drawn_to_the_last_day_that_has_matured(bodega: Client) -> None:
    goal = Goal.objects.get(pk=rate_goal(bodega, "0.2").pk)
    page = goal_page(bodega, goal, Reader("en", bodega.currency, STANDARD))
    assert page.outlook is not None and "how earlier cohorts went on" in page.outlook.model
    assert page.outlook.needed == ""
    assert page.course is not None
    by_role = {
        each["rumbo"]["role"]: each["data"] for each in page.course.chart["data"]["datasets"]
    }
    known = [value for value in by_role["series"] if value is not None]
    # Matured are 1 April to 16 May, 46 days: one of four of them.
    assert (len(known), round(known[-1], 4)) == (46, 0.25)
    assert next(place for place, value in enumerate(by_role["forecast"]) if value is not None) == 45
