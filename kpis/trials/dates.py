"""Days as exports write them: 2026-03-31, 31/03/2026, or "Sat, Oct 11" without a year. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_ENGLISH = re.compile(r"(?:([a-z]{3})[a-z]*,?\s+)?([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DayUnclear(ValueError):
    """A cell that says no day of the test; `message` why."""

    def __init__(self, message: "str | Promise") -> None:
        super().__init__()
        self.message = message


@dataclass(frozen=True)
class Days:
    """How one table writes its days. `order`: dmy, mdy, or "" where the table leaves it open."""

    first: date
    last: date
    order: str

    @classmethod
    def of(cls, cells: Iterable[str], first: date, last: date) -> "Days":
        """The order of day and month is the only one in which all cells are days of the test."""
        written = [found.groups() for cell in cells if (found := _NUMBERS.fullmatch(cell.strip()))]
        fitting = [
            order
            for order in ("dmy", "mdy")
            if all(
                (day := _numbered(parts, order)) is not None and first <= day <= last
                for parts in written
            )
        ]
        return cls(first, last, fitting[0] if len(fitting) == 1 or not written else "")

    def read(self, cell: str) -> date:
        """DayUnclear for what is no day, lies outside the test, or could be two days."""
        text = cell.strip().casefold()
        if found := _ISO.match(text):
            day = _date(*found.groups())
        elif found := _NUMBERS.fullmatch(text):
            if not self.order:
                raise DayUnclear(_("Day first or month first? Write days as 2026-03-31."))
            day = _numbered(found.groups(), self.order)
        elif found := _ENGLISH.fullmatch(text):
            day = self._english(*found.groups())
        else:
            day = None
        if day is None:
            raise DayUnclear(_("Not a day. Write days as 2026-03-31."))
        if not self.first <= day <= self.last:
            raise DayUnclear(_("This day lies outside the test."))
        return day

    def _english(self, weekday: str | None, month: str, day: str, year: str | None) -> date | None:
        """Without a year: the one in which the day is of the test. A weekday must agree."""
        if month not in _MONTHS or (weekday and weekday not in _WEEKDAYS):
            return None
        number = str(_MONTHS.index(month) + 1)
        years = [year] if year else [str(y) for y in range(self.first.year, self.last.year + 1)]
        days = [found for each in years if (found := _date(each, number, day))]
        within = [each for each in days if self.first <= each <= self.last]
        chosen = next(iter(within or days), None)
        if chosen and weekday and chosen.weekday() != _WEEKDAYS.index(weekday):
            raise DayUnclear(_("That day is another weekday: is it the right year?"))
        return chosen


def _numbered(parts: Sequence[str], order: str) -> date | None:
    one, two, year = parts
    return _date(year, two, one) if order == "dmy" else _date(year, one, two)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
