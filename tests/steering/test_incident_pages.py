"""The incident pages: what stands, what was done, and the buttons."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tenancy import tenant_scope
from kpis.models import Goal
from steering.models import Incident, IncidentStep
from tests.cast import Cast
from tests.steering.scene import MONDAY, judged, leads, new_goal, night

BODEGA = "/a/aurora/c/bodega/goals/incidents/"
AURORA = "/a/aurora/incidents/"


@pytest.fixture
def goal(cast: Cast) -> Iterator[Goal]:
    """One incident of Bodega, one of Cafe."""
    with time_machine.travel(night(MONDAY, 10), tick=False):
        with tenant_scope(cast.aurora.pk):
            leads(cast.bodega, date(2026, 1, 31), 345)
            goal = new_goal(cast.bodega)
            judged(goal, "on_track", "at_risk", MONDAY - timedelta(days=1))
            judged(new_goal(cast.cafe), "on_track", "off_track", MONDAY - timedelta(days=1))
        yield goal


def came(user: User | None = None) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    if user:
        browser.force_login(user)
    return browser


def mine(cast: Cast) -> Incident:
    with tenant_scope(cast.aurora.pk):
        return Incident.objects.get(client=cast.bodega)


def words(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("\u2009", " ").split())


def test_the_clients_and_the_agencys(goal: Goal, cast: Cast) -> None:
    own = words(came(cast.marta), BODEGA)
    assert own.count('id="incident-') == 1
    assert "New leads (Jan 1 – Jun 30, 2026)" in own
    assert "Acknowledge" in own
    assert 'min="2026-03-17" value="2026-03-23"' in own  # a pause: from tomorrow, a week by default
    whole = words(came(cast.marta), AURORA)
    assert whole.count('id="incident-') == 2
    assert whole.index("Cafe</a>") < whole.index("Bodega</a>")  # the gravest first


def test_an_analyst_reads_and_has_no_buttons(goal: Goal, cast: Cast) -> None:
    page = words(came(cast.ana), BODEGA)
    assert 'id="incident-' in page
    assert "Acknowledge</button>" not in page


@pytest.mark.parametrize(
    ("act", "data", "state", "listed"),
    [
        ("acknowledge", {}, "acknowledged", "acknowledged"),
        ("snooze", {"until": "2026-03-30"}, "snoozed", "snoozed"),
        ("resolve", {"note": "Budget raised"}, "resolved", "resolved"),
    ],
)
def test_a_button_does_and_undo_takes_it_back(
    goal: Goal, cast: Cast, act: str, data: dict[str, str], state: str, listed: str
) -> None:
    browser, number = came(cast.marta), mine(cast).pk
    done = browser.post(f"{BODEGA}{number}/{act}/", {**data, "next": AURORA})
    assert (done.status_code, done["Location"]) == (302, AURORA)
    assert mine(cast).state == state
    assert f"{BODEGA}{number}/undo/" in words(browser, f"{BODEGA}?state={listed}")
    browser.post(f"{BODEGA}{number}/undo/")
    assert mine(cast).state == "open"
    with tenant_scope(cast.aurora.pk):
        marta = IncidentStep.objects.filter(act="undone").get().acted_by_id
        assert marta is not None
    page = words(browser, BODEGA)
    assert "Taken back · Marta" in page


def test_a_day_that_is_no_day_is_refused(goal: Goal, cast: Cast) -> None:
    browser, number = came(cast.marta), mine(cast).pk
    for until in ("", "soon", "2026-03-01"):
        browser.post(f"{BODEGA}{number}/snooze/", {"until": until})
        assert "Choose a day after today, within a year." in words(browser, BODEGA)
    assert mine(cast).state == "open"


def test_one_goes_on_to_pages_of_ours_only(goal: Goal, cast: Cast) -> None:
    done = came(cast.marta).post(
        f"{BODEGA}{mine(cast).pk}/acknowledge/", {"next": "https://evil.example/"}
    )
    assert done["Location"] == BODEGA


def test_another_clients_number_is_not_found(goal: Goal, cast: Cast) -> None:
    path = f"/a/aurora/c/cafe/goals/incidents/{mine(cast).pk}/acknowledge/"
    assert came(cast.marta).post(path).status_code == 404
    assert came(cast.malena).post(path).status_code == 404
    assert mine(cast).state == "open"


def test_the_dashboard_and_the_goal_show_what_stands(goal: Goal, cast: Cast) -> None:
    for path in ("/a/aurora/c/bodega/", f"/a/aurora/c/bodega/goals/{goal.pk}/"):
        assert 'id="standing-title"' in words(came(cast.ana), path)
        assert 'id="standing-title"' not in words(came(cast.vera), path)  # the client's own


def test_the_goals_lead_there_whoever_sees_data(goal: Goal, cast: Cast) -> None:
    goals, rules = "/a/aurora/c/bodega/goals/", "/a/aurora/c/bodega/goals/rules/"
    for user, is_led in ((cast.marta, True), (cast.ana, True), (cast.vera, False)):
        page = words(came(user), goals)
        assert [f'href="{address}"' in page for address in (BODEGA, rules)] == [is_led, is_led]


def test_no_more_statements_for_more_incidents(goal: Goal, cast: Cast) -> None:
    browser = came(cast.marta)
    browser.get(AURORA)
    with CaptureQueriesContext(connection) as two:
        browser.get(AURORA)
    with tenant_scope(cast.aurora.pk):
        for channel in ("email", "direct", "referral", "display"):
            other = new_goal(cast.bodega, channel=channel)
            judged(other, "on_track", "at_risk", MONDAY - timedelta(days=1))
    with CaptureQueriesContext(connection) as six:
        assert words(browser, AURORA).count('id="incident-') == 6
    assert len(six) == len(two)
