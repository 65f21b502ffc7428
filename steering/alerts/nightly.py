"""What every night brings to incidents: pauses that end, reminders, goals and rules that are no more.

Inside the client's scope and transaction, and twice is once.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from accounts.models import Client
from kpis.book import book_of
from kpis.goals.machine import is_reminder_due
from kpis.services import standing_of
from steering.alerts.opening import line_of
from steering.alerts.remembered import UNRESOLVED
from steering.alerts.saying import Line, say_all
from steering.alerts.steps import resolve, step_of, steps_keep
from steering.alerts.subjects import Subject, figures_of_goals
from steering.models import Act, AlertRule, Incident, IncidentState
from steering.rule_readings import last_whole_days


def incidents_night(client: Client, day: date, at: datetime) -> None:
    """day: today's. A silent source silences what is said again, too: a pause lasts until it speaks."""
    standing = list(
        Incident.objects.select_for_update(of=("self",))
        .filter(agency_id=client.agency_id, client=client, state__in=UNRESOLVED)
        .select_related("goal__campaign", "rule")
        .order_by("pk")
    )
    gone = [each for each in standing if _is_gone(each)]
    steps = [resolve(incident, Act.CLOSED, day, at) for incident in gone]
    left = [each for each in standing if each not in gone]
    woken = [each for each in left if each.snoozed_until and each.snoozed_until <= day]
    due = [each for each in left if _wants_a_reminder(each, day)]
    figures = _figures(client, [*woken, *due])
    again = [
        (incident, act)
        for act, incidents in ((Act.WOKEN, woken), (Act.REMINDED, due))
        for incident in incidents
        if figures[incident.pk]["is_judged"]
    ]
    for incident, act in again:
        if act == Act.WOKEN:
            incident.state, incident.snoozed_until = IncidentState.OPEN, None
        incident.told, incident.told_on, incident.changed_at = incident.status, day, at
        steps.append(step_of(incident, act, day, at))
    steps_keep([*gone, *(incident for incident, _act in again)], steps)
    say_all(client, [_again(each, act, figures[each.pk], day) for each, act in again], at)


def _is_gone(incident: Incident) -> bool:
    owner = incident.goal or incident.rule
    return owner is None or owner.archived_at is not None


def _wants_a_reminder(incident: Incident, day: date) -> bool:
    if incident.state == IncidentState.SNOOZED:
        return False
    knows = incident.state == IncidentState.ACKNOWLEDGED
    return is_reminder_due(incident.status, incident.told_on, day, is_acknowledged=knows)


def _figures(client: Client, incidents: Iterable[Incident]) -> dict[int, dict[str, Any]]:
    """Of a goal the figures of now, of a rule those that it fired with; is_judged: not silenced."""
    rows = list(incidents)
    of_goals = figures_of_goals(client, [each.goal for each in rows if each.goal])
    heard = _rules_heard(client, [each.rule for each in rows if each.rule])
    found = {}
    for each in rows:
        if each.goal_id is None:
            found[each.pk] = each.data | {"is_judged": each.rule_id in heard}
        else:
            found[each.pk] = {"is_judged": True} | of_goals.get(each.goal_id, each.data)
    return found


def _rules_heard(client: Client, rules: list[AlertRule]) -> set[int]:
    """Those that can be judged: their KPI exists, and none of its sources is stale."""
    known = [rule for rule in rules if rule.kpi in book_of(client)]
    if not known:
        return set()
    whole = last_whole_days(client, known, standing_of(client))
    return {rule.pk for rule in known if whole[rule.kpi] is not None}


def _again(incident: Incident, act: Act, figures: Mapping[str, Any], day: date) -> Line:
    """What still stands, once more."""
    subject = Subject(incident.goal, incident.rule)
    line = line_of(subject, incident.status, figures, incident, why=act.value)
    return Line(f"{subject.key}:{act.value}:{day.isoformat()}", line, True)
