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
from steering.alerts.opening import UNRESOLVED, line_of, resolve, step_note
from steering.alerts.saying import say
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
    for incident in gone:
        resolve(incident, Act.CLOSED, day, at)
    left = [each for each in standing if each not in gone]
    woken = [each for each in left if each.snoozed_until and each.snoozed_until <= day]
    due = [each for each in left if _wants_a_reminder(each, day)]
    figures = _figures(client, [*woken, *due])
    for incident in woken:
        if figures[incident.pk]["is_judged"]:
            incident.state, incident.snoozed_until = IncidentState.OPEN, None
            _again(client, incident, Act.WOKEN, figures, day, at)
    for incident in due:
        if figures[incident.pk]["is_judged"]:
            _again(client, incident, Act.REMINDED, figures, day, at)


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


def _again(
    client: Client,
    incident: Incident,
    act: Act,
    figures: Mapping[int, dict[str, Any]],
    day: date,
    at: datetime,
) -> None:
    """Say once more what still stands."""
    subject = Subject(incident.goal, incident.rule)
    line = line_of(subject, incident.status, figures[incident.pk], incident, why=act.value)
    incident.told, incident.told_on, incident.changed_at = incident.status, day, at
    incident.save()
    step_note(incident, act, day, at)
    say(client, f"{subject.key}:{act.value}:{day.isoformat()}", line, True, at)
