"""What people do about goals: the rules they set, and the incidents they deal with."""

from steering.models.incidents import (
    Act,
    Incident,
    IncidentState,
    IncidentStep,
    Saying,
)
from steering.models.plans import PlanState, PlanVersion
from steering.models.rules import AlertRule, RuleStanding, Severity

__all__ = [
    "Act",
    "AlertRule",
    "Incident",
    "IncidentState",
    "IncidentStep",
    "PlanState",
    "PlanVersion",
    "RuleStanding",
    "Saying",
    "Severity",
]
