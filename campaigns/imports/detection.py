"""How a file is written: delimiter, header line, order of dates, decimal sign. Guesses only from proof.

What the file leaves open is a question for whoever sends it, never a guess.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from campaigns.imports.mapping import DELIMITERS, fold
from campaigns.imports.values import MISSING, day_of, day_parts

PREAMBLE_LINES = 50


def detect_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts the most lines into the same number of cells, at least two.

    Of two that do, the one that leaves no quotes inside cells, then the one that makes more cells.
    """
    scores = {}
    for delimiter in DELIMITERS:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1]
        widths = Counter(map(len, rows))
        times, width = max(((n, width) for width, n in widths.items()), default=(0, 0))
        torn = sum('"' in cell for row in rows for cell in row)
        scores[delimiter] = (times, -torn, width)
    return max(scores, key=lambda delimiter: scores[delimiter])


def detect_header(rows: Iterable[Sequence[str]], known: Iterable[str]) -> int | None:
    """The index of the row that has most of the known names; None if no row has any.

    Title, date range and # comments stand above it in exports of platforms.
    """
    names = set(known)
    best, best_score = None, 0
    for index, row in zip(range(PREAMBLE_LINES), rows, strict=False):
        if row and row[0].lstrip("\ufeff ").startswith("#"):
            continue
        score = len(names & {fold(cell) for cell in row})
        if score > best_score:
            best, best_score = index, score
    return best


class DateEvidence:
    """Gathers what the dates of a file prove about their order."""

    def __init__(self) -> None:
        self.day_first = self.month_first = self.same = False
        self.open: str | None = None

    def add(self, cell: str) -> None:
        parts = day_parts(day_of(cell))
        if parts is None or parts[3]:
            return
        first, second = parts[0], parts[1]
        if first > 12 >= second:
            self.day_first = True
        elif second > 12 >= first:
            self.month_first = True
        elif first != second:
            self.open = self.open or cell
        else:
            self.same = True

    @property
    def is_open(self) -> bool:
        """More rows might still prove the order."""
        return self.open is not None and not (self.day_first or self.month_first)

    @property
    def example(self) -> str | None:
        """A date that may be read in two ways, if that is what leaves the order open."""
        return None if self.day_first or self.month_first else self.open

    @property
    def order(self) -> str | None:
        """ymd, dmy or mdy; None if both are possible, or both are proven."""
        if self.day_first and self.month_first:
            return None
        if self.day_first:
            return "dmy"
        if self.month_first:
            return "mdy"
        if self.open is not None:
            return None
        return "dmy" if self.same else "ymd"


_NUMERIC = re.compile(r"[0-9][0-9.,]*|[.,][0-9]+")


class DecimalEvidence:
    """Gathers what the numbers of a file prove about their decimal sign."""

    def __init__(self) -> None:
        self.proven: Counter[str] = Counter()
        self.open: str | None = None

    def add(self, cell: str, is_whole: bool) -> None:
        """One cell; `is_whole`: its column holds whole numbers, so a sign in it parts thousands."""
        found = _NUMERIC.findall(cell) if cell not in MISSING else []
        if not found:
            return
        digits = found[-1].rstrip(".,")  # the last group of “1 234,5”
        signs = [sign for sign in digits if sign in ".,"]
        if not signs:
            return
        last = signs[-1]
        after = len(digits) - digits.rfind(last) - 1
        if len(set(signs)) == 2:
            self.proven[last] += 1
        elif len(signs) > 1 or (is_whole and after == 3):
            self.proven["." if last == "," else ","] += 1
        elif after != 3 or digits.startswith(("0", ".", ",")) or digits.find(last) > 3:
            self.proven[last] += 1
        else:
            self.open = self.open or cell

    @property
    def is_open(self) -> bool:
        """No number has proven its sign yet."""
        return not self.proven

    @property
    def sign(self) -> str | None:
        """The decimal sign; "." if no number has any sign; None if what there is leaves it open."""
        if self.proven:
            return self.proven.most_common(1)[0][0]
        return "." if self.open is None else None
