"""The milestones of a running goal as a grid to write in, with what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from accounts.numbers import written_here
from kpis.book import book_of
from kpis.compare import Number
from kpis.formats import round_half_away, to_decimal
from kpis.goals import whole_numbers
from kpis.goals.rewriting import Grid
from kpis.models import Goal
from kpis.pages.reader import Reader


@dataclass(frozen=True)
class Cell:
    """A step: `written` is what stands in its field, "" where it is over or only shown."""

    period: str
    was: str
    written: str
    is_open: bool
    is_wrong: bool = False


@dataclass(frozen=True)
class GridPage:
    """`told`: whether it adds up, and by how much not. `since`: from when on it would hold."""

    cells: tuple[Cell, ...]
    told: str
    is_sum: bool
    is_ready: bool
    since: str


def grid_page(
    goal: Goal,
    grid: Grid,
    written: Sequence[Decimal | None] | None,
    reader: Reader,
    typed: Sequence[str] = (),
) -> GridPage:
    """`written` None: as it stands. `typed`: the texts, which stay where they are no numbers."""
    unit = book_of(goal.client)[goal.kpi].unit
    scale = 100 if unit == "percent" else 1
    values = list(written) if written is not None else [to_decimal(s.value) for s in grid.open]
    shown: Sequence[Number] = [stone.value for stone in (*grid.kept, *grid.open)]
    if unit == "count" and grid.left is not None:
        shown = whole_numbers(shown)  # as on the goal's page, they add up as they are shown
    cells = [
        Cell(reader.period(stone.period), reader.number(was, unit), "", False)
        for stone, was in zip(grid.kept, shown, strict=False)
    ]
    standing = zip(grid.open, shown[len(grid.kept) :], values, strict=True)
    for place, (stone, was, value) in enumerate(standing):
        is_fixed = grid.is_last_fixed and place == len(values) - 1
        cells.append(
            Cell(
                reader.period(stone.period),
                reader.number(was, unit),
                plain_number(value * scale)
                if value is not None
                else "".join(typed[place : place + 1]),
                not is_fixed,
                value is None,
            )
        )
    known = [value for value in values if value is not None]
    is_whole = len(known) == len(values)
    missing = grid.missing(known)
    since = grid.first_changed(known) if is_whole else None
    return GridPage(
        tuple(cells),
        _told(goal, missing, is_whole, unit, reader) if grid.left is not None else "",
        grid.left is not None,
        is_whole and not missing and since is not None,
        reader.day(since) if since else "",
    )


def _told(goal: Goal, missing: Fraction, is_whole: bool, unit: str, reader: Reader) -> str:
    target = reader.number(goal.target, unit)
    if not is_whole:
        return _("Write a number for every milestone.")
    if missing > 0:
        number = reader.number(missing, unit)
        words = _("%(number)s of the target of %(target)s are still to be given.")
    elif missing < 0:
        number = reader.number(-missing, unit)
        words = _("%(number)s more than the target of %(target)s.")
    else:
        number, words = "", _("They add up to the target of %(target)s.")
    return words % {"number": number, "target": target}


def plain_number(number: Number) -> str:
    """As the reader would type it, to four decimals."""
    return written_here(round_half_away(number, 4))
