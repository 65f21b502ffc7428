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

__all__ = [
    "Accumulation",
    "Cadence",
    "EnteredAs",
    "Goal",
    "GoalKind",
    "GoalStanding",
    "GoalVersion",
    "Grain",
    "GuardOperator",
    "Milestone",
    "Shape",
]
