"""Incidents from committed changes: opened, worse, better, over. The engine's side; people's is
acting, what every night brings is nightly.

Every function is called inside the client's scope and transaction, and twice is once.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from accounts.models import Client
from kpis.goals.machine import (
    NOTHING,
    NOTIFY,
    WARNED_OF,
    Change,
    Said,
    is_worse,
    to_say,
)
from kpis.goals.status import MISSED, OFF_TRACK
from kpis.signals import GoalChange
from steering.alerts.events import event_of
from steering.alerts.saying import say
from steering.alerts.subjects import Subject, figures_of_goals
from steering.models import Act, Incident, IncidentState, IncidentStep, Severity

UNRESOLVED = (IncidentState.OPEN, IncidentState.ACKNOWLEDGED, IncidentState.SNOOZED)


def goals_take(client: Client, changes: Sequence[GoalChange], day: date, at: datetime) -> None:
    """What committed changes of goals mean. day: the client's today; at: now."""
    figures = figures_of_goals(client, [each.goal for each in changes])
    for each in changes:
        if each.goal.pk in figures:
            change = Change(each.before, each.after, each.on)
            change_take(client, Subject(goal=each.goal), change, figures[each.goal.pk], day, at)


def change_take(
    client: Client,
    subject: Subject,
    change: Change,
    figures: Mapping[str, Any],
    day: date,
    at: datetime,
) -> None:
    """One committed change of a goal or a rule: its incident, its line, its event."""
    if change.after in WARNED_OF:
        incident, said = _warn(client, subject, change, figures, day, at)
    else:
        incident, said = _recover(client, subject, change, day, at), _good_news(change, day)
    event_of(client, subject, change, figures, incident)
    if said == NOTHING:
        return
    line = line_of(subject, change.after, figures, incident, change.before)
    key = f"{subject.key}:{change.after}:{change.on.isoformat()}"
    say(client, key, line, said == NOTIFY, at)


def _good_news(change: Change, day: date) -> Said:
    return to_say(Change(change.before, change.after, day))


def _warn(
    client: Client,
    subject: Subject,
    change: Change,
    figures: Mapping[str, Any],
    day: date,
    at: datetime,
) -> tuple[Incident | None, Said]:
    """The incident, and what to say of it; NOTHING if this change was taken before.

    1. What was told of this goal last decides whether it is news. 2. An incident that stands
    becomes worse or better; becoming worse undoes that somebody knew, but not a pause. 3. Without
    one, a new one is opened; what came back too soon to be news keeps the last telling, from which
    reminders count.
    """
    told, told_on = _last_told(client, subject)
    said = to_say(Change(change.before, change.after, day), told, told_on)
    incident = _standing(client, subject)
    if incident is None:
        incident = _open(client, subject, change, figures, day, at)
        if incident is None:
            return None, NOTHING
        incident.told, incident.told_on = told, told_on
        if incident.state == IncidentState.SNOOZED:
            said = NOTHING
    elif incident.status == change.after:
        return incident, NOTHING
    else:
        act = Act.WORSENED if is_worse(change.after, incident.status) else Act.EASED
        if incident.state == IncidentState.SNOOZED:
            said = NOTHING
        elif act == Act.WORSENED:
            incident.state = IncidentState.OPEN
        incident.status, incident.severity = change.after, severity_of(change.after)
        incident.data, incident.changed_at = dict(figures), at
        step_note(incident, act, day, at)
    if said == NOTIFY:
        incident.told, incident.told_on = change.after, day
    incident.save()
    return incident, said


def _open(
    client: Client,
    subject: Subject,
    change: Change,
    figures: Mapping[str, Any],
    day: date,
    at: datetime,
) -> Incident | None:
    """A new incident; None if there has been one of this goal from this day on."""
    mine = {"agency_id": client.agency_id, "client": client, **subject.reference}
    if Incident.objects.filter(**mine, opened_on=change.on).exists():
        return None
    until = _pause_left(client, subject, day)
    made = Incident(
        **mine,
        opened_on=change.on,
        opened_at=at,
        state=IncidentState.SNOOZED if until else IncidentState.OPEN,
        snoozed_until=until,
        severity=severity_of(change.after),
        status=change.after,
        data=dict(figures),
        changed_at=at,
    )
    Incident.objects.bulk_create([made], ignore_conflicts=True)
    found = Incident.objects.select_for_update().get(**mine, opened_on=change.on)
    if IncidentStep.objects.filter(agency_id=client.agency_id, incident=found).exists():
        return None  # somebody else's, who has committed in between
    step_note(found, Act.OPENED, change.on, at)
    return found


def _pause_left(client: Client, subject: Subject, day: date) -> date | None:
    """A pause is of the goal, until a day: one that recovers and comes back before it stays quiet."""
    of_subject = {f"incident__{name}": number for name, number in subject.reference.items()}
    last = (
        IncidentStep.objects.filter(agency_id=client.agency_id, client=client, **of_subject)
        .order_by("-pk")
        .first()
    )
    written = last.before.get("until") if last and last.act == Act.RECOVERED else None
    until = date.fromisoformat(written) if written else None
    return until if until and until > day else None


def _recover(
    client: Client, subject: Subject, change: Change, day: date, at: datetime
) -> Incident | None:
    incident = _standing(client, subject)
    if incident is not None:
        incident.status = change.after
        resolve(incident, Act.RECOVERED, day, at)
    return incident


def resolve(incident: Incident, act: Act, day: date, at: datetime) -> None:
    """It is over, without anybody's doing."""
    until = incident.snoozed_until
    before = {"state": incident.state, "until": until.isoformat() if until else None}
    incident.state, incident.snoozed_until = IncidentState.RESOLVED, None
    incident.resolved_on, incident.changed_at = day, at
    incident.save()
    step_note(incident, act, day, at, before)


def _standing(client: Client, subject: Subject) -> Incident | None:
    mine = Incident.objects.select_for_update().filter(
        agency_id=client.agency_id, client=client, state__in=UNRESOLVED, **subject.reference
    )
    return mine.first()


def _last_told(client: Client, subject: Subject) -> tuple[str, date | None]:
    row = (
        Incident.objects.filter(
            agency_id=client.agency_id, client=client, told_on__isnull=False, **subject.reference
        )
        .order_by("-told_on", "-pk")
        .values_list("told", "told_on")
        .first()
    )
    return row or ("", None)


def severity_of(status: str) -> Severity:
    return Severity.CRITICAL if status in (OFF_TRACK, MISSED) else Severity.WARNING


def step_note(
    incident: Incident,
    act: Act,
    day: date,
    at: datetime,
    before: Mapping[str, str | None] | None = None,
) -> None:
    IncidentStep.objects.create(
        agency_id=incident.agency_id,
        client_id=incident.client_id,
        incident=incident,
        act=act,
        status=incident.status,
        day=day,
        at=at,
        before=dict(before or {}),
    )


def line_of(
    subject: Subject,
    status: str,
    figures: Mapping[str, Any],
    incident: Incident | None,
    before: str = "",
    why: str = "",
) -> dict[str, Any]:
    return {
        **figures,
        "about": "goal" if subject.goal else "rule",
        "number": (subject.goal or subject.rule).pk,  # type: ignore[union-attr]
        "status": status,
        "before": before,
        "incident": incident.pk if incident else None,
        "why": why,
    }
