"""A month of daily figures as a grid: days down, figures across; what stands there, and what was typed.

Pure. Only cells that differ from what the page showed are anybody's wish: two people may fill the same
month without taking anything from each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.numbers import written_here
from campaigns.imports.values import CellInvalid as ValueInvalid
from campaigns.imports.values import not_negative, whole
from campaigns.measures import MEASURES
from campaigns.own_months import CellInvalid, Month, read_number, shown_in, shown_text

Figures = dict[date, dict[str, Decimal | None]]


@dataclass(frozen=True)
class Cell:
    """A figure of a day: the name of its field, its text, and what is wrong with it.

    currency: of an amount that is in another one than the client's.
    """

    name: str
    label: Any
    text: str
    problem: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Line:
    """A day with its cells, in the order of the figures; is_open: it has come."""

    day: date
    cells: tuple[Cell, ...]
    is_open: bool

    @property
    def is_to_come(self) -> bool:
        """Nothing can be written and nothing stands there."""
        return not self.is_open and not any(cell.text for cell in self.cells)


@dataclass(frozen=True)
class Typed:
    """What was sent: the grid with what is wrong in it, and the figures that are others now."""

    lines: list[Line]
    figures: Figures
    is_wrong: bool


def lines_of(
    month: Month,
    keys: tuple[str, ...],
    stands: Mapping[date, Mapping[str, Any]],
    today: date,
    currencies: Mapping[date, str],
) -> list[Line]:
    """The grid as it stands. currencies: of the days whose amounts are in another than the client's."""
    return [
        Line(
            day,
            tuple(
                Cell(
                    name_of(day, key),
                    MEASURES[key].name,
                    _text(stands.get(day, {}).get(key)),
                    currency=_currency(key, day, currencies),
                )
                for key in keys
            ),
            day <= today,
        )
        for day in month.days
    ]


def typed_of(
    month: Month,
    keys: tuple[str, ...],
    sent: Mapping[str, str],
    today: date,
    currencies: Mapping[date, str],
) -> Typed:
    """The grid as it was sent, with what the page had shown in the field `shown`."""
    shown, figures, is_wrong = shown_in(sent.get("shown", "")), Figures(), False
    lines = []
    for day in month.days:
        cells = []
        for key in keys:
            name = name_of(day, key)
            text, before = sent.get(name, shown.get(name, "")), shown.get(name, "")
            problem = ""
            if text.strip() != before:
                try:
                    figures.setdefault(day, {})[key] = _figure(key, text, day, today)
                except (CellInvalid, ValueInvalid) as error:
                    problem, is_wrong = str(error), True
            currency = _currency(key, day, currencies)
            cells.append(Cell(name, MEASURES[key].name, text, problem, currency))
        lines.append(Line(day, tuple(cells), day <= today))
    return Typed(lines, figures, is_wrong)


def shown_of(lines: list[Line]) -> str:
    """What a page shows, as its form carries it."""
    return shown_text({cell.name: cell.text for line in lines for cell in line.cells})


def name_of(day: date, key: str) -> str:
    return f"{day.isoformat()}:{key}"


def _figure(key: str, text: str, day: date, today: date) -> Decimal | None:
    number = read_number(text)
    if number is None:
        return None
    if day > today:
        raise CellInvalid(_("This day has not come yet."))
    not_negative(number, text)
    return number if is_exact(key) else Decimal(whole(number, text))


def is_exact(key: str) -> bool:
    """Whether a figure may have decimals: money, and conversions as platforms share them out."""
    return MEASURES[key].unit == "money" or key == "platform_conversions"


def _currency(key: str, day: date, currencies: Mapping[date, str]) -> str:
    return currencies.get(day, "") if MEASURES[key].unit == "money" else ""


def _text(value: Any) -> str:
    return written_here(None if value is None else Decimal(value))
