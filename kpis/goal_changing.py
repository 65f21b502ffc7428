"""Changing a goal that was set: what it asks for and until when. What it is about stays.

The audit keeps what stood there before, of the goal and of each of its milestones.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.calendar import Period
from kpis.formats import to_decimal
from kpis.goal_services import STONE_PLACES, GoalWish, goal_draft, stored
from kpis.goal_standings import goals_judge
from kpis.goals import GoalTerms, milestones
from kpis.models import Goal
from kpis.models import Milestone as StoredMilestone

#: What may be changed; another KPI, kind or first day is another goal.
CHANGEABLE = ("target", "low", "high", "ends_on", "shape", "note")


def goal_change(client: Client, goal: Goal, changes: Mapping[str, Any]) -> Goal:
    """Give a goal other terms, with milestones made anew from its own baseline.

    1. Locked, so that two changes come one after the other. 2. The terms are checked like a new
    goal's: DomainError `goal_invalid`. 3. Milestones that stay the same are not written. 4. Judged.
    DomainError `goal_archived` for one that was put away.
    """
    goal = Goal.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=goal.pk)
    if goal.archived_at is not None:
        raise DomainError("goal_archived", _("This goal is archived. Restore it first."))
    for name in CHANGEABLE:
        if name in changes:
            setattr(goal, name, changes[name])
    terms, found = goal_draft(client, _wish_of(goal))
    wrong = [problem for problem in found if not problem.is_warning]
    if wrong:
        raise DomainError(
            "goal_invalid",
            str(wrong[0].message),
            {"fields": [(problem.field, str(problem.message)) for problem in wrong]},
        )
    goal.target, goal.low, goal.high = stored(terms.target), stored(terms.low), stored(terms.high)
    goal.save(update_fields=CHANGEABLE)
    _lay_stones(client, goal, terms)
    goals_judge(client, [goal])
    return goal


def _wish_of(goal: Goal) -> GoalWish:
    return GoalWish(
        kpi=goal.kpi,
        period=Period(goal.starts_on, max(goal.starts_on, goal.ends_on)),
        kind=goal.kind,
        accumulation=goal.accumulation,
        target=goal.target,
        low=goal.low,
        high=goal.high,
        baseline=goal.baseline,
        channel=goal.channel,
        campaign=goal.campaign,
        note=goal.note,
        shape=goal.shape,
    )


def _lay_stones(client: Client, goal: Goal, terms: GoalTerms) -> None:
    mine = StoredMilestone.objects.filter(agency_id=client.agency_id, client=client, goal=goal)
    standing = {row.starts_on: row for row in mine}
    for stone in milestones(terms):
        value = to_decimal(stone.value).quantize(STONE_PLACES)
        row = standing.pop(stone.period.first, None)
        if row is None:
            StoredMilestone.objects.create(
                agency_id=client.agency_id, client=client, goal=goal, value=value,
                starts_on=stone.period.first, ends_on=stone.period.last,
            )  # fmt: skip
        elif (row.ends_on, row.value) != (stone.period.last, value):
            row.ends_on, row.value = stone.period.last, value
            row.save(update_fields=["ends_on", "value"])
    mine.filter(pk__in=[row.pk for row in standing.values()]).delete()
