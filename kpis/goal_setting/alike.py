"""Goals that are about the same as a new one: worth a second look, and no reason to refuse it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Client
from kpis.goal_setting.queries import goals_within, serves
from kpis.goal_setting.wishes import GoalWish
from kpis.goals import Problem
from kpis.models import Goal

#: So many are named.
MOST_NAMED = 3


def _about_the_same(client: Client, wish: GoalWish) -> QuerySet[Goal]:
    """Goals of the same KPI, scope, cost basis and kind with a day in common, whatever they ask for."""
    return goals_within(client, wish.period).filter(**wish.about)


def goals_alike(client: Client, wish: GoalWish) -> tuple[Goal, ...]:
    """Undecided ones that are about the same, the same days first; not those that the new one serves."""
    found = (
        _about_the_same(client, wish).filter(closed_on=None).order_by("starts_on", "ends_on", "pk")
    )
    others = [each for each in found if wish.parent is None or not serves(wish.parent, each)]
    return tuple(sorted(others, key=lambda each: not _has_same_days(each, wish))[:MOST_NAMED])


def alike_problem(goal: Goal, wish: GoalWish) -> Problem:
    """A warning that names the other goal by its number."""
    if _has_same_days(goal, wish):
        message = _("The client has a goal of this kind for the same numbers and days already.")
        return Problem("goal_there", "period", message, is_warning=True, goal=goal.pk)
    message = _(
        "The client has a goal of this kind for the same numbers on some of these days. If one is a"
        " step towards the other, say so with “Serves the goal”."
    )
    return Problem("goal_overlaps", "period", message, is_warning=True, goal=goal.pk)


def _has_same_days(goal: Goal, wish: GoalWish) -> bool:
    return (goal.starts_on, goal.ends_on) == (wish.period.first, wish.period.last)
