"""The portfolio by goals: each client's line, filters, order, and as many statements for many goals."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from accounts.tenancy import tenant_scope
from inbox.models import Notice
from kpis.models import Goal, GoalStanding
from steering.models import Review
from steering.plans.acting import plan_approve, plan_propose, plan_write
from steering.plans.lines import Line
from tests.cast import Cast
from tests.steering.scene import judged, new_goal

BOARD = "/a/aurora/goals/"
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)


def standing(goal: Goal, status: str, chance: str | None = None) -> None:
    GoalStanding.objects.update_or_create(
        agency_id=goal.agency_id,
        client=goal.client,
        goal=goal,
        defaults={
            "status": status, "status_since": date(2026, 3, 2),
            "probability": Decimal(chance) if chance else None,
        },
    )  # fmt: skip


@pytest.fixture
def scene(cast: Cast) -> Iterator[Cast]:
    """Bodega: one goal at risk by 0.25, one on course. Cafe: none, and a source that went quiet."""
    User.objects.filter(pk=cast.vera.pk).update(last_login=NOW - timedelta(days=36))
    with time_machine.travel(NOW, tick=False):
        with tenant_scope(cast.aurora.pk):
            risky = new_goal(cast.bodega)
            standing(risky, "at_risk", "0.25")
            standing(new_goal(cast.bodega, kpi="revenue", cadence="quarter"), "on_track", "0.9")
            judged(risky, "on_track", "at_risk", date(2026, 3, 15))
            Notice.objects.create(
                agency=cast.aurora, client=cast.cafe, kind="source_stale", key="s", data={}
            )
        yield cast


def came(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    User.objects.filter(pk=user.pk).update(last_login=NOW)
    return browser


def lines(browser: Browser, query: str = "") -> list[Any]:
    return list(browser.get(f"{BOARD}{query}").context["board"].lines)


def test_each_client_in_a_line(scene: Cast) -> None:
    bodega, cafe = lines(came(scene.marta))
    assert [(each.name, each.status, each.probability) for each in bodega.chips] == [
        ("New leads", "at_risk", "25\u00a0%"), ("Sales revenue", "on_track", "90\u00a0%"),
    ]  # fmt: skip
    assert bodega.counts == (("at_risk", 1), ("on_track", 1))
    # 900 leads in 181 days: weekly, since 5 January; revenue quarterly, first in April
    assert (bodega.due, bodega.incidents, bodega.lowest) == (1, 1, Decimal("0.25"))
    assert (bodega.unread, bodega.is_stale, bodega.has_plan) == ("5 weeks", False, False)
    assert (cafe.chips, cafe.is_stale, cafe.unread) == ((), True, "Nobody invited")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Bodega", "Cafe"]),
        ("?show=trouble", ["Bodega"]),
        ("?show=due", ["Bodega"]),
        ("?show=stale", ["Cafe"]),
        ("?show=unread", ["Bodega", "Cafe"]),
        ("?show=setup&order=name", ["Bodega", "Cafe"]),
        ("?order=chance", ["Bodega", "Cafe"]),
        ("?show=nonsense&order=nonsense", ["Bodega", "Cafe"]),
        ("?mine=1", []),
    ],
)
def test_filters_and_orders(scene: Cast, query: str, names: list[str]) -> None:
    assert [line.client.name for line in lines(came(scene.marta), query)] == names


def test_what_people_do_shows(scene: Cast) -> None:
    with tenant_scope(scene.aurora.pk):
        goal = Goal.objects.get(client=scene.bodega, kpi="leads")
        marta = Membership.objects.get(agency=scene.aurora, user=scene.marta)
        Goal.objects.filter(pk=goal.pk).update(owner=marta)
        Review.objects.create(
            agency=scene.aurora, client=scene.bodega, goal=goal, comment="Seen",
            reviewed_on=date(2026, 3, 16), next_on=date(2026, 3, 23),
        )  # fmt: skip
        plan_write(scene.bodega, "", [Line("Grow", "leads", target="900")], None)
        plan = plan_propose(scene.bodega, NOW)
        vera = Membership.objects.get(agency=scene.aurora, user=scene.vera)
        plan_approve(scene.bodega, plan, vera, "The text", NOW)
    (mine,) = lines(came(scene.marta), "?mine=1")
    assert ([chip.name for chip in mine.chips], mine.due, mine.has_plan) == (["New leads"], 0, True)


def test_as_many_statements_for_many_goals(scene: Cast) -> None:
    browser = came(scene.marta)
    lines(browser)
    with CaptureQueriesContext(
        connection,
    ) as few:
        lines(browser)
    with tenant_scope(scene.aurora.pk):
        for _number in range(20):
            standing(new_goal(scene.cafe), "off_track", "0.05")
    with CaptureQueriesContext(connection) as many:
        cafe, _bodega = lines(browser)
    assert len(many) == len(few)
    assert (len(cafe.chips), cafe.more, cafe.counts) == (3, 17, (("off_track", 20),))


def test_others_do_not_see_it(scene: Cast) -> None:
    assert came(scene.vera).get(BOARD).status_code == 403
    assert came(scene.malena).get(BOARD).status_code == 404
