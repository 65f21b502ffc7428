"""The trial of a goal: 90 days as the nights would have gone, and nothing is left behind."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.goal_setting.queries import goal_in
from kpis.goal_standing.progress import progress_of
from kpis.goal_standing.replays import goal_replay
from kpis.models import DailyTotal, Goal
from tests.cast import Cast
from tests.steering.scene import MONDAY, new_goal, night, plain

START = date(2026, 1, 1)


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    """543 leads in the first half of 2026, three a day; three come daily, but 1 to 12 March none do."""
    with time_machine.travel(night(MONDAY, 10), tick=False):
        with tenant_scope(cast.aurora.pk):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family="leads", source="manual", is_live=True
            )  # fmt: skip
            own = {"agency_id": cast.aurora.pk, "client": cast.bodega, "family": "leads"}
            days = [START + timedelta(days=number) for number in range(74)]
            DailyTotal.objects.bulk_create(
                DailyTotal(**own, day=day, leads=3)
                for day in days
                if not date(2026, 3, 1) <= day <= date(2026, 3, 12)
            )
            goal = new_goal(cast.bodega, target=Decimal(543))
        yield goal


def came(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def words(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(plain(response.content.decode()).split())


def counts() -> dict[str, int]:
    rows = {model._meta.label: model for model in apps.get_models() if model._meta.managed}
    return {
        name: model._base_manager.count()
        for name, model in rows.items()
        if name.split(".")[0] in ("kpis", "steering", "inbox", "webhooks")
    }


def test_ninety_days_and_nothing_is_written(goal: Goal, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        before = counts()
    page = words(came(cast.ana), f"/a/aurora/c/bodega/goals/{goal.pk}/trial/")
    with tenant_scope(cast.aurora.pk):
        assert counts() == before
    # Judged from the 19th day of 181 on, more than a tenth: 56 of the 74. By 4 March 59 × 3 = 177 of
    # 63 × 3 = 189, 93.7 %; by 5 March of 192, 92.2 %: the second day in a row under 95 %.
    assert "1 message, 0 lines of the digest, in 90 days. 56 of them could be judged." in page
    assert "Judged by pace" in page
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert row.count("<tr>") == 1
    assert row.index("5 Mar 2026") < row.index("On course") < row.index("At risk")
    assert all(part in row for part in (">177<", ">192<", ">92,2 %<", ">Message<"))


def test_the_last_day_is_judged_as_the_night_judges_it(goal: Goal, cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        found = goal_replay(cast.bodega, goal, 90)
        (now,) = progress_of(cast.bodega, [goal])
        assert (now.as_of, now.actual) == (found.last, found.actuals[found.last])
        assert (found.first, found.last) == (date(2025, 12, 16), date(2026, 3, 15))


def test_by_the_forecast_of_each_day_in_as_many_queries_as_ten(goal: Goal, cast: Cast) -> None:
    """More than a year of three or four a day before: now there is something to forecast from."""
    with tenant_scope(cast.aurora.pk):
        own = {"agency_id": cast.aurora.pk, "client": cast.bodega, "family": "leads"}
        DailyTotal.objects.bulk_create(
            DailyTotal(**own, day=START - timedelta(days=number), leads=3 + number % 2)
            for number in range(1, 400)
        )
        goal = goal_of(cast, goal.pk)
        with CaptureQueriesContext(connection) as few:
            goal_replay(cast.bodega, goal, 10)
        goal = goal_of(cast, goal.pk)
        with CaptureQueriesContext(connection) as many:
            found = goal_replay(cast.bodega, goal, 90)
    assert len(many) <= len(few) < 20
    assert found.replay is not None
    told = [(each.day, each.before, each.after, each.said) for each in found.replay.told]
    # The first two days under 0.40, the first two under 0.10, and a week after.
    assert told == [
        (date(2026, 3, 2), "on_track", "at_risk", "notify"),
        (date(2026, 3, 6), "at_risk", "off_track", "notify"),
        (date(2026, 3, 13), "off_track", "off_track", "reminder"),
    ]
    assert (found.replay.messages, found.replay.lines) == (3, 0)
    chance = found.chances
    assert chance[date(2026, 2, 28)] >= 0.40 > chance[date(2026, 3, 1)] > chance[date(2026, 3, 2)]
    assert chance[date(2026, 3, 4)] >= 0.10 > chance[date(2026, 3, 5)] > chance[date(2026, 3, 6)]


def goal_of(cast: Cast, number: int) -> Goal:
    """As a page has it."""
    found = goal_in(cast.bodega, number)
    assert found is not None
    return found


@pytest.mark.parametrize(("kpi", "is_replayed"), [("speed_to_lead", False), ("users", True)])
def test_what_is_counted_anew_for_each_day_is_not_replayed(
    goal: Goal, cast: Cast, kpi: str, is_replayed: bool
) -> None:
    """A median of the month to date is a question for each of 74 days; users of whole months are two."""
    with tenant_scope(cast.aurora.pk):
        other = new_goal(cast.bodega, kpi=kpi, accumulation="level")
        found = goal_replay(cast.bodega, goal_of(cast, other.pk), 90)
    assert (found.replay is not None) is is_replayed
    said = words(came(cast.ana), f"/a/aurora/c/bodega/goals/{other.pk}/trial/")
    assert ("too many for a page" in said) is not is_replayed


def test_who_may(goal: Goal, cast: Cast) -> None:
    trial = f"/a/aurora/c/bodega/goals/{goal.pk}/trial/"
    assert came(cast.vera).get(trial).status_code == 403
    assert came(cast.malena).get(trial).status_code == 404
    assert came(cast.ana).get(f"/a/aurora/c/bodega/goals/{goal.pk + 99}/trial/").status_code == 404
    assert came(cast.ana).post(trial).status_code == 405
    assert trial in words(came(cast.ana), f"/a/aurora/c/bodega/goals/{goal.pk}/")
    assert trial not in words(came(cast.vera), f"/a/aurora/c/bodega/goals/{goal.pk}/")
