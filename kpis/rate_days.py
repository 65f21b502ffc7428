"""On which days amounts in other currencies had no rate, or not yet their own day's.

Pure. Rates themselves are in `kpis.exchange`; `kpis.coverage` tells values about these days.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from kpis.formula import Atom

_ONE_DAY = timedelta(days=1)


class RateDays:
    """What converting the totals of one reading met, noted while it is read.

    `lacking`: per atom the days with amounts that no rate converts, with the direction ("USD→EUR").
    `unpublished`: per atom the days converted with an earlier rate because none was out yet.
    """

    def __init__(self) -> None:
        self.lacking: dict[Atom, dict[date, str]] = {}
        self.unpublished: dict[Atom, set[date]] = {}

    def __bool__(self) -> bool:
        return bool(self.lacking or self.unpublished)

    def note_lacking(self, atom: Atom, day: date, direction: str) -> None:
        self.lacking.setdefault(atom, {})[day] = direction

    def note_unpublished(self, atom: Atom, day: date) -> None:
        self.unpublished.setdefault(atom, set()).add(day)

    def without(self, atoms: Iterable[Atom]) -> tuple[date, ...]:
        """The days to leave out on all sides of a formula of these atoms, in order."""
        return tuple(sorted({day for atom in atoms for day in self.lacking.get(atom, ())}))

    def gaps(self, atoms: Iterable[Atom], first: date, last: date) -> tuple["RateGap", ...]:
        """Runs of days inside a range without a rate, as (direction, first, last)."""
        found: dict[str, list[date]] = {}
        for atom in atoms:
            for day, direction in self.lacking.get(atom, {}).items():
                if first <= day <= last:
                    found.setdefault(direction, []).append(day)
        return tuple(
            (direction, *run) for direction, days in found.items() for run in _runs(sorted(days))
        )

    def leave_nothing(self, atoms: Iterable[Atom], first: date, last: date) -> bool:
        """Whether every day of a range is without a rate."""
        if not self.lacking:
            return False
        left_out = [day for day in self.without(atoms) if first <= day <= last]
        return len(left_out) == (last - first).days + 1

    def may_change(self, atoms: Iterable[Atom], first: date, last: date) -> bool:
        """Whether a rate that is still to be published will change a total of the range."""
        return any(first <= day <= last for atom in atoms for day in self.unpublished.get(atom, ()))


RateGap = tuple[str, date, date]


def _runs(days: list[date]) -> list[tuple[date, date]]:
    """Days in order as ranges without holes."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day <= runs[-1][1] + _ONE_DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
