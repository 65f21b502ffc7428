"""The events that programs outside hear of: a goal's and an alert's. Words for people are elsewhere."""

from collections.abc import Mapping
from typing import Any

from kpis.goals.machine import WARNED_OF, Change
from kpis.goals.status import ACHIEVED, AT_RISK, MISSED, OFF_TRACK
from steering.alerts.subjects import Subject
from steering.models import Incident
from webhooks.services import Draft

OF_GOALS = {
    AT_RISK: "goal.at_risk",
    OFF_TRACK: "goal.off_track",
    ACHIEVED: "goal.achieved",
    MISSED: "goal.missed",
}


def event_of(
    subject: Subject,
    change: Change,
    figures: Mapping[str, Any],
    incident: Incident | None,
) -> Draft | None:
    """What is told of a committed change, whatever people are told of it. None: nothing."""
    if subject.goal is not None:
        kind = OF_GOALS.get(change.after, "")
        body = {"goal": subject.goal.pk, "before": change.before or None}
    else:
        kind = "alert.opened" if change.after in WARNED_OF else "alert.resolved"
        if kind == "alert.resolved" and incident is None:
            return None
        body = {"rule": subject.rule.pk if subject.rule else None}
    if not kind:
        return None
    data = {
        **body,
        "kpi": figures["kpi"],
        "status": change.after,
        "on": change.on.isoformat(),
        "value": figures.get("value") or None,
        "expected": figures.get("expected") or None,
        "target": figures.get("target") or None,
        "incident": incident.pk if incident else None,
    }
    key = f"{kind}:{subject.key}:{change.on.isoformat()}:{change.after}"
    return Draft(kind, data, key)
