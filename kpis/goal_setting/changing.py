"""Changing a goal that was set. What it is about stays; another target is a new version of it.

A version holds from a day on: the milestones before it stay as they were set, and the audit keeps
what each row said before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.calendar import ONE_DAY, Period
from kpis.formats import to_decimal
from kpis.goal_setting.drafting import GoalDraft, goal_draft
from kpis.goal_setting.queries import serves, stones_of
from kpis.goal_setting.services import reckoned, refuse, stones_kept, stored
from kpis.goal_setting.versions import version_keep
from kpis.goal_setting.wishes import GoalWish, wish_of
from kpis.goal_standing.judging import goals_judge_again
from kpis.goals import Milestone, Problem, Renewed, renewal_problems, renewed
from kpis.goals.terms import MANUAL
from kpis.models import Goal
from kpis.models import Milestone as StoredMilestone
from kpis.services import last_complete_of

#: What makes a new version: another path from a day on.
ASKED = ("target", "target_as", "low", "high", "ends_on", "shape", "season", "by_hand")
#: What is only written down: it changes how a goal is judged or kept, not what it asks for.
SAID = (
    "note", "tolerance", "required_share", "guard_kpi", "guard_operator", "guard_limit", "parent",
    "owner", "cadence", "thresholds",
)  # fmt: skip
CHANGEABLE = (*ASKED, *SAID)
#: What a goal is judged by beside what it asks for.
JUDGED_BY = (
    "tolerance", "required_share", "guard_kpi", "guard_operator", "guard_limit", "thresholds",
)  # fmt: skip


def goal_change(
    client: Client,
    goal: Goal,
    changes: Mapping[str, Any],
    since: date | None = None,
    author_id: int | None = None,
    reason: str = "",
) -> Goal:
    """Give a goal other terms: from the milestone on that holds `since`, today if it is not said.

    1. Locked, so that two changes come one after the other. 2. The terms are checked like a new
    goal's: DomainError `goal_invalid`. 3. What it asks for is kept as a version if it is another,
    and milestones that stay the same are not written. 4. Judged.
    DomainError `goal_archived` for one that was put away, `goal_decided` for one that was judged
    for good: what it asked for and was judged by stays.
    """
    goal = Goal.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=goal.pk)
    judged_by = _judged_by(goal)
    if goal.archived_at is not None:
        raise DomainError("goal_archived", _("This goal is archived. Restore it first."))
    draft, path = goal_redraft(client, goal, changes, since)
    is_asking = any(name in changes for name in ASKED)
    refuse(draft.wrong or list(renewal_problems(path, draft.terms) if is_asking else ()))
    if changes.get("parent") is not None and serves(changes["parent"], goal):
        refuse([Problem("serves_itself", "parent", _("A goal cannot serve itself."))])
    is_another = _say(goal, draft, changes)
    if "by_hand" in changes and not is_another:
        is_another = _is_another_path(client, goal, path)
    if is_another or _judged_by(goal) != judged_by:
        refuse_decided(goal)
    goal.save()
    if is_another:
        day = path.rest.period.first if path.kept and path.rest else goal.starts_on
        version_keep(goal, day, lay_stones(client, goal, path.stones), author_id, reason)
    goals_judge_again(client, [goal])
    return goal


def refuse_decided(goal: Goal) -> None:
    """DomainError `goal_decided` for a goal whose verdict is kept: history is not asked for anew."""
    if goal.closed_on is not None:
        message = _("This goal is decided: what it asked for stays. Set a new goal instead.")
        raise DomainError("goal_decided", message)


def goal_redraft(
    client: Client, goal: Goal, changes: Mapping[str, Any], since: date | None = None
) -> tuple[GoalDraft, Renewed]:
    """What a change comes to, and the path it makes. Writes nothing."""
    before = stones_of(client, [goal]).get(goal.pk, [])
    since = since or last_complete_of(client) + ONE_DAY
    wish = _changed_wish(goal, changes, before, since)
    draft = goal_draft(client, wish, is_whole=False)
    return draft, renewed(draft.terms, before, since)


def _judged_by(goal: Goal) -> tuple[Any, ...]:
    return tuple(getattr(goal, name) for name in JUDGED_BY)


def _changed_wish(
    goal: Goal, changes: Mapping[str, Any], before: list[Milestone], since: date
) -> GoalWish:
    """People who have left, and goals put away, are only looked at where they are named anew."""
    last = changes.get("ends_on") or goal.ends_on
    wish = replace(
        wish_of(goal),
        period=Period(goal.starts_on, max(goal.starts_on, last)),
        owner=None,
        parent=None,
        baseline=goal.baseline,
    )
    named = {name: it for name, it in changes.items() if name not in ("ends_on", "by_hand")}
    if "shape" in changes and changes["shape"] != goal.shape and "season" not in changes:
        named["season"] = ()
    if wish.period.last != goal.ends_on:
        named.setdefault("season", ())
    if "target" not in named:
        named.pop("target_as", None)
    wish = replace(wish, **named)
    if wish.shape == MANUAL:
        kept = [stone for stone in before if stone.period.last < since]
        rest = changes.get("by_hand") or _same(before, since)
        if len(rest) == len(before):  # the whole path: what is over by then stays as it is
            rest = rest[len(kept) :]
        wish = replace(wish, by_hand=(*(_exact(stone.value) for stone in kept), *rest))
    return wish


def _same(before: list[Milestone], since: date) -> tuple[Any, ...]:
    return tuple(_exact(stone.value) for stone in before if stone.period.last >= since)


def _exact(value: Fraction) -> Any:
    return to_decimal(value)


def _say(goal: Goal, draft: GoalDraft, changes: Mapping[str, Any]) -> bool:
    """Write the changes on the row; whether it asks for something else now."""
    asked = ("target", "low", "high", "ends_on", "shape", "season")
    before = [getattr(goal, name) for name in asked]
    terms = draft.terms
    goal.target = reckoned(terms.target)
    goal.low, goal.high = stored(terms.low), stored(terms.high)
    goal.ends_on, goal.shape = terms.period.last, terms.shape
    goal.season = [None if value is None else str(value) for value in draft.season]
    if "target" in changes:
        goal.entered_as = changes.get("target_as") or "absolute"
        goal.entered = stored(changes["target"])
    for name in SAID:
        if name in changes:
            is_number = name in ("tolerance", "guard_limit")
            setattr(goal, name, stored(changes[name]) if is_number else changes[name])
    if "thresholds" in changes:
        goal.thresholds = draft.thresholds or {}
    return before != [getattr(goal, name) for name in asked]


def _is_another_path(client: Client, goal: Goal, path: Renewed) -> bool:
    mine = StoredMilestone.objects.filter(agency_id=client.agency_id, client=client, goal=goal)
    standing = {(row.starts_on, row.ends_on, row.value) for row in mine}
    return standing != {
        (row.starts_on, row.ends_on, row.value) for row in stones_kept(goal, path.stones)
    }


def lay_stones(client: Client, goal: Goal, stones: Iterable[Milestone]) -> list[StoredMilestone]:
    """The path as rows: those that stay the same are not written."""
    mine = StoredMilestone.objects.filter(agency_id=client.agency_id, client=client, goal=goal)
    standing = {row.starts_on: row for row in mine}
    laid = []
    for wanted in stones_kept(goal, stones):
        row = standing.pop(wanted.starts_on, None)
        if row is None:
            wanted.save(force_insert=True)
            row = wanted
        elif (row.ends_on, row.value) != (wanted.ends_on, wanted.value):
            row.ends_on, row.value = wanted.ends_on, wanted.value
            row.save(update_fields=["ends_on", "value"])
        laid.append(row)
    mine.filter(pk__in=[row.pk for row in standing.values()]).delete()
    return laid
