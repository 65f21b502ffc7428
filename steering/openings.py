"""Noting that a user of a client opened its numbers, and who did last."""

from collections.abc import Mapping
from datetime import date

from django.db.models import F, Max, Min

from accounts.models import Client, Membership, MembershipClient, Role
from steering.alerts.acting import today_of
from steering.models import Opening


def opening_note(client: Client, membership_id: int, day: date) -> None:
    """Once a day and member; two at once are one. day: the client's."""
    mine = Opening.objects.filter(
        agency_id=client.agency_id, client=client, membership_id=membership_id
    )
    if mine.filter(last_on__gte=day).exists():
        return
    if mine.filter(last_on__lt=day).update(last_on=day, days=F("days") + 1):
        return
    made = Opening(
        agency_id=client.agency_id,
        client=client,
        membership_id=membership_id,
        first_on=day,
        last_on=day,
    )
    Opening.objects.bulk_create([made], ignore_conflicts=True)


def last_openings(agency_id: int) -> Mapping[int, date]:
    """Client id → the last day on which one of its own users opened it; of the clients in scope."""
    rows = Opening.objects.filter(agency_id=agency_id).values("client_id")
    return {row["client_id"]: row["last"] for row in rows.annotate(last=Max("last_on"))}


def last_look(client: Client) -> date | None:
    """The last day on which somebody of the client logged in or opened its numbers; if nobody ever
    did, the day of the first of them. None: it has no users. In a scope that sees the members."""
    people = Membership.objects.filter(
        agency_id=client.agency_id, role=Role.VIEWER, ended_on=None, user__is_active=True
    )
    rows = MembershipClient.objects.filter(
        agency_id=client.agency_id, client=client, membership__in=people
    )
    found = rows.aggregate(
        login=Max("membership__user__last_login"), came=Min("membership__created_at")
    )
    if found["came"] is None:
        return None
    opened = Opening.objects.filter(agency_id=client.agency_id, client=client)
    days = [opened.aggregate(last=Max("last_on"))["last"]]
    days.append(today_of(client, found["login"]) if found["login"] else None)
    return max((each for each in days if each), default=today_of(client, found["came"]))
