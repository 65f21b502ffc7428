"""Handing events to the endpoints that want them, and forgetting what is too old to be asked for."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from webhooks.kinds import TEST
from webhooks.models import Attempt, Delivery, Endpoint, EndpointClient, Event, State

#: How long events and the log of their deliveries are kept.
KEPT = timedelta(days=30)
AT_ONCE = 500


def events_hand_out(agency_id: int, at: datetime) -> int:
    """Give new events to the endpoints that want them. In system scope; twice is once.

    An endpoint that is off gets them too, held back, so that nothing is lost meanwhile.
    """
    waiting = list(
        Event.objects.select_for_update(skip_locked=True)
        .filter(agency_id=agency_id, told_at=None)
        .order_by("pk")[:AT_ONCE]
    )
    endpoints = list(Endpoint.objects.filter(agency_id=agency_id).order_by("pk"))
    limits = limits_of(agency_id)
    wanted = [
        (endpoint, event)
        for event in waiting
        for endpoint in endpoints
        if wants(endpoint, event, limits.get(endpoint.pk, set()))
    ]
    hand(wanted, at)
    numbers = [event.pk for event in waiting]
    Event.objects.filter(agency_id=agency_id, pk__in=numbers).update(told_at=at)
    return len(waiting)


def limits_of(agency_id: int) -> dict[int, set[int]]:
    """Endpoint → the clients it is limited to, if it is."""
    found: dict[int, set[int]] = {}
    for row in EndpointClient.objects.filter(agency_id=agency_id):
        found.setdefault(row.endpoint_id, set()).add(row.client_id)
    return found


def wants(endpoint: Endpoint, event: Event, clients: set[int]) -> bool:
    """Whether an event goes to an endpoint: of a kind and a client that it asks for."""
    if event.kind == TEST:  # goes to the one endpoint that it tries out
        return False
    if endpoint.kinds and event.kind not in endpoint.kinds:
        return False
    return endpoint.has_all_clients or event.client_id in clients


def hand(pairs: Iterable[tuple[Endpoint, Event]], at: datetime) -> None:
    """Deliveries that wait, or are held back where the endpoint is off. Those there are stay."""
    Delivery.objects.bulk_create(
        [
            Delivery(
                agency_id=event.agency_id,
                client_id=event.client_id,
                endpoint=endpoint,
                event=event,
                state=State.HELD if endpoint.disabled_at else State.DUE,
                due_at=None if endpoint.disabled_at else at,
                created_at=at,
            )
            for endpoint, event in pairs
        ],
        ignore_conflicts=True,
    )


def events_forget(agency_id: int, at: datetime) -> int:
    """Remove events that are older than they are kept, with their log. In system scope, in pieces."""
    old = Event.objects.filter(agency_id=agency_id, at__lt=at - KEPT).order_by("at")
    numbers = list(old.values_list("pk", flat=True)[:AT_ONCE])
    mine = {"agency_id": agency_id}
    Attempt.objects.filter(**mine, delivery__event_id__in=numbers).delete()
    Delivery.objects.filter(**mine, event_id__in=numbers).delete()
    Event.objects.filter(**mine, pk__in=numbers).delete()
    return len(numbers)
