"""Incidents as a page shows them: in words, with what happened to each and what its reader may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Agency
from accounts.queries import member_names
from steering.alerts.acting import OF_PEOPLE, today_of
from steering.incident_queries import steps_of
from steering.models import Act, Incident, IncidentState, IncidentStep
from steering.words import about, figures, what

#: State → the tone of its chip.
TONES: Mapping[str, str] = {
    IncidentState.OPEN: "bad",
    IncidentState.ACKNOWLEDGED: "warn",
    IncidentState.SNOOZED: "quiet",
    IncidentState.RESOLVED: "good",
}


@dataclass(frozen=True)
class StepLine:
    """What happened: in words, by whom ("" for the engine), with their note."""

    words: str
    at: Any
    person: str
    note: str


@dataclass(frozen=True)
class IncidentRow:
    """One incident. title: its goal or rule; scope: the KPI, where a rule's name does not say it."""

    incident: Incident
    title: str
    scope: str
    figures: str
    state: str
    tone: str
    steps: tuple[StepLine, ...]
    is_undoable: bool

    @property
    def pause_from(self) -> date:
        """The first day until which it can be paused."""
        return today_of(self.incident.client, timezone.now()) + timedelta(days=1)

    @property
    def pause_usual(self) -> date:
        return self.pause_from + timedelta(days=6)

    @property
    def is_over(self) -> bool:
        return self.incident.state == IncidentState.RESOLVED


def incident_rows(agency: Agency, incidents: Iterable[Incident]) -> list[IncidentRow]:
    """Three statements, however many there are: the incidents, their steps, the names of people."""
    rows = list(incidents)
    steps = steps_of(agency.pk, rows)
    acted = [each.acted_by_id for some in steps.values() for each in some]
    names = member_names(agency, acted) if any(acted) else {}
    return [_row(each, steps.get(each.pk, []), names) for each in rows]


def line_of(incident: Incident) -> dict[str, Any]:
    """What was noted of it, as the words want it."""
    return {
        **incident.data,
        "about": "goal" if incident.goal_id else "rule",
        "rule": incident.rule.name if incident.rule else "",
        "status": incident.status,
        "before": "",
        "why": "",
    }


def _row(incident: Incident, steps: list[IncidentStep], names: Mapping[int, str]) -> IncidentRow:
    line = line_of(incident)
    return IncidentRow(
        incident,
        about(line),
        what(line) if incident.rule_id else "",
        figures(line),
        _state(incident),
        TONES[incident.state],
        tuple(_step(each, names) for each in steps),
        bool(steps) and steps[-1].act in OF_PEOPLE,
    )


def _state(incident: Incident) -> str:
    label = str(IncidentState(incident.state).label)
    if incident.snoozed_until is None:
        return label
    return _("%(state)s until %(day)s") % {"state": label, "day": _day(incident.snoozed_until)}


def _step(step: IncidentStep, names: Mapping[int, str]) -> StepLine:
    person = names.get(step.acted_by_id or 0, "")
    return StepLine(str(Act(step.act).label), step.at, person, step.note)


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
