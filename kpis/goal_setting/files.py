"""A file of goals: its columns, an empty one to fill in, and its lines as text. Pure."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.numbers import NumberRefused, TwoNumbers, read_typed, refusal

COLUMNS = (
    "kpi", "from", "to", "target", "target_as", "kind", "accumulation", "low", "high", "baseline",
    "channel", "campaign", "shape", "grain", "note",
)  # fmt: skip
NEEDED = ("kpi", "from", "to")
MOST_CHARACTERS = 200_000
MOST_LINES = 200
EXAMPLES = (
    {"kpi": "leads", "from": "2026-01-01", "to": "2026-06-30", "target": "900"},
    {"kpi": "cpl", "from": "2026-01-01", "to": "2026-06-30", "target": "-10%", "target_as": "relative"},
)  # fmt: skip


class GoalFileRefused(ValueError):
    """The file cannot be read at all; the message is for people."""


class CellRefused(ValueError):
    """One cell says nothing that can be read: its column, and why in words."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True)
class FileLine:
    """A line of the file with what its columns say; empty cells are left out."""

    number: int
    cells: Mapping[str, str]


def empty_file() -> str:
    """The columns, with two goals as examples."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(EXAMPLES)
    return out.getvalue()


def text_of(content: bytes) -> str:
    if len(content) > MOST_CHARACTERS:
        raise GoalFileRefused(_("The file is too large for a list of goals."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GoalFileRefused(_("The file is not a text file in UTF-8.")) from error


def lines_in(text: str) -> list[FileLine]:
    """The lines that say something. Raises GoalFileRefused for a head that is none."""
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    head = [name.strip().lower() for name in reader.fieldnames or ()]
    unknown = [name for name in head if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in head]
    if unknown or missing or len(set(head)) < len(head):
        raise GoalFileRefused(
            _("The first line names the columns: %(columns)s.") % {"columns": ", ".join(COLUMNS)}
        )
    reader.fieldnames = head
    found = []
    for row in reader:
        cells = {
            name: value.strip()
            for name, value in row.items()
            if name in COLUMNS and isinstance(value, str) and value.strip()
        }
        if cells:
            found.append(FileLine(reader.line_num, cells))
        if len(found) > MOST_LINES:
            raise GoalFileRefused(_("At most %(most)s goals in one file.") % {"most": MOST_LINES})
    return found


def number_in(cells: Mapping[str, str], column: str) -> Decimal | None:
    """A number in the KPI's own unit; 4.5% is 0.045. None if the cell is empty.

    Nobody knows in which language a file was written: 1.500 could be two numbers, and is refused.
    """
    text = cells.get(column)
    if text is None:
        return None
    try:
        typed = read_typed(text, "")
        if typed.currency or abs(typed.value) >= 10**12:
            raise NumberRefused(text)
    except TwoNumbers as error:
        raise CellRefused(column, refusal(text, error)) from error
    except NumberRefused as error:
        message = _("“%(value)s” is not a number like 1234.50 or 4.5%%.") % {"value": text[:40]}
        raise CellRefused(column, message) from error
    return typed.value / 100 if typed.is_percent else typed.value


def day_in(cells: Mapping[str, str], column: str) -> date:
    try:
        return date.fromisoformat(cells.get(column, ""))
    except ValueError as error:
        message = _("“%(value)s” is not a date like 2026-03-31.") % {
            "value": cells.get(column, "")[:40]
        }
        raise CellRefused(column, message) from error


def choice_in(cells: Mapping[str, str], column: str, known: list[str], usual: str) -> str:
    value = cells.get(column, usual).lower()
    if value not in known and value != usual:
        message = _("“%(value)s” is none of: %(known)s.") % {
            "value": value[:40], "known": ", ".join(known),
        }  # fmt: skip
        raise CellRefused(column, message)
    return value
