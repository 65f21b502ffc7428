"""Goals as JSON: what they say, how they stand, how they came to it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from accounts.models import Client
from kpis.api.restatements import correction_document
from kpis.api.values import input_units, value_document
from kpis.book import book_of
from kpis.catalogue import Kpi
from kpis.formats import exact_text, exact_unit_text
from kpis.goal_setting.drafting import GoalDraft
from kpis.goal_setting.queries import stones_of, versions_of
from kpis.goal_standing.afterwards import afterwards_of
from kpis.goal_standing.basis import history_for
from kpis.goal_standing.progress import Progress, progress_of
from kpis.goals import Feasibility, milestones
from kpis.models import Goal, GoalStanding, GoalVersion


def goal_document(client: Client, goal: Goal, stones: Any) -> dict[str, Any]:
    """A goal as JSON, with its milestones."""
    text = _texts(client, goal)
    return {
        "id": goal.pk,
        "kpi": goal.kpi,
        "from": goal.starts_on,
        "to": goal.ends_on,
        "kind": goal.kind,
        "accumulation": goal.accumulation,
        "grain": goal.grain,
        "target": text(goal.target),
        "entered_as": goal.entered_as,
        "entered": exact_text(goal.entered),
        "low": text(goal.low),
        "high": text(goal.high),
        "tolerance": text(goal.tolerance),
        "required_share": exact_text(goal.required_share),
        "baseline": text(goal.baseline),
        "baseline_from": goal.baseline_first,
        "baseline_to": goal.baseline_last,
        "baseline_as_of": goal.baseline_as_of,
        "currency": goal.currency,
        "channel": goal.channel or None,
        "campaign": goal.campaign.external_id if goal.campaign else None,
        "filters": goal.filters,
        "cost_basis": goal.cost_basis,
        "shape": goal.shape,
        "season": goal.season,
        "guard": _guard(client, goal),
        "parent": goal.parent_id,
        "owner": goal.owner_id,
        "cadence": goal.cadence,
        "thresholds": goal.thresholds,
        "note": goal.note,
        "is_archived": goal.archived_at is not None,
        "created_at": goal.created_at,
        **_standing(goal.standing, text),
        "closed": _closed(goal, text),
        "milestones": [
            {
                "from": stone.period.first,
                "to": stone.period.last,
                "value": text(stone.value),
            }
            for stone in stones
        ],
    }


def _guard(client: Client, goal: Goal) -> dict[str, Any] | None:
    if not goal.guard_kpi:
        return None
    kpi = book_of(client).get(goal.guard_kpi)
    unit = kpi.unit if kpi else "count"
    return {
        "kpi": goal.guard_kpi,
        "operator": goal.guard_operator,
        "limit": exact_unit_text(goal.guard_limit, unit, goal.currency or client.currency),
    }


def _standing(standing: GoalStanding | None, text: Any) -> dict[str, Any]:
    """As last judged. Without a judgement all of it is empty."""
    found = standing or GoalStanding()
    forecast = None
    if found.forecast_value is not None:
        forecast = {
            "model": found.forecast_model,
            "value": text(found.forecast_value),
            "low": text(found.forecast_low),
            "high": text(found.forecast_high),
        }
    return {
        "status": found.status,
        "status_since": found.status_since,
        "status_reason": found.reason,
        "evaluated_on": found.as_of,
        "forecast": forecast,
        "probability": exact_text(found.probability),
    }


def _closed(goal: Goal, text: Any) -> dict[str, Any] | None:
    if goal.closed_on is None:
        return None
    return {
        "on": goal.closed_on,
        "status": goal.closed_status,
        "value": text(goal.closed_value),
        "as_of": goal.closed_as_of,
    }


def version_document(version: GoalVersion, text: Any) -> dict[str, Any]:
    return {
        "since": version.valid_from,
        "to": version.ends_on,
        "target": text(version.target),
        "low": text(version.low),
        "high": text(version.high),
        "shape": version.shape,
        "author": version.author_id,
        "reason": version.reason,
        "created_at": version.created_at,
        "milestones": [
            {"from": first, "to": last, "value": text(Decimal(value))}
            for first, last, value in version.milestones
        ],
    }


def draft_document(client: Client, kpi: Kpi, draft: GoalDraft) -> dict[str, Any]:
    """A goal that is not saved: its absolute target, its path, and what is to be said against it."""

    def text(number: Any) -> str | None:
        return exact_unit_text(number, kpi.unit, client.currency)

    terms, baseline = draft.terms, draft.baseline
    return {
        "target": text(terms.target),
        "baseline": text(terms.baseline),
        "baseline_from": baseline.period.first if baseline else None,
        "baseline_to": baseline.period.last if baseline else None,
        "season": [text(value) for value in draft.season],
        "milestones": []
        if draft.wrong
        else [
            {"from": stone.period.first, "to": stone.period.last, "value": text(stone.value)}
            for stone in milestones(terms)
        ],
        "problems": [
            {
                "field": problem.field,
                "code": problem.code,
                "message": str(problem.message),
                "is_warning": problem.is_warning,
                "goal": problem.goal,
            }
            for problem in draft.problems
        ],
        "feasibility": _feasibility(draft.feasibility, text),
    }


def _feasibility(found: Feasibility | None, text: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "asked": text(found.asked),
        "reached": found.reached,
        "of": found.grains,
        "best": text(found.best[1]),
        "best_from": found.best[0].first,
        "best_to": found.best[0].last,
        "asked_change": exact_text(found.asked_change),
        "best_change": exact_text(found.best_change),
    }


def whole_document(client: Client, goal: Goal, sees_costs: bool = False) -> dict[str, Any]:
    """With its progress, its versions, and of a decided one what was restated since."""
    stones = stones_of(client, [goal]).get(goal.pk, [])
    found = progress_of(client, [goal])
    progress = _progress(client, found[0]) if found else None
    text = _texts(client, goal)
    return {
        **goal_document(client, goal, stones),
        "progress": progress,
        "restated": _restated(client, found[0], sees_costs, text) if found else None,
        "versions": [version_document(version, text) for version in versions_of(goal)],
    }


def _restated(client: Client, found: Progress, sees_costs: bool, text: Any) -> Any:
    after = afterwards_of(client, found, sees_costs)
    if after is None:
        return None
    return {
        "value": text(after.now),
        "is_other": after.is_other,
        "from": after.days.first,
        "to": after.days.last,
        "lines": [correction_document(each, client.currency) for each in after.corrections],
    }


def _texts(client: Client, goal: Goal) -> Callable[[Any], str | None]:
    """How numbers of the goal are written."""
    kpi = book_of(client).get(goal.kpi)
    unit = kpi.unit if kpi else "count"
    return lambda number: exact_unit_text(number, unit, goal.currency)


def _progress(client: Client, found: Progress) -> dict[str, Any]:
    unit, currency = found.kpi.unit, found.goal.currency or client.currency
    value = None
    if found.value is not None and found.reading is not None:
        days = found.reading.period
        parameters = history_for(client, found.goal.cost_basis).over(days.first, days.last)
        units = input_units([found.kpi], parameters)
        value = value_document(found.kpi, found.value, units, currency)
    return {
        "as_of": found.as_of,
        "status": found.status,
        "value": value,
        "expected": exact_unit_text(found.expected, unit, currency),
        "attainment": exact_text(found.attainment),
        "pace": exact_text(found.pace),
    }
