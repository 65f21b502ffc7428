"""What other apps call: an event is written beside what happened. Handing out is in handing.py."""

from collections.abc import Mapping
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


def event_write(
    agency_id: int,
    client: Client | None,
    kind: str,
    data: Mapping[str, Any],
    key: str,
    at: datetime,
) -> Event | None:
    """The row itself; None if the key has been used. A concurrent use of it is waited for."""
    made = Event(
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
    Event.objects.bulk_create([made], ignore_conflicts=True)
    return Event.objects.filter(agency_id=agency_id, key=key, uid=made.uid).first()
