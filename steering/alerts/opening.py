"""Incidents from committed changes: opened, worse, better, over. The engine's side; people's is
acting, what every night brings is nightly.

Every function is called inside the client's scope and transaction, and twice is once. Changes are
taken together: in as many statements for twenty goals as for two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from steering.alerts.remembered import (
    Ref,
    Remembered,
    incidents_of,
    ref_of,
    remembered_of,
)
from steering.alerts.saying import Line, say_all
from steering.alerts.steps import resolve, step_of, steps_keep
from steering.alerts.subjects import Subject, figures_of_goals
from steering.models import Act, Incident, IncidentState, IncidentStep, Severity
from webhooks.services import events_send


@dataclass(frozen=True)
class Taking:
    """A committed change of a goal or a rule, with the figures that are told of it."""

    subject: Subject
    change: Change
    figures: Mapping[str, Any]

    @property
    def is_warning(self) -> bool:
        return self.change.after in WARNED_OF


def goals_take(client: Client, changes: Sequence[GoalChange], day: date, at: datetime) -> None:
    """What committed changes of goals mean. day: the client's today; at: now."""
    figures = figures_of_goals(client, [each.goal for each in changes])
    takings = [
        Taking(
            Subject(goal=each.goal),
            Change(each.before, each.after, each.on),
            figures[each.goal.pk],
        )
        for each in changes
        if each.goal.pk in figures
    ]
    changes_take(client, takings, day, at)


def changes_take(client: Client, takings: Sequence[Taking], day: date, at: datetime) -> None:
    """The incidents of committed changes, their lines, their events. Of a goal or rule one at most.

    1. What is known of all of them. 2. New incidents, and what becomes of those that stand. 3. All
    of it is written, then the events and the lines.
    """
    if not takings:
        return
    known = remembered_of(client, [each.subject for each in takings])
    new = _open(client, takings, known, day, at)
    steps = [step_of(each, Act.OPENED, each.opened_on, at) for each in new.values()]
    changed: list[Incident] = []
    events, lines = [], []
    for taking in takings:
        if taking.is_warning:
            incident, said = _warn(taking, known, new, steps, day, at)
        else:
            incident, said = _recover(taking, known, steps, day, at), _good_news(taking, day)
        if incident is not None and incident.changed_at == at:
            changed.append(incident)
        events.append(event_of(taking.subject, taking.change, taking.figures, incident))
        if said != NOTHING:
            lines.append(_line(taking, incident, said == NOTIFY))
    steps_keep(changed, steps)
    events_send(client.agency_id, client, [each for each in events if each])
    say_all(client, lines, at)


def _good_news(taking: Taking, day: date) -> Said:
    return to_say(Change(taking.change.before, taking.change.after, day))


def _warn(
    taking: Taking,
    known: Remembered,
    new: Mapping[Ref, Incident],
    steps: list[IncidentStep],
    day: date,
    at: datetime,
) -> tuple[Incident | None, Said]:
    """The incident, and what to say of it; NOTHING if this change was taken before.

    1. What was told of this goal last decides whether it is news. 2. An incident that stands
    becomes worse or better; becoming worse undoes that somebody knew, but not a pause. 3. Of a new
    one, what came back too soon to be news keeps the last telling, from which reminders count.
    """
    ref, change = ref_of(taking.subject), taking.change
    told, told_on = known.told.get(ref, ("", None))
    said = to_say(Change(change.before, change.after, day), told, told_on)
    incident = known.standing.get(ref)
    if incident is None:
        incident = new.get(ref)
        if incident is None:
            return None, NOTHING
        incident.told, incident.told_on = told, told_on
    elif incident.status == change.after:
        return incident, NOTHING
    else:
        act = Act.WORSENED if is_worse(change.after, incident.status) else Act.EASED
        if act == Act.WORSENED and incident.state != IncidentState.SNOOZED:
            incident.state = IncidentState.OPEN
        incident.status, incident.severity = change.after, severity_of(change.after)
        incident.data, incident.changed_at = dict(taking.figures), at
        steps.append(step_of(incident, act, day, at))
    if incident.state == IncidentState.SNOOZED:
        said = NOTHING
    if said == NOTIFY:
        incident.told, incident.told_on = change.after, day
    return incident, said


def _open(
    client: Client, takings: Sequence[Taking], known: Remembered, day: date, at: datetime
) -> dict[Ref, Incident]:
    """New incidents for warnings without one that stands; not if there was one from this day on.

    One that somebody else made in between has steps already, and is left to them.
    """
    made = [
        _new(client, each, known.paused_until.get(ref_of(each.subject)), day, at)
        for each in takings
        if each.is_warning
        and ref_of(each.subject) not in known.standing
        and (ref_of(each.subject), each.change.on) not in known.opened
    ]
    if not made:
        return {}
    Incident.objects.bulk_create(made, ignore_conflicts=True)
    wanted = {(each.goal_id, each.rule_id, each.opened_on) for each in made}
    rows = incidents_of(client, [each.subject for each in takings]).select_for_update()
    rows = rows.filter(opened_on__in={each.opened_on for each in made}).order_by("pk")
    found = [each for each in rows if (each.goal_id, each.rule_id, each.opened_on) in wanted]
    theirs = IncidentStep.objects.filter(agency_id=client.agency_id, incident__in=found)
    taken = set(theirs.values_list("incident_id", flat=True))
    return {(each.goal_id, each.rule_id): each for each in found if each.pk not in taken}


def _new(
    client: Client, taking: Taking, paused_until: date | None, day: date, at: datetime
) -> Incident:
    is_paused = paused_until is not None and paused_until > day
    return Incident(
        agency_id=client.agency_id,
        client=client,
        **taking.subject.reference,
        opened_on=taking.change.on,
        opened_at=at,
        state=IncidentState.SNOOZED if is_paused else IncidentState.OPEN,
        snoozed_until=paused_until if is_paused else None,
        severity=severity_of(taking.change.after),
        status=taking.change.after,
        data=dict(taking.figures),
        changed_at=at,
    )


def _recover(
    taking: Taking, known: Remembered, steps: list[IncidentStep], day: date, at: datetime
) -> Incident | None:
    incident = known.standing.get(ref_of(taking.subject))
    if incident is not None:
        incident.status = taking.change.after
        steps.append(resolve(incident, Act.RECOVERED, day, at))
    return incident


def severity_of(status: str) -> Severity:
    return Severity.CRITICAL if status in (OFF_TRACK, MISSED) else Severity.WARNING


def _line(taking: Taking, incident: Incident | None, is_loud: bool) -> Line:
    subject, change = taking.subject, taking.change
    key = f"{subject.key}:{change.after}:{change.on.isoformat()}"
    line = line_of(subject, change.after, taking.figures, incident, change.before)
    return Line(key, line, is_loud)


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
