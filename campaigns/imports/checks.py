"""What must hold between the cells of one row. Each check is made only if its columns are mapped."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from campaigns.imports.cells import Cell, CellFault
from campaigns.imports.kinds import Kind
from campaigns.imports.values import NULL

Check = Callable[[Sequence[str], Sequence[str]], None]
_NO_MOMENT = f"{NULL}\t{NULL}"


def check_for(kind: Kind, cells: Sequence[Cell]) -> Check | None:
    """The check of a kind's rows, given the parts as staged and the raw row; None if there is none."""
    at = {cell.column.key: place for place, cell in enumerate(cells)}
    if kind.has_periods and {"starts", "ends"} <= set(at):
        return _ends_after_start(at["starts"], at["ends"], cells[at["ends"]])
    if kind.key == "leads" and "outcome" in at:
        moments = {"won": ("won", "closed"), "lost": ("lost", "closed")}
        places = {
            outcome: [at[key] for key in keys if key in at] for outcome, keys in moments.items()
        }
        return _outcome_has_a_day(at["outcome"], places, cells[at["outcome"]])
    return None


def _ends_after_start(starts: int, ends: int, cell: Cell) -> Check:
    def check(parts: Sequence[str], row: Sequence[str]) -> None:
        if NULL not in (parts[starts], parts[ends]) and parts[ends] < parts[starts]:
            reason = _("The period ends on %(last)s, before it begins on %(first)s.")
            raise CellFault(
                cell, cell.text(row), "bad_period",
                reason % {"first": parts[starts], "last": parts[ends]},
            )  # fmt: skip

    return check


def _outcome_has_a_day(outcome: int, places: dict[str, list[int]], cell: Cell) -> Check:
    def check(parts: Sequence[str], row: Sequence[str]) -> None:
        reached = parts[outcome]
        if reached != NULL and all(parts[place] == _NO_MOMENT for place in places[reached]):
            reason = _("The lead is “%(outcome)s”, but no column says since which day.")
            raise CellFault(
                cell, cell.text(row), "outcome_without_day", reason % {"outcome": cell.text(row)}
            )

    return check
