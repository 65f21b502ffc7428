"""Webhooks by API: made, changed, rotated, sent again; the log and the events. Secrets are said once."""

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from accounts.models import IdempotencyKey
from accounts.tenancy import tenant_scope
from tests.api.conftest import Caller, error, heard, person, token
from tests.cast import Cast
from webhooks.handing import events_hand_out
from webhooks.keys import secrets_of
from webhooks.models import Attempt, Delivery, Endpoint, Event
from webhooks.services import event_send

HOOKS, EVENTS = "/api/v1/webhooks/", "/api/v1/webhook-events/"
WISH = {"name": "CRM", "url": "https://hooks.example/in"}


@pytest.fixture
def robot(cast: Cast) -> Caller:
    return token(cast.aurora, "webhooks")


def happen(cast: Cast, *keys: str, client: Any = None) -> list[str]:
    """The ids of new events of Bodega, handed to the endpoints."""
    with tenant_scope(cast.aurora.pk):
        for key in keys:
            event_send(cast.aurora.pk, client or cast.bodega, "thing.happened", {"n": key}, key)
        events_hand_out(cast.aurora.pk, timezone.now())
        return list(Event.objects.filter(key__in=keys).order_by("pk").values_list("uid", flat=True))


def test_made_read_changed_and_removed(cast: Cast, robot: Caller) -> None:
    answer = robot.post(HOOKS, {**WISH, "kinds": ["thing.ended"], "clients": ["bodega"]})
    made = answer.json()
    assert answer.status_code == 201 and made.pop("secret").startswith("whsec_")
    created_at = made.pop("created_at")
    assert made == {
        "id": made["id"], **WISH, "kinds": ["thing.ended"], "clients": ["bodega"], "is_on": True,
        "disabled_reason": None, "failing_since": None,
    }  # fmt: skip
    one = f"{HOOKS}{made['id']}/"
    assert robot.get(one).json() == {**made, "created_at": created_at}
    assert robot.get(HOOKS).json()["results"] == [{**made, "created_at": created_at}]
    # What is not named stays.
    assert robot.patch(one, {"name": "ERP"}).json()["clients"] == ["bodega"]
    changed = robot.patch(one, {"clients": None, "kinds": [], "is_on": False}).json()
    assert (changed["name"], changed["clients"], changed["kinds"]) == ("ERP", None, [])
    assert (changed["is_on"], changed["disabled_reason"]) == (False, "by_hand")
    assert robot.patch(one, {"is_on": True}).json()["disabled_reason"] is None
    assert robot.delete(one).status_code == 204
    assert heard(robot.get(one)) == (404, error("not_found"))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"url": "http://hooks.example/"}, "bad_url"),
        ({"url": "https://169.254.169.254/"}, "bad_url"),
        ({"kinds": ["thing.unheard_of"]}, "unknown_kind"),
        ({"kinds": ["webhook.test"]}, "unknown_kind"),
        ({"clients": ["dulce"]}, "invalid"),
        ({"clients": []}, "invalid"),
        ({"secret": "whsec_mine"}, "invalid"),
        ({"name": ""}, "invalid"),
    ],
)
def test_what_is_wrong_is_refused(
    cast: Cast, robot: Caller, wrong: dict[str, Any], code: str
) -> None:
    answer = robot.post(HOOKS, {**WISH, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    with tenant_scope(cast.aurora.pk):
        assert not Endpoint.objects.exists()


def test_twice_is_once_and_the_secret_is_not_stored(cast: Cast, robot: Caller) -> None:
    first, second = (robot.post(HOOKS, WISH, Idempotency_Key="h-1") for _ in range(2))
    assert second.headers["Idempotency-Replayed"] == "true"
    secret = first.json()["secret"]
    assert second.json() == {**first.json(), "secret": None}
    rotate = f"{HOOKS}{first.json()['id']}/secret/"
    new, again = (robot.post(rotate, None, Idempotency_Key="h-2").json() for _ in range(2))
    assert again == {"secret": None}
    with tenant_scope(cast.aurora.pk):
        [made] = Endpoint.objects.all()
        assert secrets_of(made, timezone.now()) == [new["secret"], secret]
        assert "whsec" not in str(list(IdempotencyKey.objects.values_list("answer", flat=True)))


def test_a_person_shows_first_that_it_is_them(cast: Cast, robot: Caller) -> None:
    number = robot.post(HOOKS, WISH).json()["id"]
    TOTP.activate(cast.alicia, "JBSWY3DPEHPK3PXP")
    alicia, one = person(cast.alicia, "aurora"), f"{HOOKS}{number}/"
    assert alicia.get(one).status_code == 200
    for answer in (
        alicia.post(HOOKS, WISH), alicia.post(f"{one}secret/"), alicia.delete(one),
        alicia.patch(one, {"url": "https://evil.example/"}),
    ):  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (403, "confirmation_needed")
    assert robot.get(one).json()["url"] == WISH["url"]


def test_a_token_of_one_client_settles_nothing(cast: Cast) -> None:
    limited = token(cast.aurora, "webhooks", client=cast.bodega)
    for answer in (limited.get(HOOKS), limited.post(HOOKS, WISH), limited.get(EVENTS)):
        assert answer.status_code == 403


def test_strangers_find_nothing(cast: Cast, robot: Caller) -> None:
    one = f"{HOOKS}{robot.post(HOOKS, WISH).json()['id']}/"
    happen(cast, "1")
    malena = person(cast.malena, "boreal")
    assert malena.get(HOOKS).json()["results"] == malena.get(EVENTS).json()["events"] == []
    for answer in (malena.get(one), malena.post(f"{one}secret/"), malena.get(f"{one}deliveries/")):
        assert answer.status_code == 404


def test_the_log_and_sending_again(cast: Cast, robot: Caller) -> None:
    one = f"{HOOKS}{robot.post(HOOKS, WISH).json()['id']}/"
    first, second = happen(cast, "1", "2")
    now = timezone.now()
    with tenant_scope(cast.aurora.pk):
        done = Delivery.objects.get(event__uid=first)
        Delivery.objects.filter(pk=done.pk).update(
            state="done", due_at=None, done_at=now, attempts=1
        )
        Attempt.objects.create(
            agency=cast.aurora, client=cast.bodega, delivery=done, number=1, at=now,
            milliseconds=12, status=200, answer="ok",
        )  # fmt: skip
    rows = robot.get(f"{one}deliveries/").json()["results"]
    assert [(row["event"], row["state"], row["last"]) for row in rows[:1]] == [
        (second, "due", None)
    ]
    last = rows[1].pop("last")
    assert (last["status"], last["problem"], last["milliseconds"], last["answer"]) == (
        200, None, 12, "ok",
    )  # fmt: skip
    assert (rows[1]["event"], rows[1]["type"], rows[1]["client"], rows[1]["attempts"]) == (
        first, "thing.happened", "bodega", 1,
    )  # fmt: skip
    assert len(robot.get(f"{one}deliveries/", state="done").json()["results"]) == 1
    assert robot.get(f"{one}deliveries/", state="x").status_code == 400
    long_ago = "2020-01-01T00:00:00Z"
    for asked, count in (
        ({"event": first}, 1), ({"since": long_ago}, 2), ({"since": "2100-01-01T00:00:00Z"}, 0),
        ({"since": long_ago, "with_delivered": True}, 2),
    ):  # fmt: skip
        assert robot.post(f"{one}replay/", asked).json() == {"events": count}
    for asked, code in (
        ({}, "what_to_replay"), ({"event": first, "since": long_ago}, "what_to_replay"),
        ({"event": "evt_0"}, "unknown_event"),
    ):  # fmt: skip
        assert robot.post(f"{one}replay/", asked).json()["code"] == code
    robot.patch(one, {"is_on": False})
    assert robot.post(f"{one}replay/", {"event": first}).json()["code"] == "endpoint_off"
    assert robot.post(f"{one}test/").json()["code"] == "endpoint_off"


def test_a_test_event(cast: Cast, robot: Caller) -> None:
    one = f"{HOOKS}{robot.post(HOOKS, WISH).json()['id']}/"
    sent = robot.post(f"{one}test/").json()
    assert (sent["type"], sent["client"]) == ("webhook.test", None)
    [row] = robot.get(f"{one}deliveries/").json()["results"]
    assert (row["event"], row["state"]) == (sent["id"], "due")


def test_events_since_one_last_asked(cast: Cast, robot: Caller) -> None:
    """In the test's one transaction nothing is final yet; the rows are given a past one."""
    ids = happen(cast, "1", "2", "3")
    assert robot.get(EVENTS).json()["events"] == []
    with tenant_scope(cast.aurora.pk):
        for number, uid in enumerate(ids):
            Event.objects.filter(uid=uid).update(written_in=number // 2)
    first = robot.get(EVENTS, limit=2).json()
    assert ([each["id"] for each in first["events"]], first["has_more"]) == (ids[:2], True)
    assert first["events"][0]["data"] == {"n": "1"}
    second = robot.get(EVENTS, after=first["after"]).json()
    assert ([each["id"] for each in second["events"]], second["has_more"]) == (ids[2:], False)
    assert robot.get(EVENTS, after=second["after"]).json()["events"] == []
    for wrong in ("x", "!!", "W10", "e30"):
        assert robot.get(EVENTS, after=wrong).json()["code"] == "bad_cursor"
