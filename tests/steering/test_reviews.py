"""Reviews of goals, deciding again, and comments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import User
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.goal_setting.changing import goal_change
from kpis.goal_setting.queries import versions_of
from kpis.goal_setting.rewriting import goal_revert
from kpis.goal_standing.judging import goals_evaluate
from kpis.models import Goal
from steering.models import Comment, Incident, Review
from steering.review_days import ReviewDays
from steering.review_queries import due_of
from tests.cast import Cast
from tests.steering.scene import judged, leads, new_goal
from webhooks.models import Event

BODEGA = "/a/aurora/c/bodega/"


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    """Monday 16 March 2026; 345 leads since January of 900 until June."""
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            SourceSync.objects.create(
                agency=cast.aurora,
                client=cast.bodega,
                family="leads",
                source="manual",
                is_live=True,
            )
            leads(cast.bodega, date(2026, 1, 31), 345)
            found = new_goal(cast.bodega)
            goals_evaluate(cast.bodega)
        yield found


def came(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def words(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u2009", " ").split())


def typed(**changes: str) -> dict[str, str]:
    fields = {
        "reviewed_on": "2026-03-16", "people": "Marta and Vera", "comment": "Behind since February",
        "decision": "Two more landing pages", "next_on": "2026-04-01",
    }  # fmt: skip
    return fields | changes


def test_a_review_keeps_what_the_numbers_were(goal: Goal, cast: Cast) -> None:
    browser, page = came(cast.marta), f"{BODEGA}goals/{goal.pk}/"
    # 900 leads in 181 days are 5 a day, 35 a week: reviewed weekly, first on Monday 5 January
    assert "A review is due since 5 Jan 2026" in words(browser, page)
    assert browser.get(f"{page}review/").context["form"]["next_on"].value() == date(2026, 3, 23)
    for _twice in range(2):
        browser.post(f"{page}review/", typed())
    with tenant_scope(cast.aurora.pk):
        kept = Review.objects.get(goal=goal)
    assert (kept.as_of, kept.value) == (date(2026, 3, 15), Decimal(345))
    read = words(came(cast.vera), page)  # the client reads it, too
    assert "Next review on 1 Apr 2026" in read
    assert "Two more landing pages" in read
    assert "Review now" not in read


def test_the_numbers_since_the_last_one(goal: Goal, cast: Cast) -> None:
    """345 of 368 on the 16th; 20 more by the 23rd, when 900 × 81/181 = 402.8 were expected."""
    browser, page = came(cast.marta), f"{BODEGA}goals/{goal.pk}/review/"
    assert browser.get(page).context["since"] is None
    browser.post(page, typed())
    with time_machine.travel(datetime(2026, 3, 23, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            leads(cast.bodega, date(2026, 3, 20), 20)
            goals_evaluate(cast.bodega)
            judged(goal, "on_track", "at_risk", date(2026, 3, 22))
        since = came(cast.marta).get(page).context["since"]
    assert [(each.before, each.now, each.change) for each in since.lines] == [
        ("345", "365", "+20"), ("368", "403", "+35"),
    ]  # fmt: skip
    assert (since.statuses[1], since.incidents) == ("at_risk", 1)


def test_a_review_that_says_nothing_is_refused(goal: Goal, cast: Cast) -> None:
    browser, page = came(cast.marta), f"{BODEGA}goals/{goal.pk}/review/"
    refused = browser.post(page, typed(next_on="2026-03-16"))
    assert refused.context["form"].errors == {"next_on": ["The next review comes after this one."]}
    assert browser.post(page, typed(comment=" ")).context["form"].errors["comment"]
    with tenant_scope(cast.aurora.pk):
        assert not Review.objects.exists()


def test_when_a_goal_is_due(goal: Goal, cast: Cast) -> None:
    today = date(2026, 3, 16)
    days = ReviewDays(cast.bodega, today)
    with tenant_scope(cast.aurora.pk):
        # Its 345 leads in 74 days are 4.7 a day, 32.6 a week.
        rows = Goal.objects.prefetch_related("standings")
        goal, judged = (rows.get(pk=goal.pk) for _twice in range(2))
    by_volume = due_of(days, goal, None, "count")
    assert (by_volume.next_on, by_volume.is_due) == (date(2026, 1, 5), True)
    judged.accumulation = "level"
    assert due_of(days, judged, None, "count").next_on == date(2026, 1, 5)
    judged.standing.daily_volume = None
    assert due_of(days, judged, None, "money").next_on == date(2026, 2, 1)
    # set on 11 March, a Wednesday, in the middle of its period: nobody is late on that day
    goal.created_at = judged.created_at = datetime(2026, 3, 11, 12, tzinfo=UTC)
    assert due_of(days, goal, None, "count").next_on == date(2026, 3, 16)
    assert due_of(days, judged, None, "money").next_on == date(2026, 4, 1)
    # half past midnight in Madrid on 1 March, which is still February in UTC
    judged.created_at = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert due_of(days, judged, None, "money").next_on == date(2026, 4, 1)
    goal.cadence = "quarter"
    assert not due_of(days, goal, None, "count").is_due
    goal.cadence, goal.closed_on = "day", today
    assert not due_of(days, goal, None, "count").is_due


def test_what_was_decided_is_decided_again_with_a_reason(goal: Goal, cast: Cast) -> None:
    browser, again = came(cast.marta), f"{BODEGA}goals/{goal.pk}/decide-again/"

    def stands() -> tuple[str, Decimal | None, str]:
        with tenant_scope(cast.aurora.pk):
            found = Goal.objects.get(pk=goal.pk)
        return found.closed_status, found.closed_value, found.reopened_reason

    browser.post(again, {"reason": "Too early"})
    assert stands() == ("", None, "")
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            goals_evaluate(cast.bodega)
            assert stands()[:2] == ("missed", Decimal(345))
            leads(cast.bodega, date(2026, 6, 1), 600)  # came late; what was decided stays
            goals_evaluate(cast.bodega)
        assert stands()[:2] == ("missed", Decimal(345))
        browser = came(cast.marta)
        browser.post(again, {"reason": " "})
        assert stands()[0] == "missed"
        browser.post(again, {"reason": "The June file came late"})
        assert stands() == ("achieved", Decimal(945), "The June file came late")
    with tenant_scope(cast.aurora.pk):  # who was told that it was missed is told of this, too
        assert Incident.objects.get(goal=goal).state == "resolved"
        kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["goal.missed", "goal.achieved"]


def test_a_lower_target_that_is_reached_ends_the_warning(goal: Goal, cast: Cast) -> None:
    """At risk at 345 of 900; of 300 it is achieved at once. Changed twice it is said once."""
    with tenant_scope(cast.aurora.pk):
        judged(goal, "on_track", "at_risk", date(2026, 3, 15))
        for _twice in range(2):
            goal_change(cast.bodega, goal, {"target": Decimal(300)}, date(2026, 1, 1))
        assert Incident.objects.get(goal=goal).state == "resolved"
        kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["goal.at_risk", "goal.achieved"]


def test_so_does_the_way_back_to_a_lower_one(goal: Goal, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        for target in (300, 900):
            goal_change(cast.bodega, goal, {"target": Decimal(target)}, date(2026, 1, 1))
        judged(goal, "on_track", "at_risk", date(2026, 3, 15))
        lower, last = versions_of(goal)
        assert Incident.objects.get(goal=goal).state == "open"
        goal_revert(cast.bodega, goal, lower.pk, last.pk)
        assert Incident.objects.get(goal=goal).state == "resolved"


def test_comments_by_agency_and_client(goal: Goal, cast: Cast) -> None:
    agency, client = came(cast.marta), came(cast.vera)
    about, page = {"kpi": "leads", "next": f"{BODEGA}kpi/leads/"}, f"{BODEGA}kpi/leads/"
    for _time in range(2):  # sent twice is said once
        assert client.post(f"{BODEGA}comments/", about | {"text": "Fair week <b>"}).url == page
    agency.post(f"{BODEGA}comments/", about | {"text": "Noted", "goal": str(goal.pk)})
    read = words(agency, page)
    assert (read.count("Fair week &lt;b&gt;"), "Noted" in read) == (1, False)
    assert "Noted" in words(client, f"{BODEGA}goals/{goal.pk}/")
    with tenant_scope(cast.aurora.pk):
        first = Comment.objects.order_by("pk")[0].pk
    assert agency.post(f"{BODEGA}comments/{first}/remove/").status_code == 404  # not hers
    client.post(f"{BODEGA}comments/{first}/remove/")
    assert "Fair week" not in words(agency, page)


def test_comments_that_are_refused(goal: Goal, cast: Cast) -> None:
    client = came(cast.vera)
    assert client.post(f"{BODEGA}comments/", {"kpi": "unheard", "text": "x"}).status_code == 404
    client.post(f"{BODEGA}comments/", {"kpi": "leads", "text": " "})
    away = client.post(
        f"{BODEGA}comments/", {"kpi": "leads", "text": "x", "next": "//evil.example/"}
    )
    assert away.url == f"{BODEGA}kpi/leads/"
    assert came(cast.malena).post(f"{BODEGA}comments/", {"kpi": "leads"}).status_code == 404
    with tenant_scope(cast.aurora.pk):
        assert Comment.objects.count() == 1
