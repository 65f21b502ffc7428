"""What is said of a client's incidents, gathered into one message a day in its working hours.

A line is written in the transaction in which it came true, once for its key; so a job that is killed,
repeated or runs beside another says it once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Client
from inbox.models import Notice
from inbox.services import notice_send
from kpis.catalogue.kpi import Office
from kpis.services import parameters_of
from steering.alerts.hours import day_after, next_opening
from steering.models import Saying

#: A digest with a warning, and one with good news and small ones; a person chooses channels for each.
LOUD, QUIET = "digest_warning", "digest_news"


def office_of(client: Client) -> Office:
    """The client's working hours of today; Monday to Friday from 9 to 18 unless it says otherwise."""
    chosen = parameters_of(client).office
    return chosen or Office(client.opens_at, client.closes_at, client.open_days)


@dataclass(frozen=True)
class Line:
    """Something to be said once for its key: `data` as the digest has it. is_loud: it is a warning."""

    key: str
    data: Mapping[str, Any]
    is_loud: bool


def say_all(client: Client, lines: Sequence[Line], at: datetime) -> None:
    """Put lines into the client's next digest, but for those that were said. Inside its scope.

    In as many statements for twenty lines as for one.
    """
    if not lines:
        return
    sayings = [_saying(client, line, at) for line in lines]
    Saying.objects.bulk_create(sayings, ignore_conflicts=True)
    waiting = Saying.objects.select_for_update().filter(
        agency_id=client.agency_id, client=client, key__in=[line.key for line in lines], notice=""
    )
    unsaid = set(waiting.order_by("pk").values_list("key", flat=True))
    _put(client, [saying for saying in sayings if saying.key in unsaid], at)


def _saying(client: Client, line: Line, at: datetime) -> Saying:
    return Saying(
        agency_id=client.agency_id,
        client=client,
        key=line.key,
        is_loud=line.is_loud,
        day=at.astimezone(ZoneInfo(client.time_zone)).date(),
        at=at,
        line=dict(line.data),
    )


def _put(client: Client, sayings: Sequence[Saying], at: datetime) -> None:
    """Into the digest that goes out next, and note which that is."""
    if not sayings:
        return
    notice = _open_digest(client, at)
    lines = [{**each.line, "is_loud": each.is_loud, "key": each.key} for each in sayings]
    notice.data = {"lines": [*notice.data["lines"], *lines]}
    notice.kind = LOUD if any(each.is_loud for each in sayings) else notice.kind
    notice.save(update_fields=["data", "kind"])
    said = [each.key for each in sayings]
    Saying.objects.filter(agency_id=client.agency_id, client=client, key__in=said).update(
        notice=notice.key
    )


def _open_digest(client: Client, at: datetime) -> Notice:
    """The digest that has not gone out yet, locked: that of the next working moment, or a later one.

    A client hears once a day at most: what comes after today's goes into the next working day's.
    """
    zone, office = ZoneInfo(client.time_zone), office_of(client)
    due_at = next_opening(at, office, zone)
    while True:
        key = f"digest:{client.pk}:{due_at.astimezone(zone).date().isoformat()}"
        notice_send(client.agency_id, client, QUIET, key, {"lines": []}, due_at=due_at)
        notice = Notice.objects.select_for_update().get(agency_id=client.agency_id, key=key)
        if notice.told_at is None:
            return notice
        due_at = next_opening(day_after(due_at, zone), office, zone)


def unsay(client: Client, incident_id: int) -> None:
    """Somebody has dealt with an incident: what waits to be said of it is not said any more."""
    waiting = Notice.objects.select_for_update().filter(
        agency_id=client.agency_id, client=client, kind__in=(LOUD, QUIET), told_at=None
    )
    for notice in waiting:
        lines = [each for each in notice.data["lines"] if each.get("incident") != incident_id]
        if not lines:
            notice.delete()
        elif len(lines) < len(notice.data["lines"]):
            notice.data = {"lines": lines}
            notice.kind = LOUD if any(each["is_loud"] for each in lines) else QUIET
            notice.save(update_fields=["data", "kind"])


def resay(client: Client, incident_id: int, at: datetime) -> None:
    """What a person did is taken back: the last thing that was to be said is said after all.

    Nothing if it has gone out.
    """
    mine = Saying.objects.select_for_update().filter(
        agency_id=client.agency_id, client=client, line__incident=incident_id
    )
    last = mine.order_by("-pk").first()
    if last is None:
        return
    notice = Notice.objects.filter(agency_id=client.agency_id, key=last.notice).first()
    if notice is None or all(each["key"] != last.key for each in notice.data["lines"]):
        _put(client, [last], at)
