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
from django.urls import reverse

from accounts.models import Membership, User
from accounts.tenancy import tenant_scope
from campaigns.models import OwnMeasure, SourceSync
from inbox.models import Notice
from kpis.models import Goal, GoalStanding
from steering.models import GoalTrail, Review
from steering.nudges import reviews_due
from steering.plans.acting import plan_approve, plan_propose, plan_write
from steering.plans.lines import Line
from steering.trails import trails_note, trend_of
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
    assert (bodega.unread, bodega.is_stale, bodega.plan.number) == ("5 weeks", False, None)
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
    assert ([chip.name for chip in mine.chips], mine.due, mine.plan.number) == (["New leads"], 0, 1)


def test_it_counts_the_reviews_that_the_client_itself_names(scene: Cast) -> None:
    """Monday 16 March: 900 calls from 2 March to 30 June are 7 a day, 52 a week: weekly, since 9 March."""
    own = {"agency": scene.aurora, "client": scene.bodega}
    spring = {"starts_on": date(2026, 3, 2), "created_at": NOW - timedelta(days=20)}
    with tenant_scope(scene.aurora.pk):
        OwnMeasure.objects.create(**own, key="own_calls", name="Calls")
        OwnMeasure.objects.create(**own, key="own_past", name="Past", archived_at=NOW)
        calls = new_goal(scene.bodega, kpi="own_calls", **spring)
        new_goal(scene.bodega, kpi="own_past", **spring)  # no page of the client shows it
        new_goal(scene.bodega, kpi="sessions", cadence="day", closed_on=date(2026, 3, 1))
        new_goal(scene.bodega, kpi="leads", starts_on=date(2026, 4, 1))
        waiting = [each.goal.kpi for each in reviews_due(scene.bodega, NOW.date())]
    assert waiting == ["leads", "own_calls"]
    board = lines(came(scene.marta))[0]
    assert board.due == len(waiting)
    with tenant_scope(scene.aurora.pk):
        Goal.objects.exclude(pk=calls.pk).update(archived_at=NOW)
    (chip,) = lines(came(scene.marta))[0].chips
    assert (chip.name, chip.is_due) == ("Calls", True)


def test_the_way_a_goal_goes(scene: Cast) -> None:
    """Noted on 1 and 8 March: a probability of 0.60, then 0.40; today's is 0.25."""
    with tenant_scope(scene.aurora.pk):
        risky, steady = Goal.objects.filter(client=scene.bodega).order_by("pk")
        for chance, as_of in (("0.6", date(2026, 3, 1)), ("0.4", date(2026, 3, 8))):
            GoalStanding.objects.filter(goal=risky).update(as_of=as_of, probability=Decimal(chance))
            for _twice in range(2):
                trails_note(scene.bodega)
        GoalStanding.objects.filter(goal=risky).update(
            as_of=date(2026, 3, 14), probability=Decimal("0.25")
        )
        trails_note(scene.bodega)  # six days: not yet
        trail = GoalTrail.objects.get(goal=risky)
    assert (trail.noted_on, trail.earlier_on) == (date(2026, 3, 8), date(2026, 3, 1))
    [bodega] = lines(came(scene.marta), "?show=worse")
    assert [(each.id, each.trend) for each in bodega.chips] == [
        (risky.pk, "worse"),
        (steady.pk, ""),
    ]


@pytest.mark.parametrize(
    ("now", "earlier", "said"),
    [
        # (pace, probability): the probability decides where both times have one
        (("0.90", "0.65"), ("0.95", "0.60"), "better"),
        (("0.90", "0.56"), ("0.95", "0.60"), "steady"),
        (("0.90", None), ("0.95", "0.60"), "worse"),
        (("0.96", "0.50"), ("0.95", None), "steady"),
        ((None, None), ("0.95", "0.60"), ""),
    ],
)
def test_a_trend_in_a_word(now: Any, earlier: Any, said: str) -> None:
    pace, chance, was, had = (Decimal(each) if each else None for each in (*now, *earlier))
    assert trend_of(pace, chance, GoalTrail(earlier_pace=was, earlier_probability=had)) == said
    assert trend_of(pace, chance, None) == ""


def test_a_plan_that_waits_and_one_without_data(scene: Cast) -> None:
    """Leads are delivered, visits are not; then a second version waits beside the one in force."""
    with tenant_scope(scene.aurora.pk):
        SourceSync.objects.create(
            agency=scene.aurora, client=scene.bodega, family="leads", source="manual", is_live=True
        )
        named = [Line("Grow", key, target="900") for key in ("leads", "sessions")]
        plan_write(scene.bodega, "", named, None)
        vera = Membership.objects.get(agency=scene.aurora, user=scene.vera)
        plan_approve(scene.bodega, plan_propose(scene.bodega, NOW), vera, "The text", NOW)
    browser = came(scene.marta)
    bodega = next(line for line in lines(browser, "?show=setup") if line.client == scene.bodega)
    assert (bodega.plan.number, bodega.plan.waits, bodega.gaps) == (1, False, ("Sessions",))
    assert "1 KPI without data" in browser.get(BOARD).content.decode()
    with tenant_scope(scene.aurora.pk):
        plan_write(scene.bodega, "", named[:1], None)
        plan_propose(scene.bodega, NOW)
    bodega = next(line for line in lines(browser) if line.client == scene.bodega)
    assert (bodega.plan.number, bodega.plan.waits) == (1, True)


def test_every_address_is_one(scene: Cast) -> None:
    page = came(scene.marta).get(BOARD)
    for line in page.context["board"].lines:
        held = ["aurora", line.client.slug]
        assert line.links.goals == reverse("goals", args=held)
        assert line.links.incidents == reverse("incidents", args=held)
        assert line.links.plan == reverse("plan", args=held)
        for chip in line.chips:
            assert chip.href == reverse("goal_detail", args=[*held, chip.id])
            assert chip.review_href == reverse("goal_review", args=[*held, chip.id])


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
