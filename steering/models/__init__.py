"""What people do about goals: the rules they set, and the incidents they deal with."""

from steering.models.attention import GoalTrail, Opening
from steering.models.incidents import (
    Act,
    Incident,
    IncidentState,
    IncidentStep,
    Saying,
)
from steering.models.plans import PlanState, PlanVersion
from steering.models.reviews import Comment, Review
from steering.models.rules import AlertRule, RuleStanding, Severity

__all__ = [
    "Act",
    "AlertRule",
    "Comment",
    "GoalTrail",
    "Incident",
    "IncidentState",
    "IncidentStep",
    "Opening",
    "PlanState",
    "PlanVersion",
    "Review",
    "RuleStanding",
    "Saying",
    "Severity",
]
