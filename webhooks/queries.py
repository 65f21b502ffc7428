"""Reading endpoints, events, deliveries and tries. Everything here is inside an agency's scope."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import Agency, Client
from webhooks.kinds import TEST
from webhooks.models import Attempt, Delivery, Endpoint, EndpointClient, Event


def endpoints_of(agency: Agency) -> QuerySet[Endpoint]:
    """By name."""
    return Endpoint.objects.filter(agency=agency).order_by("name", "pk")


def state_counts(agency: Agency, endpoints: Iterable[Endpoint]) -> dict[int, dict[str, int]]:
    """Endpoint → state → how many events are in it."""
    numbers = [each.pk for each in endpoints]
    found: dict[int, dict[str, int]] = {number: {} for number in numbers}
    rows = Delivery.objects.filter(agency=agency, endpoint_id__in=numbers)
    for row in rows.values("endpoint_id", "state").annotate(count=Count("pk")).order_by():
        found[row["endpoint_id"]][row["state"]] = row["count"]
    return found


def endpoint_in(agency: Agency, number: int) -> Endpoint | None:
    return Endpoint.objects.filter(agency=agency, pk=number).first()


def clients_of_endpoints(agency: Agency, endpoints: Iterable[Endpoint]) -> dict[int, list[Client]]:
    """Endpoint → the clients that it is limited to, by name; limited endpoints only."""
    limited = [each.pk for each in endpoints if not each.has_all_clients]
    found: dict[int, list[Client]] = {number: [] for number in limited}
    rows = EndpointClient.objects.select_related("client").filter(
        agency=agency, endpoint_id__in=limited
    )
    for row in rows.order_by("client__name"):
        found[row.endpoint_id].append(row.client)
    return found


def deliveries_of(
    endpoint: Endpoint, state: str = "", kind: str = "", client: str = ""
) -> QuerySet[Delivery]:
    """The newest event first; each filter is empty or a value."""
    rows = Delivery.objects.select_related("event", "client").filter(
        agency_id=endpoint.agency_id, endpoint=endpoint
    )
    if state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(event__kind=kind)
    if client:
        rows = rows.filter(client__slug=client)
    return rows.order_by("-event_id")


def delivery_in(endpoint: Endpoint, number: int) -> Delivery | None:
    return deliveries_of(endpoint).filter(pk=number).first()


def attempts_of(delivery: Delivery) -> QuerySet[Attempt]:
    """The newest first."""
    return Attempt.objects.filter(agency_id=delivery.agency_id, delivery=delivery).order_by(
        "-number"
    )


def last_attempts(deliveries: Iterable[Delivery]) -> dict[int, Attempt]:
    """Delivery → its last try, if there was one."""
    rows = Attempt.objects.filter(delivery_id__in=[each.pk for each in deliveries])
    found = rows.order_by("delivery_id", "-number").distinct("delivery_id")
    return {row.delivery_id: row for row in found}


def events_wanted(endpoint: Endpoint, since: datetime) -> QuerySet[Event]:
    """The events since a moment that this endpoint asks for, as it is set now."""
    rows = Event.objects.filter(agency_id=endpoint.agency_id, at__gte=since, told_at__isnull=False)
    rows = rows.filter(kind__in=endpoint.kinds) if endpoint.kinds else rows.exclude(kind=TEST)
    if not endpoint.has_all_clients:
        mine = EndpointClient.objects.filter(endpoint=endpoint).values("client_id")
        rows = rows.filter(client_id__in=mine)
    return rows


def delivery_of_event(endpoint: Endpoint, uid: str) -> Delivery | None:
    return deliveries_of(endpoint).filter(event__uid=uid).first()


def events_after(agency: Agency, place: tuple[int, int], before: int, most: int) -> list[Event]:
    """Events behind a place (transaction, row) whose transactions are over, in that order."""
    number, row = place
    behind = Q(written_in__gt=number) | Q(written_in=number, pk__gt=row)
    rows = Event.objects.filter(behind, agency=agency, written_in__lt=before)
    return list(rows.order_by("written_in", "pk")[:most])
