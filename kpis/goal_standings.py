"""Judging goals and keeping what was found, in the rows that pages and the API read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import Client
from kpis.compare import Number
from kpis.formats import to_decimal
from kpis.goal_queries import goals_of
from kpis.models import Goal, GoalStanding
from kpis.progress import Progress, progress_of
from kpis.services import last_complete_of

PLACES = Decimal("0.0000000001")
#: What an evaluation finds; the moment is when it was found for the first time.
FOUND = (
    "as_of", "actual", "expected", "pace", "attainment", "status", "status_since", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class StatusChange:
    """A goal's status that is not what it was."""

    goal: Goal
    before: str
    after: str
    on: date


def goals_evaluate(client: Client) -> list[StatusChange]:
    """Judge the goals that run, and those that ended and wait for their last word.

    Called at night and after a refresh, inside the client's scope. Twice changes nothing.
    """
    last = last_complete_of(client)
    waiting = [
        goal
        for goal in goals_of(client)
        if goal.status not in ("achieved", "missed")
        or (goal.status == "achieved" and goal.ends_on > last)
    ]
    return goals_judge(client, waiting)


def goals_judge(client: Client, goals: list[Goal]) -> list[StatusChange]:
    """Judge these now; one upsert of the standings that are not what they were.

    A goal whose status changes counts as changed for those who keep a copy (`updated_at`).
    """
    changes, found = [], []
    for reading in progress_of(client, goals):
        before = reading.goal.standing
        after = _standing(client, reading, before)
        if before is not None and _said(before) == _said(after):
            continue
        found.append(after)
        was = before.status if before else ""
        if was != after.status:
            changes.append(StatusChange(reading.goal, was, after.status, reading.as_of))
    _keep(found)
    changed = [change.goal.pk for change in changes]
    Goal.objects.filter(agency_id=client.agency_id, client=client, pk__in=changed).update(
        note=F("note")  # the trigger stamps the row; the audit writes nothing of it
    )
    return changes


def _keep(found: list[GoalStanding]) -> None:
    GoalStanding.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["agency", "client", "goal"],
        update_fields=[*FOUND, "evaluated_at"],
    )


def _standing(client: Client, reading: Progress, before: GoalStanding | None) -> GoalStanding:
    since = reading.as_of
    if before is not None and before.status == reading.status:
        since = before.status_since or since
    return GoalStanding(
        agency_id=client.agency_id,
        client=client,
        goal=reading.goal,
        as_of=reading.as_of,
        actual=_kept(reading.actual),
        expected=_kept(reading.expected),
        pace=_kept(reading.pace),
        attainment=_kept(reading.attainment),
        status=reading.status,
        status_since=since,
        reason=reading.verdict.reason,
        evaluated_at=timezone.now(),
    )


def _said(standing: GoalStanding) -> tuple[Any, ...]:
    return tuple(getattr(standing, name) for name in FOUND)


def _kept(number: Number | None) -> Decimal | None:
    return None if number is None else to_decimal(number).quantize(PLACES)
