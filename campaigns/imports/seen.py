"""What a preview has seen in the columns: the texts of code columns with their counts, faults by column."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.imports.cells import Cell
from campaigns.imports.columns import CodeColumn
from campaigns.imports.errors import Problem
from campaigns.imports.rows import RowReader
from campaigns.imports.values import MISSING, NULL, CellInvalid

MOST_TEXTS = 60


@dataclass(frozen=True)
class SeenText:
    """A text of a code column: how often it was seen, and the code it is read as; None: it is refused.

    "" is a text that the mapping leaves blank.
    """

    text: str
    count: int
    code: str | None


@dataclass(frozen=True)
class Fault:
    """How many rows fail in a column, and the first of them."""

    count: int
    line: int
    problem: Problem


class Seen:
    """Gathers over the rows that are looked at."""

    def __init__(self, reader: RowReader) -> None:
        self._codes = {
            key: cell
            for key, cell in reader.cells.items()
            if isinstance(cell.column, CodeColumn) and cell.index is not None
        }
        self._texts: dict[str, Counter[str]] = {key: Counter() for key in self._codes}
        self.faults: dict[str, Fault] = {}

    def add(self, row: Sequence[str]) -> None:
        for key, cell in self._codes.items():
            if cell.index is not None and cell.index < len(row):
                self._texts[key][row[cell.index].strip()] += 1

    def fail(self, line: int, problems: Sequence[Problem]) -> None:
        for problem in problems:
            known = self.faults.get(problem.column)
            self.faults[problem.column] = (
                Fault(known.count + 1, known.line, known.problem)
                if known
                else Fault(1, line, problem)
            )

    def texts(self) -> dict[str, tuple[SeenText, ...]]:
        """Per target the texts, those that are not understood first, then by how often they come."""
        found = {}
        for key, counter in self._texts.items():
            texts = [
                SeenText(text, count, _code(self._codes[key], text))
                for text, count in counter.most_common(MOST_TEXTS)
                if text not in MISSING
            ]
            found[key] = tuple(sorted(texts, key=lambda seen: (seen.code is not None, -seen.count)))
        return found


def _code(cell: Cell, text: str) -> str | None:
    try:
        read = cell.read(text)
    except CellInvalid:
        return None
    return "" if read == NULL else read
