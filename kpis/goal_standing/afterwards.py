"""What became of a goal's figures after it was decided: the decision stays, what was restated is told (KPIS C.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from accounts.models import Client
from kpis.calendar import Period
from kpis.goal_standing.basis import history_for
from kpis.goal_standing.progress import Progress, filters_of, kept_number
from kpis.goals.terms import LEVEL, MAINTAIN
from kpis.restatements import Correction, corrections_for
from kpis.services import AGENCY_ONLY_INPUTS


@dataclass(frozen=True)
class Afterwards:
    """`decided` as of `as_of` is what counts; `now` is what the figures say today. `days`: over which
    both are read. `corrections`: what was recorded since the decision, the newest first."""

    status: str
    on: date
    as_of: datetime
    decided: Decimal | None
    now: Decimal | None
    days: Period
    corrections: Sequence[Correction]

    @property
    def is_other(self) -> bool:
        return kept_number(self.now) != self.decided


def afterwards_of(client: Client, progress: Progress, sees_costs: bool) -> Afterwards | None:
    """None of a goal that is not decided. Without `sees_costs` the agency's own costs are left out."""
    goal = progress.goal
    if goal.closed_on is None or goal.closed_as_of is None:
        return None
    is_every_grain = (progress.terms.kind, progress.terms.accumulation) == (MAINTAIN, LEVEL)
    days = progress.terms.period
    if progress.reading is not None and not is_every_grain:
        days = progress.reading.period
    parameters = history_for(client, goal.cost_basis).over(days.first, days.last)
    measures = [
        each
        for each in progress.kpi.measures(parameters)
        if sees_costs or each.key not in AGENCY_ONLY_INPUTS
    ]
    found = corrections_for(client, measures, days, dict(filters_of(goal)))
    return Afterwards(
        goal.closed_status,
        goal.closed_on,
        goal.closed_as_of,
        goal.closed_value,
        progress.actual,
        days,
        [each for each in found if each.recorded_at > goal.closed_as_of],
    )
