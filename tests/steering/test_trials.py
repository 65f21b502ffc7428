"""The test mode of an agency: what was sent of each client, and what would have been."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, MembershipClient, User
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from inbox.services import notices_hand_out
from steering.models import AlertRule
from tests.cast import Cast
from tests.steering.scene import MONDAY, judged, leads, new_goal, night, plain

ALL, BODEGA = "/a/aurora/incidents/trial/", "/a/aurora/c/bodega/goals/"


@pytest.fixture
def scene(cast: Cast) -> Iterator[Cast]:
    """Bodega: one goal, at risk since Sunday and told on Monday morning; a rule on few leads."""
    with time_machine.travel(night(MONDAY, 10), tick=False), tenant_scope(cast.aurora.pk):
        mine = {"agency": cast.aurora, "client": cast.bodega}
        SourceSync.objects.create(**mine, family="leads", source="manual", is_live=True)
        leads(cast.bodega, MONDAY - timedelta(days=40), 9)
        AlertRule.objects.create(
            **mine, name="Few leads", kpi="leads", condition="threshold", direction="below",
            span="week", limit=Decimal(5), severity="warning",
        )  # fmt: skip
        judged(new_goal(cast.bodega), "on_track", "at_risk", MONDAY - timedelta(days=1))
    with time_machine.travel(night(MONDAY, 11), tick=False):
        with tenant_scope(cast.aurora.pk):
            notices_hand_out(cast.aurora.pk, night(MONDAY, 11))
        yield cast


def came(user: User) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def said(user: User) -> list[tuple[str, tuple[int, ...]]]:
    return [(client.slug, tuple(its)) for client, its in came(user).get(ALL).context["rows"]]


def words(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return " ".join(plain(response.content.decode()).split())


def test_what_was_sent_of_each_client(scene: Cast) -> None:
    # goals, rules, incidents, messages
    assert said(scene.marta) == [("bodega", (1, 1, 1, 1)), ("cafe", (0, 0, 0, 0))]
    with time_machine.travel(night(MONDAY + timedelta(days=91), 12), tick=False):
        assert said(scene.marta)[0] == ("bodega", (1, 1, 0, 0))


def test_who_sees_some_clients_sees_those(scene: Cast) -> None:
    with tenant_scope(scene.aurora.pk):
        ana = Membership.objects.get(user=scene.ana)
        Membership.objects.filter(pk=ana.pk).update(sees_all_clients=False)
        MembershipClient.objects.create(agency=scene.aurora, client=scene.cafe, membership=ana)
    assert said(scene.ana) == [("cafe", (0, 0, 0, 0))]


def test_a_client_leads_to_each_trial(scene: Cast) -> None:
    page = words(came(scene.marta), f"{BODEGA}trial/")
    with tenant_scope(scene.aurora.pk):
        number = AlertRule.objects.get().pk
    assert f'hx-get="{BODEGA}rules/{number}/trial/"' in page
    assert "New leads below 5 over the last 7 complete days." in page
    empty = words(came(scene.marta), "/a/aurora/c/cafe/goals/trial/")
    assert "Nothing is watched yet" in empty


def test_a_rule_as_it_is_kept(scene: Cast) -> None:
    """Nine leads on 4 February and none else: it holds but on the seven days from then on."""
    with tenant_scope(scene.aurora.pk):
        number = AlertRule.objects.get().pk
    page = words(came(scene.ana), f"{BODEGA}rules/{number}/trial/")
    assert "2 messages would have gone out. It held on 83 of 90 days" in page
    with tenant_scope(scene.aurora.pk):
        SourceSync.objects.update(is_live=False, complete_through=MONDAY - timedelta(days=30))
    assert "the rule would be silent" in words(came(scene.ana), f"{BODEGA}rules/{number}/trial/")
    assert came(scene.ana).get("/a/aurora/c/cafe/goals/rules/1/trial/").status_code == 404


def test_as_many_statements_for_many(scene: Cast) -> None:
    browser = came(scene.marta)
    browser.get(ALL)
    with CaptureQueriesContext(connection) as few:
        browser.get(ALL)
    with tenant_scope(scene.aurora.pk):
        for _number in range(9):
            new_goal(scene.cafe)
    with CaptureQueriesContext(connection) as many:
        browser.get(ALL)
    assert len(many) == len(few)
