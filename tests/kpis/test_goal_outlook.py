"""What a goal's page says of the days to come: needed from here, drawn, and why there is no forecast."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import STANDARD, Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.judging import goals_evaluate
from kpis.goals.needs import required_rate
from kpis.models import DailyTotal, Goal, GoalStanding
from kpis.pages.goals import GoalPage, goal_page
from kpis.pages.reader import Reader
from tests.cast import Cast

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
CPL = GoalWish("cpl", JUNE, "decrease", "period", Decimal(10), baseline=Decimal(12))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """16 June 2026: 4,200 spent for 380 leads since the 1st, and five weeks of 20 leads a day before."""
    now = datetime(2026, 6, 16, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False), tenant_scope(cast.aurora.pk):
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega}
        for family in ("ads", "leads"):
            SourceSync.objects.create(**own, family=family, source="manual", is_live=True)
        day = date(2026, 4, 27)
        for n in range(35):
            DailyTotal.objects.create(
                **own, family="leads", day=day + timedelta(days=n), leads=20 + n % 3
            )
        DailyTotal.objects.create(**own, family="leads", day=date(2026, 6, 3), leads=380)
        DailyTotal.objects.create(
            **own, family="ads", day=date(2026, 6, 2), ad_spend=4200, currency="EUR"
        )
        yield cast.bodega


def page_of(client: Client, goal: Goal) -> GoalPage:
    return goal_page(client, Goal.objects.get(pk=goal.pk), Reader("en", client.currency, STANDARD))


def test_the_rate_that_the_rest_must_have() -> None:
    # 2 % of 15,000 sessions are 300; 150 came of 10,000: 150 of the 5,000 to come.
    assert required_rate(Fraction(2, 100), 150, 10_000, 5_000) == Fraction(3, 100)
    assert required_rate(10, 4200, 380, 0) is None


def test_a_ratio_needs_a_rate_at_the_volume_of_so_far(bodega: Client) -> None:
    # 380 leads in 15 days, 380 more in the other 15: (10 × 760 − 4,200) / 380 = 8.9474 each.
    outlook = page_of(bodega, goal_set(bodega, CPL)).outlook
    assert outlook is not None
    assert outlook.needed == "From here it must be €8.95, if the volume stays as it was so far."


def test_a_ratio_needs_a_rate_for_the_rest_of_a_budget(bodega: Client) -> None:
    goal = goal_set(bodega, CPL)
    goal_set(bodega, GoalWish("ad_spend", JUNE, "cap", "cumulative", Decimal(10_000)))
    # KPIS C.4: 10,000/10 = 1,000 leads, so 620 more for 5,800: 9.3548.
    outlook = page_of(bodega, goal).outlook
    assert outlook is not None
    assert outlook.needed == "For the rest of the budget of €10,000.00 it must be €9.35."


def test_no_other_limit_is_taken_for_its_budget(bodega: Client) -> None:
    """Dollars are not euros, ad spend is not all that a lead costs, and clicks are not money."""
    own = {"agency_id": bodega.agency_id, "client": bodega}
    SourceSync.objects.create(**own, family="costs", source="manual", is_live=True)
    DailyTotal.objects.create(
        **own, family="costs", day=date(2026, 6, 2), agency_fees=100, currency="EUR"
    )
    DailyTotal.objects.filter(day=date(2026, 6, 2), family="ads").update(
        clicks=100, impressions=1000
    )
    limit = GoalWish("ad_spend", JUNE, "cap", "cumulative", Decimal(10_000))
    goal_set(bodega, replace(limit, currency="USD"))
    goal_set(bodega, replace(limit, kpi="clicks"))
    media = page_of(bodega, goal_set(bodega, CPL)).outlook
    goal_set(bodega, limit)
    fees = page_of(bodega, goal_set(bodega, replace(CPL, cost_basis="media_fees"))).outlook
    ctr = GoalWish("ctr", JUNE, "increase", "period", Decimal("0.2"), baseline=Decimal("0.05"))
    clicks = page_of(bodega, goal_set(bodega, ctr)).outlook
    # (10 × 760 − 4,200) / 380, (7,600 − 4,300) / 380, and 0.2 × 2,000 − 100 of 1,000.
    assert [each.needed for each in (media, fees, clicks) if each] == [
        "From here it must be €8.95, if the volume stays as it was so far.",
        "From here it must be €8.68, if the volume stays as it was so far.",
        "From here it must be 30.0\u00a0%, if the volume stays as it was so far.",
    ]


def test_a_jump_in_level_is_said(cast: Cast) -> None:
    """Eight weeks of 20 leads a day, and 40 a day for the last three: Monday 30 March to 14 June."""
    now = datetime(2026, 6, 15, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False), tenant_scope(cast.aurora.pk):
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega, "family": "leads"}
        SourceSync.objects.create(**own, source="manual", is_live=True)
        DailyTotal.objects.bulk_create(
            DailyTotal(
                **own,
                day=date(2026, 3, 30) + timedelta(days=n),
                leads=(20 if n < 56 else 40) + n % 3,
            )
            for n in range(77)
        )
        wish = GoalWish("leads", JUNE, "increase", "cumulative", Decimal(1200))
        outlook = page_of(cast.bodega, goal_set(cast.bodega, wish)).outlook
        assert outlook is not None
        assert outlook.model.endswith(
            "The level jumped: what came before counts at the level since."
        )
        goals_evaluate(cast.bodega)
        kept = GoalStanding.objects.get()
        assert kept.forecast_model.endswith("+jump")
        # 14 days of 41 have come, 16 more do: 1,230. At the old level 910.
        assert kept.forecast_value is not None and 1100 < kept.forecast_value < 1300


def test_what_can_no_longer_be_reached_is_said(bodega: Client) -> None:
    wish = GoalWish("cpl", JUNE, "decrease", "period", Decimal(5), baseline=Decimal(12))
    outlook = page_of(bodega, goal_set(bodega, wish)).outlook  # 5 × 760 = 3,800 are spent already
    assert outlook is not None
    assert outlook.needed == "At the volume of so far it can no longer be reached."


def test_a_ratio_is_drawn_as_it_stands_from_the_first_day_on(bodega: Client) -> None:
    drawn = page_of(bodega, goal_set(bodega, CPL)).course
    assert drawn is not None
    actual, path, *_fan = (each["data"] for each in drawn.chart["data"]["datasets"])
    # Money without a lead has no cost per lead yet; from 3 June on 4,200/380 = 11.0526.
    assert actual[:2] == [None, None]
    assert [round(value, 4) for value in actual[2:15]] == [11.0526] * 13
    assert (actual[15:], path) == ([None] * 15, [10] * 30)


def test_how_far_the_numbers_reach_is_asked_once_for_the_whole_page(bodega: Client) -> None:
    for wish in (CPL, GoalWish("leads", JUNE, "increase", "cumulative", Decimal(700))):
        goal = goal_set(bodega, wish)
        with CaptureQueriesContext(connection) as sent:
            page_of(bodega, goal)
        assert sum('FROM "campaigns_sourcesync"' in query["sql"] for query in sent) == 1


def test_a_goal_is_forecast_at_once_although_a_day_went_by(bodega: Client) -> None:
    goal = goal_set(bodega, GoalWish("leads", JUNE, "increase", "cumulative", Decimal(700)))
    GoalStanding.objects.filter(goal=goal).update(as_of=date(2026, 6, 14))
    page = page_of(bodega, goal)
    assert page.outlook is not None and page.outlook.forecast.startswith("About ")
    roles = [each["rumbo"]["role"] for each in page.course.chart["data"]["datasets"]]  # type: ignore[union-attr]
    assert "forecast" in roles


def test_why_there_is_no_forecast(bodega: Client) -> None:
    """Spend is known for 14 days: too few."""
    spend = goal_set(bodega, GoalWish("ad_spend", JUNE, "cap", "cumulative", Decimal(10_000)))
    outlook = page_of(bodega, spend).outlook
    assert outlook is not None
    assert outlook.forecast == "There is no forecast: the past is too short or has gaps."
