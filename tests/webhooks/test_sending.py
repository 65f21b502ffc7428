"""From the event to the receiver: once through, patiently if not, and never without the same id."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from accounts.tenancy import tenant_scope
from inbox.models import Notice
from kpis.clock import due
from tests.cast import Cast
from tests.webhooks.receivers import Answer, Receiver, raw, receiver, says, silent
from webhooks.endpoint_services import (
    EndpointWish,
    endpoint_create,
    endpoint_disable,
    endpoint_enable,
    endpoint_rotate,
    endpoint_test,
)
from webhooks.handing import events_forget, events_hand_out
from webhooks.models import Attempt, Delivery, Disabled, Endpoint, Event
from webhooks.replaying import delivery_replay, events_replay
from webhooks.sending import deliveries_send, delivery_try
from webhooks.services import event_send

AT = datetime(2026, 3, 31, 18, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def scope(cast: Cast) -> Iterator[Cast]:
    with tenant_scope(cast.aurora.pk):
        yield cast


class Line:
    """An endpoint of Aurora whose receiver answers as told, and its secret."""

    def __init__(self, cast: Cast, to: Receiver, settings: Any, **wish: Any) -> None:
        settings.WEBHOOK_LOOPBACK_PORTS = [*settings.WEBHOOK_LOOPBACK_PORTS, to.port]
        self.cast, self.to = cast, to
        wanted = EndpointWish("CRM", to.url, **wish)
        self.endpoint, self.secret = endpoint_create(cast.aurora, wanted, None)

    def happen(self, key: str = "1", kind: str = "thing.happened") -> Event:
        event_send(self.cast.aurora.pk, self.cast.bodega, kind, {"n": key}, key)
        events_hand_out(self.cast.aurora.pk, AT)
        return Event.objects.get(key=key)

    def try_at(self, at: datetime) -> bool:
        return delivery_try(self.cast.aurora.pk, self.endpoint.pk, at)

    def now(self) -> Endpoint:
        self.endpoint.refresh_from_db()
        return self.endpoint

    def states(self) -> list[tuple[str, int]]:
        return list(
            Delivery.objects.filter(endpoint=self.endpoint)
            .order_by("event_id")
            .values_list("state", "tries")
        )

    def log(self) -> list[tuple[int, int | None, str]]:
        rows = Attempt.objects.filter(delivery__endpoint=self.endpoint).order_by("pk")
        return list(rows.values_list("number", "status", "problem"))


@pytest.fixture
def line(scope: Cast, settings: Any) -> Iterator[Any]:
    opened = []

    def make(*answers: Answer, **wish: Any) -> Line:
        context = receiver(*answers)
        opened.append(context)
        return Line(scope, context.__enter__(), settings, **wish)

    yield make
    for each in opened:
        each.__exit__(None, None, None)


def test_it_is_signed_delivered_and_logged(line: Any) -> None:
    crm = line(says(200, "thank\x00 you"))
    event = crm.happen()
    assert crm.try_at(AT) is True
    [call] = crm.to.calls
    assert call.headers["webhook-id"] == event.uid
    assert call.headers["content-type"] == "application/json"
    assert call.headers["webhook-timestamp"] == str(int(AT.timestamp()))
    fresh = {**call.headers}
    assert fresh["webhook-signature"].startswith("v1,") and " " not in fresh["webhook-signature"]
    assert call.body.decode() == (
        '{"client":"bodega","data":{"n":"1"},'
        f'"timestamp":"{event.payload["timestamp"]}","type":"thing.happened"}}'
    )
    [attempt] = Attempt.objects.all()
    assert (attempt.status, attempt.problem, attempt.answer) == (200, "", "thank\ufffd you")
    assert crm.states() == [("done", 1)]
    assert crm.try_at(AT) is False  # there is nothing left to send


def test_the_signature_is_the_secrets(line: Any) -> None:
    crm = line(says(200))
    event = crm.happen()
    now = datetime.now(UTC)
    crm.try_at(now)
    [call] = crm.to.calls
    assert Webhook(crm.secret).verify(call.body, call.headers)["type"] == "thing.happened"
    assert event.payload["data"] == {"n": "1"}


def test_both_secrets_sign_for_a_day_after_a_rotation(line: Any) -> None:
    crm = line(says(200))
    now = datetime.now(UTC)
    new = endpoint_rotate(crm.endpoint, now)
    crm.happen("1")
    crm.try_at(now)
    for secret in (crm.secret, new):
        Webhook(secret).verify(crm.to.calls[0].body, crm.to.calls[0].headers)
    crm.happen("2")
    crm.try_at(now + DAY)
    assert " " not in crm.to.calls[1].headers["webhook-signature"]


def test_500_then_200_is_delivered_with_the_same_id(line: Any) -> None:
    crm = line(says(500, "oh"), says(200))
    event = crm.happen()
    assert crm.try_at(AT) is False
    assert crm.now().failing_since is not None
    assert crm.try_at(AT + timedelta(seconds=4)) is False  # too early: 5 s at least
    assert crm.try_at(AT + timedelta(seconds=20)) is True
    assert crm.to.ids == [event.uid, event.uid]
    assert crm.to.calls[0].body == crm.to.calls[1].body
    assert crm.log() == [(1, 500, "status"), (2, 200, "")]
    assert crm.now().failing_since is None


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (silent, "timeout"),
        (raw(b"garbage\r\n\r\n"), "garbage"),
        (says(302, Location="http://169.254.169.254/"), "redirect"),
        (lambda line, stop: None, "connect"),
    ],
    ids=["times out", "garbage", "redirects inside", "hangs up"],
)
def test_what_is_no_answer_is_tried_again(
    line: Any, settings: Any, answer: Answer, problem: str
) -> None:
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
    crm = line(answer, says(200))
    event = crm.happen()
    assert crm.try_at(AT) is False
    settings.WEBHOOK_TIMEOUT_SECONDS = 30
    assert crm.try_at(AT + timedelta(minutes=1)) is True
    assert crm.to.ids == [event.uid] * 2
    assert [row[2] for row in crm.log()] == [problem, ""]


def test_a_dead_receiver_is_tried_ten_times_then_switched_off_and_said_so(line: Any) -> None:
    """The steps end after 75 hours; the endpoint has then taken nothing for more than three days."""
    crm = line(says(500))
    crm.happen()
    at, tries = AT, 0
    while (delivery := Delivery.objects.get()).state == "due":
        at = max(delivery.due_at, crm.now().rests_until or AT)
        assert crm.try_at(at) is False
        tries += 1
    assert tries == 10
    assert 75 * HOUR < at - AT < 84 * HOUR
    assert crm.states() == [("failed", 10)]
    assert crm.now().disabled_reason == Disabled.FAILING
    [notice] = Notice.objects.filter(kind="webhook_disabled")
    assert notice.data == {"number": crm.endpoint.pk, "name": "CRM", "reason": "failing"}
    assert set(crm.to.ids) == {Event.objects.get(key="1").uid}
    assert len(crm.to.calls) == 10


def test_410_switches_off_at_once_and_what_waits_is_kept(line: Any) -> None:
    crm = line(says(410), says(200))
    first, second = crm.happen("1"), crm.happen("2")
    assert crm.try_at(AT) is False
    assert crm.now().disabled_reason == Disabled.GONE
    third = crm.happen("3")
    assert crm.states() == [("held", 1), ("held", 0), ("held", 0)]
    assert crm.try_at(AT + HOUR) is False
    assert Notice.objects.filter(kind="webhook_disabled").count() == 1
    assert endpoint_enable(crm.now(), AT + HOUR) == 3
    assert [crm.try_at(AT + HOUR) for _ in range(4)] == [True, True, True, False]
    assert crm.to.ids == [first.uid, first.uid, second.uid, third.uid]


def test_retry_after_is_waited_for(line: Any) -> None:
    crm = line(says(503, Retry_After="3600"), says(200))
    crm.happen()
    crm.try_at(AT)
    assert crm.try_at(AT + timedelta(minutes=59)) is False
    assert len(crm.to.calls) == 1
    assert crm.try_at(AT + timedelta(minutes=61)) is True


def test_a_failing_endpoint_does_not_keep_a_worker_busy(line: Any) -> None:
    """A pass over a hundred events that nobody takes is one try, and then a rest."""
    crm = line(says(500))
    for number in range(5):
        crm.happen(str(number))
    assert deliveries_send(crm.cast.aurora.pk, crm.endpoint.pk) == 0
    assert len(crm.to.calls) == 1


def test_a_pass_sends_all_that_is_due_the_oldest_first(line: Any) -> None:
    crm = line(says(200))
    sent = [crm.happen(str(number)).uid for number in range(5)]
    assert deliveries_send(crm.cast.aurora.pk, crm.endpoint.pk) == 5
    assert crm.to.ids == sent


def test_one_bad_event_does_not_stop_the_others(line: Any) -> None:
    crm = line(says(500), says(200))
    bad, good = crm.happen("1"), crm.happen("2")
    assert crm.try_at(AT) is False
    assert crm.try_at(AT + timedelta(seconds=5, milliseconds=900)) is True
    assert crm.try_at(AT + timedelta(seconds=20)) is True
    assert {*crm.to.ids} == {bad.uid, good.uid}
    assert crm.now().disabled_at is None


def test_each_endpoint_gets_what_it_asks_for(line: Any, scope: Cast) -> None:
    everything = line(says(200))
    ended = line(says(200), kinds=["thing.ended"])
    cafe = line(says(200), clients=[scope.cafe])
    nobody = line(says(200), clients=[])
    everything.happen("1")
    everything.happen("2", "thing.ended")
    event_send(scope.aurora.pk, scope.cafe, "thing.ended", {}, "3")
    event_send(scope.aurora.pk, None, "house.moved", {}, "4")
    events_hand_out(scope.aurora.pk, AT)

    def keys(crm: Line) -> list[str]:
        rows = Delivery.objects.filter(endpoint=crm.endpoint).order_by("event_id")
        return list(rows.values_list("event__key", flat=True))

    assert [keys(each) for each in (everything, ended, cafe, nobody)] == [
        ["1", "2", "3", "4"], ["2", "3"], ["3"], [],
    ]  # fmt: skip
    assert events_hand_out(scope.aurora.pk, AT) == 0


def test_a_test_event_goes_to_its_endpoint_alone(line: Any) -> None:
    crm, other = line(says(200), kinds=["thing.ended"]), line(says(200))
    event = endpoint_test(crm.endpoint, "Alicia", AT)
    assert events_hand_out(crm.cast.aurora.pk, AT) == 0
    assert crm.try_at(AT) is True
    assert b'"data":{"sent_by":"Alicia"}' in crm.to.calls[0].body
    assert crm.to.ids == [event.uid]
    assert other.states() == []


def test_one_event_is_sent_again_with_its_id(line: Any) -> None:
    crm = line(says(200))
    event = crm.happen()
    crm.try_at(AT)
    delivery_replay(Delivery.objects.get(), AT + DAY)
    assert crm.try_at(AT + DAY) is True
    assert crm.to.ids == [event.uid] * 2
    assert crm.log() == [(1, 200, ""), (2, 200, "")]


def test_all_since_a_moment_are_sent_again(line: Any) -> None:
    """What it got stays unless it is asked for; what happened before it was made comes too."""
    early = line(says(200))
    early.happen("1")
    early.happen("2")
    crm = line(says(200))
    crm.happen("3")
    crm.try_at(AT)
    long_ago = AT - 365 * DAY
    assert events_replay(crm.endpoint, long_ago, AT) == 2
    assert sorted(crm.states()) == [("done", 1), ("due", 0), ("due", 0)]
    assert events_replay(crm.endpoint, long_ago, AT, with_delivered=True) == 3
    later = Event.objects.get(key="3").at + DAY
    assert events_replay(crm.endpoint, later, AT, with_delivered=True) == 0


def test_what_is_off_gets_nothing_until_it_is_on(line: Any) -> None:
    crm = line(says(200))
    crm.happen("1")
    assert due(AT - HOUR).events_due == ()
    assert due(AT).events_due == ((crm.cast.aurora.pk, crm.endpoint.pk),)
    endpoint_disable(crm.endpoint, AT)
    assert due(AT).events_due == ()
    endpoint_disable(crm.endpoint, AT + HOUR)
    assert crm.states() == [("held", 0)]
    assert not Notice.objects.filter(kind="webhook_disabled").exists()  # whoever did it knows
    assert endpoint_enable(crm.endpoint, AT, sends_waiting=False) == 0
    assert crm.states() == [("dropped", 0)]
    assert crm.try_at(AT) is False
    assert events_replay(crm.endpoint, AT - 365 * DAY, AT) == 1


def test_old_events_are_forgotten_with_their_log(line: Any) -> None:
    crm = line(says(200))
    event = crm.happen()
    crm.try_at(AT)
    crm.happen("2")
    Event.objects.filter(pk=event.pk).update(at=AT - 31 * DAY)
    Event.objects.filter(key="2").update(at=AT - 29 * DAY)
    assert due(AT).events_old == (crm.cast.aurora.pk,)
    assert [events_forget(crm.cast.aurora.pk, AT) for _ in range(2)] == [1, 0]
    assert due(AT).events_old == ()
    assert list(Event.objects.values_list("key", flat=True)) == ["2"]
    assert (Delivery.objects.count(), Attempt.objects.count()) == (1, 0)
