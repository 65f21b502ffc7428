"""Sending again: one event, or all since a moment. The webhook-id stays, so a receiver knows it."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from webhooks.handing import hand
from webhooks.models import Delivery, Endpoint, State
from webhooks.queries import events_wanted


def delivery_replay(delivery: Delivery, at: datetime) -> Delivery:
    """Whatever became of it, send it now, with all its tries before it. DomainError if it is off."""
    _must_be_on(delivery.endpoint)
    delivery.state, delivery.due_at, delivery.tries = State.DUE, at, 0
    delivery.save(update_fields=["state", "due_at", "tries"])
    _wake(delivery.endpoint)
    return delivery


def events_replay(
    endpoint: Endpoint, since: datetime, at: datetime, with_delivered: bool = False
) -> int:
    """Send again what happened since a moment; how many events.

    What the endpoint asks for as it is set now, and everything that was handed to it then. Without
    with_delivered only what it has not got.
    """
    _must_be_on(endpoint)
    mine = Delivery.objects.filter(agency_id=endpoint.agency_id, endpoint=endpoint)
    known = mine.filter(event__at__gte=since)
    again = known if with_delivered else known.exclude(state=State.DONE)
    count = again.update(state=State.DUE, due_at=at, tries=0)
    missed = list(events_wanted(endpoint, since).exclude(pk__in=known.values("event_id")))
    hand(((endpoint, event) for event in missed), at)
    _wake(endpoint)
    return count + len(missed)


def _must_be_on(endpoint: Endpoint) -> None:
    if endpoint.disabled_at:
        raise DomainError("endpoint_off", _("Switch the webhook on first."))


def _wake(endpoint: Endpoint) -> None:
    """Whoever asks for a replay has mended it: no need to rest on."""
    endpoint.rests_until = None
    endpoint.save(update_fields=["rests_until"])
