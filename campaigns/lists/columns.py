"""What a list shows: its columns as data, and one cell of one row as text for a page or a CSV."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.numbers import money_here
from campaigns.channels import NAMES
from campaigns.csv_cells import safe_text

Text = str | Promise
#: text: as it is. day: a date. money: (amount, currency). channel: a code. stage: a chip.
#: flag: yes or nothing. strong: text that the row is known by, and its link.
Shape = Literal["strong", "text", "quiet", "day", "money", "number", "channel", "stage", "flag"]
#: Where a cell stands on a phone: the card's title, its right end, a line below, or nowhere.
Phone = Literal["title", "end", "line", "away"]


@dataclass(frozen=True)
class Column:
    """key: its name in the CSV's address and in `sort`. read: an attribute or a method, or what makes
    the value.

    under: a second, quiet line of the same cell. needs: the capability to see it.
    """

    key: str
    label: Text
    shape: Shape = "text"
    read: str | Callable[[Any], Any] = ""
    phone: Phone = "line"
    under: Callable[[Any], str] | None = None
    needs: str = ""

    def value(self, row: Any) -> Any:
        read = self.read or self.key
        if callable(read):
            return read(row)
        found = getattr(row, read)
        return found() if callable(found) else found

    @property
    def is_number(self) -> bool:
        return self.shape in ("money", "number")


@dataclass(frozen=True)
class Cell:
    """One cell of a page: `text` is what is read, `unit` stands behind it, `under` below it."""

    column: Column
    text: str
    unit: str = ""
    under: str = ""
    code: str = ""


def cell_of(column: Column, row: Any) -> Cell:
    value = column.value(row)
    under = column.under(row) if column.under else ""
    match column.shape:
        case "money":
            amount, unit = value
            return Cell(column, money_here(amount, unit), unit if amount is not None else "", under)
        case "day":
            return Cell(column, day_text(value), under=under)
        case "channel":
            return Cell(column, str(NAMES.get(value, value)) if value else "", under=under)
        case "stage":
            return Cell(column, "", code=value, under=under)
        case "flag":
            return Cell(column, _("Yes") if value else "", under=under)
        case _:
            return Cell(column, "" if value is None else str(value), under=under)


def plain_cells(column: Column, row: Any) -> list[str]:
    """For a CSV: exact numbers, ISO dates, codes as they are; money is two cells."""
    value = column.value(row)
    match column.shape:
        case "money":
            amount, unit = value
            return [exact_text(amount), unit if amount is not None else ""]
        case "day":
            return [value.isoformat() if value else ""]
        case "flag":
            return ["1" if value else "0"]
        case _:
            return [safe_text("" if value is None else str(value))]


def plain_heads(column: Column) -> list[str]:
    return [str(column.label), _("Currency")] if column.shape == "money" else [str(column.label)]


def exact_text(amount: Decimal | None) -> str:
    """A decimal without the zeros that the column's scale adds: 12.500000 is 12.5."""
    if amount is None:
        return ""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_text(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
