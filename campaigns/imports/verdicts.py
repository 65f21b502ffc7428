"""Why a row is not taken: every problem in it, or that it is no row at all (totals, a new section)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from campaigns.imports.cells import Cell, CellFault
from campaigns.imports.columns import (
    CountColumn,
    CurrenciesMixed,
    DayColumn,
    MomentColumn,
    MonthColumn,
    NumberColumn,
)
from campaigns.imports.errors import FileRefused, Problem, RowRefused
from campaigns.imports.mapping import fold
from campaigns.imports.rows import RowReader
from campaigns.imports.sheets.places import cell_place
from campaigns.imports.values import MISSING, CellInvalid

_TOTAL = re.compile(
    r"(grand )?totals?( general| geral)?(\s?:.*)?|total(es|is)(:.*)?|suma( total)?|soma( total)?|sum"
    r"|results from \d+ .*|resultados de \d+ .*|résultats de \d+ .*|ergebnisse (aus|von) \d+ .*"
    r"|total (of|de) \d+ .*|gesamt(summe|ergebnis)?(\s?:.*)?|summe(:.*)?|total général"
)
_TOTAL_STARTS = frozenset(("", "tot", "gra", "sum", "som", "res", "rés", "erg", "ges"))
_TYPED = (CountColumn, NumberColumn, DayColumn, MomentColumn, MonthColumn)
#: A word where a date or a figure should be: a head, not a slip.
_LABEL = re.compile(r"[^\W\d_][^\d]*")

Skipped = Literal["blank", "totals", "comment"]


@dataclass
class Skips:
    """Lines that were left out because they are no rows: the first of each sort, and how many."""

    lines: dict[str, list[int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, why: Skipped, line: int) -> None:
        self.counts[why] = self.counts.get(why, 0) + 1
        if len(self.lines.setdefault(why, [])) < 20:
            self.lines[why].append(line)


class Judge:
    """Reads each row of a file: lines for COPY, or nothing, or RowRefused, or FileRefused."""

    def __init__(
        self, reader: RowReader, headers: Sequence[str], name: str, sheet: str | None = None
    ) -> None:
        self.reader, self.headers, self.name, self.sheet = reader, headers, name, sheet
        self.width = len(headers)
        self.skips = Skips()
        self._after_blank = False
        self._header = [fold(header) for header in headers]

    def lines(self, number: int, row: list[str]) -> str:
        """What to COPY of this row; empty for a row that is none."""
        try:
            if len(row) == self.width and row[0][:3].lower() not in _TOTAL_STARTS:
                return self.reader.lines(number, row)
            return self._odd(number, row)
        except CurrenciesMixed as mixed:
            raise self._mixed(mixed, number) from None
        except CellInvalid:
            return self._explain(number, row)

    def _odd(self, number: int, row: list[str]) -> str:
        """A row with a strange width, or whose first cell is empty or begins like a total."""
        if not any(cell.strip() for cell in row):
            self._after_blank = True
            self.skips.add("blank", number)
            return ""
        if row[0].lstrip().startswith(("#", "©")):  # Microsoft signs its reports
            self.skips.add("comment", number)
            return ""
        if self._is_totals(row):
            self.skips.add("totals", number)
            return ""
        fitted = self._fit(number, row)
        return self.reader.lines(number, fitted)

    def _is_totals(self, row: Sequence[str]) -> bool:
        """The first filled cell says “total”, and the row has no valid date of its own."""
        first = next((cell for cell in row if cell.strip()), "")
        if _TOTAL.fullmatch(fold(first)) is None:
            return False
        dates = [
            cell for cell in self.reader.cells.values()
            if isinstance(cell.column, DayColumn | MomentColumn | MonthColumn)
            and cell.index is not None and cell.column.key in ("day", "month", "created", "sold", "ends")
        ]  # fmt: skip
        return not dates or any(not self._reads(cell, row) for cell in dates)

    @staticmethod
    def _reads(cell: Cell, row: Sequence[str]) -> bool:
        try:
            text = cell.text(row)
            return text.strip() not in MISSING and bool(cell.read(text))
        except (CellInvalid, IndexError):
            return False

    def _fit(self, number: int, row: list[str]) -> list[str]:
        """The row at the header's width; extra cells must be empty, missing ones are a fault."""
        if len(row) >= self.width and not any(cell.strip() for cell in row[self.width :]):
            return row[: self.width]
        if self._after_blank:
            raise self._section(number, row)
        reason = _("The row has %(count)s cells, the header %(width)s.")
        problem = Problem("wrong_width", reason % {"count": len(row), "width": self.width})
        raise RowRefused(number, (problem,), tuple(row))

    def _explain(self, number: int, row: list[str]) -> str:
        row = row[: self.width]
        if self._is_header(row):
            raise self._section(number, row)
        if self._is_totals(row) or self._is_bare(row):
            self.skips.add("totals", number)
            return ""
        problems = self._problems(number, row)
        typed = [cell for cell in self.reader.cells.values() if isinstance(cell.column, _TYPED)]
        texts = [cell.text(row) for cell in typed if cell.index is not None]
        invalid = {problem.column for problem in problems}
        if (
            len(texts) > 1
            and all(_LABEL.fullmatch(text.strip()) for text in texts)
            and all(cell.header in invalid for cell in typed if cell.index is not None)
        ):
            raise self._section(number, row)
        raise RowRefused(number, tuple(problems), tuple(row))

    def _is_header(self, row: Sequence[str]) -> bool:
        return [fold(cell) for cell in row] == self._header

    def _is_bare(self, row: Sequence[str]) -> bool:
        """Figures without any name, where every row should have one: the totals of some platforms."""
        named = [
            cell for key, cell in self.reader.cells.items()
            if key in ("campaign", "campaign_id", "item", "utm_source", "landing_page", "device")
            and cell.index is not None
        ]  # fmt: skip
        needs_name = any(cell.source.is_required for cell in named)
        return needs_name and all(cell.text(row).strip() in MISSING for cell in named)

    def _problems(self, number: int, row: list[str]) -> list[Problem]:
        problems = []
        for cell in self.reader.cells.values():
            try:
                cell.read(cell.text(row))
            except CellFault as fault:
                problems.append(self._problem(number, fault))
            except CurrenciesMixed as mixed:
                raise self._mixed(mixed, number) from None
        if not problems:
            try:
                self.reader.lines(number, row)
            except CellFault as fault:
                problems.append(self._problem(number, fault))
        return problems

    def _problem(self, number: int, fault: CellFault) -> Problem:
        """The fault; of a sheet with the name of the cell, as its spreadsheet shows it."""
        reason, index = fault.reason, fault.cell.index
        if self.sheet is not None and index is not None:
            reason = f"{cell_place(self.sheet, number, index)}: {reason}"
        return Problem(fault.code, reason, fault.cell.header, fault.text)

    def _section(self, number: int, row: Sequence[str]) -> FileRefused:
        reason = _(
            "%(file)s: at line %(line)s a second table begins (“%(value)s”). Keep one table in the file."
        )
        value = ", ".join(row)[:100]
        return FileRefused(
            "two_sections",
            reason % {"file": self.name, "line": number, "value": value},
            file=self.name, line=number, value=value,
        )  # fmt: skip

    def _mixed(self, mixed: CurrenciesMixed, number: int) -> FileRefused:
        first, second = mixed.args
        header = self.reader.cells["currency"].header
        reason = _(
            "%(file)s has amounts in %(first)s and, from line %(line)s on, in %(second)s."
            " Import one file for each currency."
        )
        return FileRefused(
            "mixed_currencies",
            reason % {"file": self.name, "first": first, "second": second, "line": number},
            file=self.name, line=number, column=header, value=second,
        )  # fmt: skip
