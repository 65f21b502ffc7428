"""What was promised: goals, their versions and milestones, and how they stand."""

from kpis.models.goals.goal import (
    Accumulation,
    Cadence,
    EnteredAs,
    Goal,
    GoalKind,
    Grain,
    GuardOperator,
    Shape,
)
from kpis.models.goals.paths import GoalVersion, Milestone
from kpis.models.goals.standing import GoalStanding
from kpis.models.goals.template import GoalTemplate, PeriodInWords

__all__ = [
    "Accumulation",
    "Cadence",
    "EnteredAs",
    "Goal",
    "GoalKind",
    "GoalStanding",
    "GoalTemplate",
    "GoalVersion",
    "Grain",
    "GuardOperator",
    "Milestone",
    "PeriodInWords",
    "Shape",
]
