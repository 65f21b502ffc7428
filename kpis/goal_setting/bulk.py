"""Goals put by the row, from a file, a template or the API: set, changed, or the same already."""

from collections.abc import Collection, Mapping
from typing import Any

from accounts.locks import Work, lock
from accounts.models import Client
from kpis.goal_setting.changing import CHANGEABLE, goal_change
from kpis.goal_setting.queries import goals_of, versions_of
from kpis.goal_setting.services import GoalWish, goal_set, stored
from kpis.models import Goal

NEW, CHANGED, SAME = "new", "changed", "same"
MOST_ROWS = 200


def goal_put(
    client: Client,
    wish: GoalWish,
    said: Collection[str],
    author_id: int | None = None,
    reason: str = "",
) -> tuple[str, Goal]:
    """Set this goal, or change the one that is about the same. Twice changes nothing.

    `said` are the names of what the row says: what it leaves out stays on a goal that is there.
    DomainError as for setting and changing one. One writer at a time for a client.
    """
    lock(Work.GOALS, client.pk)
    goal = goal_like(client, wish)
    if goal is None:
        return NEW, goal_set(client, wish, author_id)
    changes = {name: getattr(wish, name) for name in CHANGEABLE if name in said}
    if "target" in changes:
        changes["target_as"] = wish.target_as
    before = _row(goal)
    anew = _said_anew(goal, changes)
    changed = goal_change(client, goal, anew, author_id=author_id, reason=reason)
    return (SAME if _row(changed) == before else CHANGED), changed


def _said_anew(goal: Goal, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Without what asks for the same: a goal that is over, said again, is not changed too late."""
    same = {name for name in ("low", "high", "shape") if changes.get(name) == getattr(goal, name)}
    entered = changes.get("target")
    way = changes.get("target_as") or "absolute"
    if entered is not None and (goal.entered_as, goal.entered) == (way, stored(entered)):
        same |= {"target", "target_as"}
    return {name: value for name, value in changes.items() if name not in same}


def goal_like(client: Client, wish: GoalWish) -> Goal | None:
    """The goal that is about the same: KPI, scope, period, steps and kind; the oldest of several."""
    about = {
        **wish.about,
        "starts_on": wish.period.first,
        "ends_on": wish.period.last,
        "grain": wish.grain,
        "accumulation": wish.accumulation,
    }
    found: Goal | None = goals_of(client).filter(**about).order_by("pk").first()
    return found


def _row(goal: Goal) -> dict[str, Any]:
    """What people wrote of it; a path by hand is in its newest version."""
    names = [field.attname for field in goal._meta.concrete_fields if field.name != "updated_at"]
    return {name: getattr(goal, name) for name in names} | {"versions": versions_of(goal).count()}
