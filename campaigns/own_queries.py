"""Own measures as rows, and how far each has been entered. What was entered adds up in `kpis.own`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Min, Q, QuerySet

from accounts.models import Client
from campaigns.models import OwnMeasure, OwnValue
from campaigns.own_measures import OwnTerms


@dataclass(frozen=True)
class Entered:
    """The first and the last day that has a value."""

    first: date
    last: date


def own_measures_of(agency_id: int, clients: Iterable[Client] = ()) -> QuerySet[OwnMeasure]:
    """The agency's own measures and those of these clients, archived ones included, by name."""
    rows = OwnMeasure.objects.filter(
        Q(client=None) | Q(client__in=[client.pk for client in clients]), agency_id=agency_id
    )
    return rows.order_by("name", "key")


def own_measure_named(client: Client, key: str) -> OwnMeasure | None:
    """The client's own measure of that key, or the agency's."""
    return own_measures_of(client.agency_id, [client]).filter(key=key).first()


def own_measure_at(agency_id: int, client: Client | None, key: str) -> OwnMeasure | None:
    """The measure that is defined at this very place: for the agency, or for the client."""
    return OwnMeasure.objects.filter(agency_id=agency_id, client=client, key=key).first()


def own_terms_of(row: Any) -> OwnTerms:
    """The terms of an OwnMeasure; its columns hold nothing but the choices."""
    return OwnTerms(
        key=row.key,
        name=row.name,
        description=row.description,
        unit=row.unit,
        aggregation=row.aggregation,
        better=row.better,
        is_of_client=row.client_id is not None,
        is_archived=row.archived_at is not None,
    )


def entered_by_key(client: Client) -> dict[str, Entered]:
    """Per own measure of the client with any value, the days that it was entered for."""
    rows = (
        OwnValue.objects.filter(agency_id=client.agency_id, client=client)
        .values("measure__key")
        .annotate(first=Min("day"), last=Max("day"))
    )
    return {row["measure__key"]: Entered(row["first"], row["last"]) for row in rows}


def own_values_of(client: Client) -> QuerySet[OwnValue]:
    rows = OwnValue.objects.filter(agency_id=client.agency_id, client=client)
    return rows.select_related("measure", "campaign").order_by("day", "pk")


def values_by_day(
    client: Client, measure: OwnMeasure, first: date, last: date, channel: str = ""
) -> dict[date, Decimal]:
    """What is entered for a channel (none: the whole) without a campaign, by day."""
    rows = own_values_of(client).filter(
        measure=measure, day__range=(first, last), channel=channel, campaign=None
    )
    return dict(rows.values_list("day", "value"))
