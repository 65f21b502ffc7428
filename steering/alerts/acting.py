"""What people do about an incident: know of it, put it off, settle it, take that back.

Inside the client's scope. Whoever acts on an incident twice acts once.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from steering.alerts.remembered import UNRESOLVED
from steering.alerts.saying import resay, unsay
from steering.models import Act, Incident, IncidentState, IncidentStep

LONGEST_PAUSE = timedelta(days=366)
NOTE = 300
#: What a person can take back, which is what the engine did not do.
OF_PEOPLE = (Act.ACKNOWLEDGED, Act.SNOOZED, Act.RESOLVED)


def today_of(client: Client, at: datetime) -> date:
    return at.astimezone(ZoneInfo(client.time_zone)).date()


def incident_acknowledge(
    client: Client, number: int, member_id: int | None, at: datetime, note: str = ""
) -> Incident:
    """Somebody knows: no reminders until it becomes worse. DomainError when it is resolved."""
    incident = _locked(client, number)
    _refuse_resolved(incident)
    if incident.state == IncidentState.ACKNOWLEDGED:
        return incident
    return _act(client, incident, Act.ACKNOWLEDGED, IncidentState.ACKNOWLEDGED, member_id, at, note)


def incident_snooze(
    client: Client, number: int, until: date, member_id: int | None, at: datetime, note: str = ""
) -> Incident:
    """Nothing is said of it before that day. DomainError for a day that is not ahead."""
    incident = _locked(client, number)
    _refuse_resolved(incident)
    today = today_of(client, at)
    if not today < until <= today + LONGEST_PAUSE:
        raise DomainError("bad_day", _("Choose a day after today, within a year."))
    if incident.state == IncidentState.SNOOZED and incident.snoozed_until == until:
        return incident
    return _act(
        client, incident, Act.SNOOZED, IncidentState.SNOOZED, member_id, at, note, until=until
    )


def incident_resolve(
    client: Client, number: int, member_id: int | None, at: datetime, note: str = ""
) -> Incident:
    """Settled, as far as people are concerned; if it becomes worse, there will be a new one."""
    incident = _locked(client, number)
    if incident.state == IncidentState.RESOLVED:
        return incident
    return _act(client, incident, Act.RESOLVED, IncidentState.RESOLVED, member_id, at, note)


def incident_undo(client: Client, number: int, member_id: int | None, at: datetime) -> Incident:
    """Take back the last thing a person did to it, if nothing has happened since.

    DomainError `nothing_to_undo`, also when the engine or another incident came in between.
    """
    incident = _locked(client, number)
    last = _last_step(incident)
    if last is None or last.act not in OF_PEOPLE or _is_taken(client, incident):
        raise DomainError("nothing_to_undo", _("There is nothing to take back any more."))
    before = last.before
    incident.state = before["state"]
    incident.snoozed_until = date.fromisoformat(before["until"]) if before["until"] else None
    incident.resolved_on = None
    incident.changed_at = at
    incident.save()
    _note(incident, Act.UNDONE, member_id, at, today_of(client, at), {})
    if incident.state == IncidentState.OPEN:
        resay(client, incident.pk, at)
    return incident


def _is_taken(client: Client, incident: Incident) -> bool:
    """Another one of the same goal or rule stands by now."""
    others = Incident.objects.filter(
        agency_id=client.agency_id,
        client=client,
        goal_id=incident.goal_id,
        rule_id=incident.rule_id,
        state__in=UNRESOLVED,
    )
    return others.exclude(pk=incident.pk).exists()


def _act(
    client: Client,
    incident: Incident,
    act: Act,
    state: IncidentState,
    member_id: int | None,
    at: datetime,
    note: str,
    until: date | None = None,
) -> Incident:
    today = today_of(client, at)
    before = {
        "state": incident.state,
        "until": incident.snoozed_until.isoformat() if incident.snoozed_until else None,
    }
    incident.state, incident.snoozed_until = state, until
    incident.resolved_on = today if state == IncidentState.RESOLVED else None
    incident.changed_at = at
    incident.save()
    _note(incident, act, member_id, at, today, before, note)
    unsay(client, incident.pk)
    return incident


def _note(
    incident: Incident,
    act: Act,
    member_id: int | None,
    at: datetime,
    day: date,
    before: dict[str, str | None],
    note: str = "",
) -> None:
    IncidentStep.objects.create(
        agency_id=incident.agency_id,
        client_id=incident.client_id,
        incident=incident,
        act=act,
        status=incident.status,
        day=day,
        at=at,
        acted_by_id=member_id,
        note=note.strip()[:NOTE],
        before=before,
    )


def _last_step(incident: Incident) -> IncidentStep | None:
    rows = IncidentStep.objects.filter(agency_id=incident.agency_id, incident=incident)
    return rows.order_by("-pk").first()


def _locked(client: Client, number: int) -> Incident:
    """DomainError `not_found` for one that is not this client's."""
    mine = Incident.objects.select_for_update().filter(agency_id=client.agency_id, client=client)
    incident = mine.filter(pk=number).first()
    if incident is None:
        raise DomainError("not_found", _("There is no such incident."))
    return incident


def _refuse_resolved(incident: Incident) -> None:
    if incident.state == IncidentState.RESOLVED:
        raise DomainError("resolved", _("This incident is resolved already."))
