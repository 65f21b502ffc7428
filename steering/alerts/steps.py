"""What happens to incidents without anybody's doing: the steps that say so, written together."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from steering.models import Act, Incident, IncidentState, IncidentStep

#: What the engine changes of an incident.
CHANGED = (
    "state", "snoozed_until", "severity", "status", "data", "told", "told_on", "resolved_on",
    "changed_at",
)  # fmt: skip


def step_of(
    incident: Incident,
    act: Act,
    day: date,
    at: datetime,
    before: Mapping[str, str | None] | None = None,
) -> IncidentStep:
    """Not kept yet."""
    return IncidentStep(
        agency_id=incident.agency_id,
        client_id=incident.client_id,
        incident=incident,
        act=act,
        status=incident.status,
        day=day,
        at=at,
        before=dict(before or {}),
    )


def resolve(incident: Incident, act: Act, day: date, at: datetime) -> IncidentStep:
    """It is over. Neither the incident nor its step is kept yet."""
    until = incident.snoozed_until
    before = {"state": incident.state, "until": until.isoformat() if until else None}
    incident.state, incident.snoozed_until = IncidentState.RESOLVED, None
    incident.resolved_on, incident.changed_at = day, at
    return step_of(incident, act, day, at, before)


def steps_keep(incidents: Sequence[Incident], steps: Sequence[IncidentStep]) -> None:
    """The incidents as they are now, and what happened to them: a statement each."""
    if incidents:
        Incident.objects.bulk_update(incidents, CHANGED)
    if steps:
        IncidentStep.objects.bulk_create(steps)
