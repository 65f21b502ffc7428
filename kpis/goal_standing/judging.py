"""Judging goals and keeping what was found, in the rows that pages and the API read.

An evaluation reads a client's goals together, puts each through the state machine of KPIS C.7, keeps
all in one statement, and says what was committed. Done twice it changes nothing.
"""

from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import Client
from kpis.calendar import ONE_DAY
from kpis.goal_setting.queries import goals_of
from kpis.goal_standing.progress import MOST_KEPT, Forecasting, Progress, kept_number, progress_of
from kpis.goals.machine import AT_ONCE, UNJUDGED, State, step
from kpis.models import Goal, GoalStanding
from kpis.services import last_complete_of
from kpis.signals import GoalChange, goals_judged

#: What an evaluation finds; the moment is when it was found for the first time.
FOUND = (
    "as_of", "actual", "expected", "pace", "attainment", "forecast_model", "forecast_value",
    "forecast_low", "forecast_high", "probability", "status", "status_since", "reason", "committed",
    "committed_since", "judged_on", "candidate", "candidate_days", "daily_volume",
)  # fmt: skip


def goals_evaluate(client: Client, forecasts: Forecasting = Forecasting.CHOOSE) -> list[GoalChange]:
    """Judge the goals that run, and those that ended and wait for their last word.

    Called at night, inside the client's scope. Twice changes nothing, and two at once end like one
    after the other: the standings are locked before they are read.
    """
    list(
        GoalStanding.objects.select_for_update()
        .filter(agency_id=client.agency_id, client=client)
        .order_by("goal_id")
        .values_list("pk", flat=True)
    )
    waiting = [goal for goal in goals_of(client) if goal.closed_on is None]
    changes = _judge(client, waiting, forecasts, is_afresh=False)
    goals_judged.send(sender=Client, client=client, changes=changes, day=last_complete_of(client))
    return changes


def goals_judge(client: Client, goals: list[Goal]) -> list[GoalChange]:
    """Judge goals whose terms are new: what was committed of other terms says nothing of them.

    In a web process, too: no model is fitted or chosen for good here.
    """
    return _judge(client, goals, Forecasting.NOW, is_afresh=True)


def goals_judge_again(client: Client, goals: list[Goal]) -> None:
    """As `goals_judge`, for goals that people were told of: what is decided at once, and differs from
    what stood, is said, so that nothing goes on warning of terms or figures that are gone."""
    rows = GoalStanding.objects.filter(agency_id=client.agency_id, client=client, goal__in=goals)
    stood = dict(rows.values_list("goal_id", "committed"))
    day = last_complete_of(client)
    changes = [
        GoalChange(each.goal, stood.get(each.goal.pk, ""), each.after, day)
        for each in goals_judge(client, goals)
        if each.after != stood.get(each.goal.pk)
    ]
    if changes:
        goals_judged.send(sender=Client, client=client, changes=changes, day=day)


def _judge(
    client: Client, goals: list[Goal], forecasts: Forecasting, *, is_afresh: bool
) -> list[GoalChange]:
    """One upsert of the standings that are not what they were.

    A goal whose status changes counts as changed for those who keep a copy (`updated_at`).
    """
    changes: list[GoalChange] = []
    found: list[GoalStanding] = []
    shown: list[int] = []
    closing: list[Progress] = []
    for reading in progress_of(client, goals, forecasts=forecasts):
        before = reading.goal.standing
        after, change = _standing(client, reading, None if is_afresh else before)
        if change is not None:
            changes.append(change)
        is_decided = reading.goal.closed_on is not None  # where it came from, in an archive
        if reading.is_closed and after.status in AT_ONCE and not is_decided:
            closing.append(reading)
        if before is not None and _said(before) == _said(after):
            continue
        found.append(after)
        if (before.status if before else "") != after.status:
            shown.append(reading.goal.pk)
    _keep(found)
    _close(client, closing)
    Goal.objects.filter(agency_id=client.agency_id, client=client, pk__in=shown).update(
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


def _close(client: Client, closing: list[Progress]) -> None:
    """Freeze what was decided, on the value as it is now (KPIS C.8); once."""
    now = timezone.now()
    for reading in closing:
        reading.goal.closed_on = last_complete_of(client) + ONE_DAY
        reading.goal.closed_status = reading.verdict.status
        reading.goal.closed_value = kept_number(reading.actual)
        reading.goal.closed_as_of = now
    Goal.objects.bulk_update(
        [reading.goal for reading in closing],
        ["closed_on", "closed_status", "closed_value", "closed_as_of"],
    )


def _standing(
    client: Client, reading: Progress, before: GoalStanding | None
) -> tuple[GoalStanding, GoalChange | None]:
    was = _state(before)
    candidate = reading.verdict.status
    state, change = step(was, candidate, reading.as_of)
    shown = candidate if candidate in UNJUDGED else state.shown
    since = reading.as_of
    if before is not None and before.status == shown:
        since = before.status_since or since
    forecast = reading.forecast
    after = GoalStanding(
        agency_id=client.agency_id,
        client=client,
        goal=reading.goal,
        as_of=reading.as_of,
        actual=kept_number(reading.actual),
        expected=kept_number(reading.expected),
        pace=kept_number(reading.pace),
        attainment=kept_number(reading.attainment),
        forecast_model=forecast.model if forecast else "",
        forecast_value=_rounded(forecast.value if forecast else None),
        forecast_low=_rounded(forecast.low if forecast else None),
        forecast_high=_rounded(forecast.high if forecast else None),
        probability=_rounded(forecast.probability if forecast else None, 8),
        status=shown,
        status_since=since,
        reason=reading.verdict.reason,
        committed=state.committed,
        committed_since=state.since,
        judged_on=state.day,
        candidate=state.candidate,
        candidate_days=state.candidate_days,
        daily_volume=kept_number(reading.volume),
        evaluated_at=timezone.now(),
    )
    if change is None:
        return after, None
    return after, GoalChange(reading.goal, change.before, change.after, change.on)


def _state(standing: GoalStanding | None) -> State:
    if standing is None:
        return State()
    return State(
        standing.committed,
        standing.committed_since,
        standing.candidate,
        standing.candidate_days,
        standing.judged_on,
    )


def _said(standing: GoalStanding) -> tuple[Any, ...]:
    return tuple(getattr(standing, name) for name in FOUND)


def _rounded(number: float | None, places: int = 10) -> Decimal | None:
    """Statistics have no more than a dozen digits to say."""
    if number is None:
        return None
    held = max(-MOST_KEPT, min(MOST_KEPT, Decimal(f"{number:.12g}")))
    return held.quantize(Decimal(1).scaleb(-places))
