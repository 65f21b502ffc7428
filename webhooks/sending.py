"""Sending what is due to one endpoint, event by event, until it is through or does not get through.

Each try is a transaction of its own that holds the endpoint's lock and writes only after the answer.
A worker that dies in it leaves the event due, and another sends it again with the same webhook-id.
"""

import json
import logging
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.utils import timezone

from accounts.locks import Work, try_lock
from accounts.sealing import SealBroken
from accounts.tenancy import tenant_transaction
from inbox.services import notice_send
from webhooks.keys import secrets_of
from webhooks.models import Attempt, Delivery, Disabled, Endpoint, Problem, State
from webhooks.places import PlaceRefused, Rules, place_of
from webhooks.signing import headers
from webhooks.waits import is_given_up, next_try, rest_until
from webhooks.wire import Limits, Reply, post

log = logging.getLogger(__name__)
#: One pass over an endpoint ends after so many seconds; what is left waits for the next.
PASS_SECONDS = 20.0
GONE = 410


def deliveries_send(agency_id: int, endpoint_id: int) -> int:
    """Send what is due, oldest first; how many were taken. Outside any scope.

    The pass ends with the first failure: then the endpoint rests, and the worker is free for others.
    """
    taken, end = 0, monotonic() + PASS_SECONDS
    while monotonic() < end and delivery_try(agency_id, endpoint_id, timezone.now()):
        taken += 1
    return taken


def delivery_try(agency_id: int, endpoint_id: int, at: datetime) -> bool:
    """Try the event that has been due longest at this endpoint. True: it was taken."""
    with tenant_transaction(agency_id):
        if not try_lock(Work.WEBHOOK, endpoint_id):
            return False
        endpoint = Endpoint.objects.filter(agency_id=agency_id, pk=endpoint_id).first()
        if endpoint is None or endpoint.disabled_at or (endpoint.rests_until or at) > at:
            return False
        waiting = Delivery.objects.select_related("event").filter(
            agency_id=agency_id, endpoint=endpoint, state=State.DUE, due_at__lte=at
        )
        delivery = waiting.order_by("due_at", "pk").first()
        if delivery is None:
            return False
        begun = monotonic()
        reply = send(endpoint, delivery, at)
        spent = timedelta(seconds=monotonic() - begun)
        # Until here nothing was written and no row held: whoever changes or removes it need not wait.
        fresh = Delivery.objects.select_for_update().filter(pk=delivery.pk).first()
        if fresh is None:
            return False
        fresh.event = delivery.event
        return note(endpoint, fresh, reply, at, spent)


def send(endpoint: Endpoint, delivery: Delivery, at: datetime) -> Reply:
    rules = rules_now()
    body = body_of(delivery)
    try:
        secrets = secrets_of(endpoint, at)
        place = place_of(endpoint.url, rules)
    except PlaceRefused:
        return Reply(Problem.ADDRESS)
    except SealBroken:
        log.error("the secret of endpoint %s does not open", endpoint.pk)
        return Reply(Problem.SECRET)
    signed = headers(secrets, delivery.event.uid, int(at.timestamp()), body)
    whole = {"Content-Type": "application/json", "User-Agent": "Rumbo-Webhooks/1", **signed}
    return post(place, body, whole, rules, Limits(settings.WEBHOOK_TIMEOUT_SECONDS))


def body_of(delivery: Delivery) -> bytes:
    """The same bytes on every try and at every endpoint."""
    payload = delivery.event.payload
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def rules_now() -> Rules:
    return Rules(
        settings.WEBHOOK_PORTS, settings.WEBHOOK_LOOPBACK_PORTS, settings.WEBHOOK_REFUSED_NETWORKS
    )


def note(
    endpoint: Endpoint, delivery: Delivery, reply: Reply, at: datetime, spent: timedelta
) -> bool:
    """Write down a try and what follows from it. True: the event was taken."""
    delivery.attempts += 1
    delivery.tries += 1
    Attempt.objects.create(
        agency_id=delivery.agency_id,
        client_id=delivery.client_id,
        delivery=delivery,
        number=delivery.attempts,
        at=at,
        milliseconds=spent // timedelta(milliseconds=1),
        status=reply.status,
        problem=reply.problem,
        answer=readable(reply.answer),
    )
    over = at + spent
    if reply.problem is Problem.NONE:
        _taken(endpoint, delivery, over)
        return True
    _refused(endpoint, delivery, reply, over)
    return False


def readable(answer: bytes) -> str:
    """What a receiver said, as text that can be stored and shown."""
    text = answer.decode("utf-8", "replace")
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text
    )


def _taken(endpoint: Endpoint, delivery: Delivery, at: datetime) -> None:
    delivery.state, delivery.due_at, delivery.done_at = State.DONE, None, at
    delivery.save(update_fields=["state", "due_at", "done_at", "tries", "attempts"])
    if endpoint.failing_since or endpoint.rests_until:
        endpoint.failing_since = endpoint.rests_until = None
        endpoint.save(update_fields=["failing_since", "rests_until"])


def _refused(endpoint: Endpoint, delivery: Delivery, reply: Reply, at: datetime) -> None:
    name = f"{endpoint.uid}:{delivery.event.uid}"
    due_at = next_try(name, delivery.tries, at, reply.retry_after)
    delivery.state, delivery.due_at = State.DUE if due_at else State.FAILED, due_at
    delivery.save(update_fields=["state", "due_at", "tries", "attempts"])
    endpoint.failing_since = endpoint.failing_since or at
    endpoint.rests_until = rest_until(endpoint.failing_since, at, reply.retry_after)
    endpoint.save(update_fields=["failing_since", "rests_until"])
    if reply.status == GONE:
        switch_off(endpoint, Disabled.GONE, at)
    elif is_given_up(endpoint.failing_since, at):
        switch_off(endpoint, Disabled.FAILING, at)


def switch_off(endpoint: Endpoint, why: Disabled, at: datetime) -> None:
    """Send it nothing more, hold back what waits, and tell those who look after it."""
    endpoint.disabled_at, endpoint.disabled_reason = at, why
    endpoint.save(update_fields=["disabled_at", "disabled_reason"])
    waiting = Delivery.objects.filter(
        agency_id=endpoint.agency_id, endpoint=endpoint, state=State.DUE
    )
    waiting.update(state=State.HELD, due_at=None)
    if why is not Disabled.BY_HAND:
        key = f"webhook_disabled:{endpoint.pk}:{at.isoformat()}"
        data = {"number": endpoint.pk, "name": endpoint.name, "reason": str(why)}
        notice_send(endpoint.agency_id, None, "webhook_disabled", key, data)
