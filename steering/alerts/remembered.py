"""What is kept of goals and rules when something new comes of them: read for all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Client
from steering.alerts.subjects import Subject
from steering.models import Act, Incident, IncidentState, IncidentStep

UNRESOLVED = (IncidentState.OPEN, IncidentState.ACKNOWLEDGED, IncidentState.SNOOZED)
#: Goal and rule, as the columns of an incident have them.
Ref = tuple[int | None, int | None]


@dataclass(frozen=True)
class Remembered:
    """standing: the unresolved incidents, locked. told: the last status that was notified, and when.

    opened: on which days there was one already. paused_until: what was left of the pause with which
    the last one recovered.
    """

    standing: dict[Ref, Incident]
    told: dict[Ref, tuple[str, date]]
    opened: frozenset[tuple[Ref, date]]
    paused_until: dict[Ref, date]


def ref_of(subject: Subject) -> Ref:
    return subject.reference["goal_id"], subject.reference["rule_id"]


def remembered_of(client: Client, subjects: Sequence[Subject]) -> Remembered:
    """Four statements, however many subjects there are."""
    mine = incidents_of(client, subjects)
    standing = mine.select_for_update().filter(state__in=UNRESOLVED).order_by("pk")
    told = _latest(mine.filter(told_on__isnull=False), "", "-told_on").values_list(
        "goal_id", "rule_id", "told", "told_on"
    )
    opened = mine.values_list("goal_id", "rule_id", "opened_on")
    return Remembered(
        {(each.goal_id, each.rule_id): each for each in standing},
        {(goal, rule): (status, day) for goal, rule, status, day in told},
        frozenset(((goal, rule), day) for goal, rule, day in opened),
        _paused(client, subjects),
    )


def incidents_of(client: Client, subjects: Sequence[Subject]) -> QuerySet[Incident]:
    return Incident.objects.filter(_about(subjects), agency_id=client.agency_id, client=client)


def _paused(client: Client, subjects: Sequence[Subject]) -> dict[Ref, date]:
    """A pause is of the goal, until a day: one that recovers and comes back before it stays quiet."""
    steps = IncidentStep.objects.filter(
        _about(subjects, "incident__"), agency_id=client.agency_id, client=client
    )
    last = _latest(steps, "incident__").values_list(
        "incident__goal_id", "incident__rule_id", "act", "before"
    )
    return {
        (goal, rule): date.fromisoformat(before["until"])
        for goal, rule, act, before in last
        if act == Act.RECOVERED and before.get("until")
    }


def _about(subjects: Sequence[Subject], way: str = "") -> Q:
    goals = [each.goal.pk for each in subjects if each.goal]
    rules = [each.rule.pk for each in subjects if each.rule]
    return Q(**{f"{way}goal_id__in": goals}) | Q(**{f"{way}rule_id__in": rules})


def _latest(rows: QuerySet[Any], way: str, *order: str) -> QuerySet[Any]:
    """The last one of each subject."""
    by = (f"{way}goal_id", f"{way}rule_id")
    return rows.order_by(*by, *order, "-pk").distinct(*by)
