"""Incidents as pages and the API list them. Reads only."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from accounts.models import Client
from kpis.models import Goal
from steering.models import Incident, IncidentState, IncidentStep

#: The filters of a list: those that want something done, all that are not over, the ones that are.
WAITING = (IncidentState.OPEN,)
STANDING = (IncidentState.OPEN, IncidentState.ACKNOWLEDGED, IncidentState.SNOOZED)
FILTERS: dict[str, tuple[str, ...]] = {
    "standing": STANDING,
    "open": WAITING,
    "acknowledged": (IncidentState.ACKNOWLEDGED,),
    "snoozed": (IncidentState.SNOOZED,),
    "resolved": (IncidentState.RESOLVED,),
    "all": tuple(IncidentState.values),
}


def incidents_of(
    agency_id: int, states: Iterable[str], client: Client | None = None
) -> QuerySet[Incident]:
    """The gravest first, then the oldest. In a scope; without a client: of all that it sees."""
    rows = Incident.objects.filter(agency_id=agency_id, state__in=list(states))
    if client is not None:
        rows = rows.filter(client=client)
    return rows.select_related("goal__campaign", "rule", "client").order_by(
        "severity", "opened_on", "pk"
    )


def incident_in(client: Client, number: int) -> Incident | None:
    rows = incidents_of(client.agency_id, IncidentState.values, client)
    return rows.filter(pk=number).first()


def steps_of(agency_id: int, incidents: Iterable[Incident]) -> dict[int, list[IncidentStep]]:
    """Incident → what happened to it, the first thing first."""
    found: dict[int, list[IncidentStep]] = {}
    rows = IncidentStep.objects.filter(agency_id=agency_id, incident__in=list(incidents))
    for each in rows.order_by("pk"):
        found.setdefault(each.incident_id, []).append(each)
    return found


def incidents_since(client: Client, goal: Goal, day: date) -> int:
    """How many of a goal were opened on that day or later."""
    mine = Incident.objects.filter(agency_id=client.agency_id, client=client, goal=goal)
    return mine.filter(opened_on__gte=day).count()
