"""A decided goal in words: the value it was decided on, what it would be now, and what was restated since."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.models import Client
from kpis.goal_standing.afterwards import afterwards_of
from kpis.goal_standing.progress import Progress
from kpis.pages.reader import Reader
from kpis.pages.restated import CorrectionRow, correction_row

MOST_ROWS = 50


@dataclass(frozen=True)
class Decided:
    """`now` "" where it is still the same; `more` lines are not shown."""

    value: str
    as_of: str
    now: str
    rows: tuple[CorrectionRow, ...]
    more: int


def decided_of(
    client: Client, progress: Progress, sees_costs: bool, reader: Reader
) -> Decided | None:
    found = afterwards_of(client, progress, sees_costs)
    if found is None:
        return None
    unit = progress.kpi.unit
    in_goals = reader.in_currency(progress.goal.currency)
    return Decided(
        in_goals.number(found.decided, unit),
        reader.day(found.as_of.astimezone(ZoneInfo(client.time_zone)).date()),
        in_goals.number(found.now, unit) if found.is_other else "",
        tuple(correction_row(each, reader) for each in found.corrections[:MOST_ROWS]),
        max(0, len(found.corrections) - MOST_ROWS),
    )
