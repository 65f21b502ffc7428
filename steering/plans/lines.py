"""The lines of a measurement plan. Pure: what is written comes in, what is wrong goes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

MOST_LINES = 60
CADENCES = ("", "day", "week", "month", "quarter")


@dataclass(frozen=True)
class Line:
    """One KPI of one objective.

    goal: the id of a goal of the client that says the target; target: words where there is none.
    data: where the figures come from and who sees to it, in the agency's words.
    """

    objective: str
    kpi: str
    goal: int | None = None
    target: str = ""
    cadence: str = ""
    data: str = ""

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a line, counted from 0, and in which field; -1 is the plan itself."""

    place: int
    field: str
    message: str


def lines_from(kept: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """As they were kept; names that later versions add or drop do no harm."""
    names = Line.__dataclass_fields__
    return tuple(Line(**{name: row[name] for name in names if name in row}) for row in kept)


def grouped(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Objective → its lines, in the order in which they were written."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.objective, []).append(line)
    return found


def problems(
    lines: Sequence[Line], kpis: Iterable[str], goals: Mapping[int, str], is_complete: bool
) -> list[Wrong]:
    """Everything that hinders keeping these lines; complete ones, to be proposed, need more.

    `kpis`: those the client has. `goals`: goal id → its KPI.
    """
    known = set(kpis)
    found: list[Wrong] = []
    if len(lines) > MOST_LINES:
        words = _("A plan has at most %(count)s lines.") % {"count": MOST_LINES}
        found.append(Wrong(-1, "", words))
    for place, line in enumerate(lines):
        if line.kpi not in known:
            found.append(Wrong(place, "kpi", _("This client has no such KPI.")))
        if line.goal is not None and goals.get(line.goal) != line.kpi:
            found.append(Wrong(place, "goal", _("This goal is about another KPI.")))
        if line.cadence not in CADENCES:
            found.append(Wrong(place, "cadence", _("Unknown rhythm of review.")))
        if is_complete and not line.objective:
            found.append(Wrong(place, "objective", _("Say which objective this KPI serves.")))
        if is_complete and line.goal is None and not line.target:
            found.append(Wrong(place, "target", _("Choose a goal, or say what should be reached.")))
    if is_complete and not lines:
        found.append(Wrong(-1, "", _("A plan needs at least one KPI.")))
    return found
