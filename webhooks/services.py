"""What other apps call: an event is written beside what happened. Handing out is in handing.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Client
from webhooks.kinds import KINDS
from webhooks.models import Event


def event_send(
    agency_id: int,
    client: Client | None,
    kind: str,
    data: Mapping[str, Any],
    key: str,
    at: datetime | None = None,
) -> bool:
    """Note an event for the agency's endpoints, in the transaction in which it happened.

    Inside a scope that sees the client, or all clients for what concerns the agency. key: unique in
    the agency (begin it with the kind); said before: nothing, and False. data: JSON as it is sent,
    with exact numbers as strings; whoever reads it may know all of the client. at: the moment, if
    it is not now. A worker sends it; without endpoints it is kept for replays.
    """
    declared = KINDS[kind]
    if declared.is_of_client != (client is not None):
        raise ValueError(f"{kind} is {'' if declared.is_of_client else 'not '}about a client")
    return event_write(agency_id, client, kind, data, key, at or timezone.now()) is not None


@dataclass(frozen=True)
class Draft:
    """An event that is to be sent: see `event_send`."""

    kind: str
    data: Mapping[str, Any]
    key: str


def events_send(
    agency_id: int, client: Client, drafts: Sequence[Draft], at: datetime | None = None
) -> None:
    """Note several events of a client by one statement; those whose keys were used are left out."""
    strange = [each.kind for each in drafts if not KINDS[each.kind].is_of_client]
    if strange:
        raise ValueError(f"not about a client: {strange}")
    moment = at or timezone.now()
    Event.objects.bulk_create(
        [_event(agency_id, client, each.kind, each.data, each.key, moment) for each in drafts],
        ignore_conflicts=True,
    )


def event_write(
    agency_id: int,
    client: Client | None,
    kind: str,
    data: Mapping[str, Any],
    key: str,
    at: datetime,
) -> Event | None:
    """The row itself; None if the key has been used. A concurrent use of it is waited for."""
    made = _event(agency_id, client, kind, data, key, at)
    Event.objects.bulk_create([made], ignore_conflicts=True)
    return Event.objects.filter(agency_id=agency_id, key=key, uid=made.uid).first()


def _event(
    agency_id: int,
    client: Client | None,
    kind: str,
    data: Mapping[str, Any],
    key: str,
    at: datetime,
) -> Event:
    return Event(
        agency_id=agency_id,
        client=client,
        kind=kind,
        key=key,
        at=at,
        payload={
            "type": kind,
            "timestamp": at.isoformat().replace("+00:00", "Z"),
            "client": client.slug if client else None,
            "data": dict(data),
        },
    )
