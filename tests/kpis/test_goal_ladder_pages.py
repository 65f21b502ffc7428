"""The ladder of a goal on its page: rates of late, rungs kept as goals; and where the gap sits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.goal_setting.services import goal_set
from kpis.goal_setting.wishes import GoalWish
from kpis.models import DailyTotal, Goal
from tests.cast import Cast

MONTHS = [date(2025, month, 10) for month in range(3, 13)] + [date(2026, 1, 10), date(2026, 2, 10)]
HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture
def march(cast: Cast) -> Iterator[Cast]:
    """16 March 2026. Each month since March 2025: 100 leads of 800.00 and 25 sales of 1,000.00."""
    own = {"agency_id": cast.aurora.pk, "client": cast.bodega}
    eur: dict[str, Any] = {"currency": "EUR"}
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            for family in ("ads", "leads", "sales", "web"):
                SourceSync.objects.create(
                    **own, family=family, source="manual", is_live=True,
                    complete_from=date(2025, 1, 1),
                )  # fmt: skip
            for day in MONTHS:
                DailyTotal.objects.create(
                    **own, family="leads", day=day, channel="paid_search", leads=60
                )
                DailyTotal.objects.create(
                    **own, family="leads", day=day, channel="organic_search", leads=40
                )
                DailyTotal.objects.create(
                    **own, **eur, family="ads", day=day, channel="paid_search", ad_spend="800.00"
                )
        yield cast


def browser_of(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def leads_goal(cast: Cast, target: str = "900") -> Goal:
    with tenant_scope(cast.aurora.pk):
        wish = GoalWish("leads", HALF_YEAR, "increase", "cumulative", Decimal(target))
        return goal_set(cast.bodega, wish)


def address(route: str, goal: Goal) -> str:
    return reverse(route, args=["aurora", "bodega", goal.pk])


def test_the_rates_of_late_and_what_they_ask_for(march: Cast) -> None:
    goal = leads_goal(march)
    page = browser_of(march.marta).get(address("goal_ladder", goal)).context["page"]
    spend = next(step for step in page.steps if step.rung == "ad_spend")
    # 800 / 100 = 8.00 a lead; 900 × 8 = 7,200 in 181 days, 5.95 months: 1,210.77 a month
    assert (str(spend.rate_field.value()), spend.asks) == ("8.00", "7.200,00\xa0€")
    assert spend.tie == "Cost per lead (CPL): 8,00\xa0€ · 1 Dec 2025\u2009–\u200928 Feb 2026"
    assert page.steps[0].asks == "—"  # nothing is known of visits
    # December to February: 2,400.00 in 90 days, times 181
    assert page.spent == "4.826,67\xa0€"
    (cpl,) = page.stays
    # 4,826.67 / 900 = 5.363
    assert (cpl.now, cpl.budget, cpl.alone) == ("8,00\xa0€", "7.200,00\xa0€", "5,36\xa0€")


def test_the_rungs_become_goals_once(march: Cast) -> None:
    goal, browser = leads_goal(march), browser_of(march.marta)
    written = {"rate_cpl": "7.50", "take_ad_spend": "on", "rung_ad_spend": "", "do": "save"}
    for _time in range(2):
        saved = browser.post(address("goal_ladder", goal), written)
        assert saved.url == address("goal_detail", goal)
    with tenant_scope(march.aurora.pk):
        (child,) = Goal.objects.filter(parent_id=goal.pk)
    assert (child.kpi, child.kind, child.target) == ("ad_spend", "cap", Decimal("6750"))
    (row,) = browser.get(saved.url).context["children"]
    assert row.goal == child
    browser.post(address("goal_ladder", goal), written | {"rung_ad_spend": "5000"})
    with tenant_scope(march.aurora.pk):
        assert [each.target for each in Goal.objects.filter(parent_id=goal.pk)] == [5000]


def test_nonsense_is_said_and_nothing_kept(march: Cast) -> None:
    goal, browser = leads_goal(march), browser_of(march.marta)
    reply = browser.post(
        address("goal_ladder", goal), {"rate_cpl": "-1", "take_ad_spend": "on", "do": "save"}
    )
    assert reply.status_code == 200
    assert "greater than or equal to 0" in reply.content.decode()
    with tenant_scope(march.aurora.pk):
        assert not Goal.objects.filter(parent_id=goal.pk).exists()


def test_where_the_gap_sits(march: Cast) -> None:
    with tenant_scope(march.aurora.pk):
        own = {"agency_id": march.aurora.pk, "client": march.bodega, "family": "leads"}
        DailyTotal.objects.create(**own, day=date(2026, 3, 5), channel="paid_search", leads=100)
    goal = leads_goal(march, "1810")
    gap = browser_of(march.vera).get(address("goal_detail", goal)).context["gap"]
    # Expected by 15 March: 1,810 × 74/181 = 740; came 200 + 100 = 300: 440 less. The 74 days
    # before, from 19 October: 100 in November, 100 in December, 60 % paid. Expected 444 paid
    # and 296 organic; came 220 and 80: −224 and −216.
    assert gap.by_segment == (
        "Leads: 440 below what was expected: 224 from Paid Search and 216 from Organic Search."
    )
    assert gap.is_behind
    assert gap.compared == "19 Oct\u2009–\u200931 Dec 2025"
