"""The events of goals and alerts, as endpoints may ask for them."""

from django.utils.translation import gettext_lazy as _

from webhooks.kinds import EventKind, declare

GOAL = {
    "goal": 17,
    "before": "on_track",
    "kpi": "leads",
    "status": "at_risk",
    "on": "2026-03-15",
    "value": "345",
    "expected": "367.955801",
    "target": "900",
    "incident": 4,
}
ALERT = {
    "rule": 3,
    "kpi": "cpl",
    "status": "at_risk",
    "on": "2026-03-15",
    "value": "14.2",
    "expected": "12",
    "target": None,
    "incident": 5,
}

declare(
    EventKind("goal.at_risk", _("A goal has been at risk for two days."), GOAL),
    EventKind(
        "goal.off_track",
        _("A goal has been off course for two days."),
        {**GOAL, "before": "at_risk", "status": "off_track"},
    ),
    EventKind(
        "goal.achieved",
        _("A goal has been reached."),
        {**GOAL, "status": "achieved", "value": "902", "incident": None},
    ),
    EventKind(
        "goal.missed",
        _("A goal's period is over and its target was not met."),
        {**GOAL, "before": "off_track", "status": "missed"},
    ),
    EventKind("alert.opened", _("An alert rule has fired, or become worse."), ALERT),
    EventKind(
        "alert.resolved",
        _("What an alert rule warned of is over."),
        {**ALERT, "status": "on_track", "value": "11.6"},
    ),
)
