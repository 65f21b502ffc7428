"""Keeping a ladder: each rung of a big goal becomes a goal of its own, under it."""

from collections.abc import Mapping
from decimal import Decimal

from accounts.locks import Work, lock
from accounts.models import Client
from kpis.calendar import Period
from kpis.goal_setting.changing import goal_change
from kpis.goal_setting.queries import goals_of
from kpis.goal_setting.services import goal_set
from kpis.goal_setting.wishes import GoalWish
from kpis.goals.ladder import RUNGS, STEPS, Rung
from kpis.models import Goal


def has_ladder(goal: Goal) -> bool:
    """Whether there is something below it on the way from revenue to budget."""
    is_sum = (goal.kind, goal.accumulation) == ("increase", "cumulative")
    return is_sum and goal.kpi in {upper for upper, _rate in STEPS.values()}


def rungs_below(goal: Goal) -> tuple[Rung, ...]:
    """The rungs that this goal asks for, from the top down."""
    found: list[Rung] = []
    for rung in RUNGS:
        if rung in STEPS and STEPS[rung][0] in (goal.kpi, *found):
            found.append(rung)
    return tuple(found)


def children_of(goal: Goal) -> list[Goal]:
    """The goals that serve this one and are not archived, in the order of the ladder."""
    rows = goals_of(goal.client).filter(parent_id=goal.pk)
    order = {rung: place for place, rung in enumerate(RUNGS)}
    return sorted(rows, key=lambda row: (order.get(row.kpi, len(order)), row.pk))  # type: ignore[call-overload]


def ladder_keep(
    client: Client, goal: Goal, targets: Mapping[Rung, Decimal], author_id: int | None
) -> list[Goal]:
    """Set the goals under a goal, or give those that stand the new target. Twice is once.

    Volumes are goals to reach, the budget is one to stay under. DomainError as of `goal_set`.
    """
    lock(Work.GOALS, client.pk)
    standing = {child.kpi: child for child in children_of(goal)}
    kept = []
    for rung, target in targets.items():
        child = standing.get(rung)
        if child is None:
            kept.append(goal_set(client, _wish(goal, rung, target), author_id))
        elif child.target != target:
            kept.append(goal_change(client, child, {"target": target}, author_id=author_id))
        else:
            kept.append(child)
    return kept


def _wish(goal: Goal, rung: Rung, target: Decimal) -> GoalWish:
    return GoalWish(
        kpi=rung,
        period=Period(goal.starts_on, goal.ends_on),
        kind="cap" if rung == "ad_spend" else "increase",
        accumulation="cumulative",
        target=target,
        channel=goal.channel,
        campaign=goal.campaign,
        grain=goal.grain,
        dimensions={name: tuple(values) for name, values in goal.filters.items()},
        parent=goal,
        owner=goal.owner,
        currency=goal.currency,
    )
