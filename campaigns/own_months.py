"""A month of an own measure as a grid: what stands there, and what a person typed, day by day.

Numbers are read as the reader of the page writes them, empty for nothing. Only cells that differ from
what the page showed are anybody's wish: two people may fill the same month without taking anything from
each other.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.numbers import NumberRefused, refusal, typed_here, written_here

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z")
MOST_PLACES, MOST_DIGITS = 6, 12


@dataclass(frozen=True)
class Month:
    """A calendar month."""

    first: date

    @property
    def last(self) -> date:
        return self.following.first - timedelta(days=1)

    @property
    def following(self) -> "Month":
        later = self.first.replace(day=28) + timedelta(days=4)
        return Month(later.replace(day=1))

    @property
    def preceding(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=step) for step in range(self.last.day)]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def month_of(text: str, today: date) -> Month:
    """The month that an address names, 2026-03; else the running one."""
    match = _MONTH.match(text)
    if match and 1990 <= int(match[1]) <= today.year:
        return Month(date(int(match[1]), int(match[2]), 1))
    return Month(today.replace(day=1))


@dataclass(frozen=True)
class Cell:
    """One day: what is typed there, what is wrong with it, and whether it has come."""

    day: date
    text: str
    problem: str = ""
    is_open: bool = True


class CellInvalid(ValueError):
    """A text that is no number, or one that could be two."""


def read_number(text: str) -> Decimal | None:
    """The number in a cell; None if it is empty. CellInvalid if it is something else."""
    if not text.strip():
        return None
    try:
        typed = typed_here(text)
        if typed.currency or typed.is_percent or not _fits(typed.value):
            raise NumberRefused(text)
    except NumberRefused as error:
        raise CellInvalid(refusal(text, error)) from error
    return typed.value


def _fits(value: Decimal) -> bool:
    return abs(value) < 10**MOST_DIGITS and value == round(value, MOST_PLACES)


def cells_of(month: Month, values: Mapping[date, Decimal], today: date) -> list[Cell]:
    """The grid as it stands."""
    return [Cell(day, written_here(values.get(day)), "", day <= today) for day in month.days]


def read_cells(
    month: Month, typed: Mapping[str, str], today: date
) -> tuple[list[Cell], dict[date, Decimal | None]]:
    """(the grid as typed, with what is wrong; the values of the days that the page, in the field `shown`,
    had shown otherwise)."""
    cells, values, shown = [], {}, shown_in(typed.get("shown", ""))
    for day in month.days:
        name, problem = day.isoformat(), ""
        text, before = typed.get(name, shown.get(name, "")), shown.get(name, "")
        if text.strip() != before:
            try:
                values[day] = read_number(text)
            except CellInvalid as error:
                problem = str(error)
        if not problem and values.get(day) is not None and day > today:
            problem = _("This day has not come yet.")
        cells.append(Cell(day, text, problem, day <= today))
    return cells, values


def shown_text(texts: Mapping[str, str]) -> str:
    """What a page shows in its fields, by their names, as its form carries it."""
    return json.dumps({name: text for name, text in texts.items() if text})


def shown_in(text: str) -> dict[str, str]:
    """What `shown_text` wrote; anything else is nothing."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def weeks_of(cells: Sequence[Cell], first_weekday: int) -> list[list[Cell | None]]:
    """Rows of seven, beginning with ISO weekday `first_weekday`; None before the first and after the last."""
    if not cells:
        return []
    lead = (cells[0].day.isoweekday() - first_weekday) % 7
    padded: list[Cell | None] = [None] * lead + list(cells)
    padded += [None] * (-len(padded) % 7)
    return [padded[start : start + 7] for start in range(0, len(padded), 7)]
