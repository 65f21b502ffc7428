"""Columns as objects: what a target is called, what its cells may say, and how they are staged.

A reader takes a cell's text and answers its COPY text, one field for each of the column's `fields`,
parted by tabs. It is called for every cell of a million rows: the work is done when it is made.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from typing import ClassVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.imports.mapping import Source, fold, is_known_currency
from campaigns.imports.sheets.places import error_in
from campaigns.imports.values import (
    MISSING,
    NULL,
    PLAIN_MOMENT,
    CellInvalid,
    copy_text,
    day_of,
    is_even_day,
    not_negative,
    read_day,
    read_moment,
    read_month,
    read_number,
    whole,
)

Reader = Callable[[str], str]
_MILLIONTH = Decimal("0.000001")
_LARGEST_MONEY = Decimal(10) ** 12
_LARGEST_COUNT = 2**63 - 1


@dataclass
class Terms:
    """On what terms a file's cells are read. The one currency of a file is fixed at its first row."""

    dates: str
    decimal: str
    zone: ZoneInfo
    currency: str
    is_currency_read: bool = False

    @cached_property
    def cent(self) -> Decimal:
        return Decimal(1).scaleb(-get_currency_precision(self.currency))

    def meet_currency(self, code: str) -> None:
        """Hold the file to one currency."""
        if not self.is_currency_read:
            self.is_currency_read = True
            self.currency = code
            self.__dict__.pop("cent", None)
        elif code != self.currency:
            raise CurrenciesMixed(self.currency, code)


class CurrenciesMixed(Exception):
    """Two currencies in one file: refused whole, because one of them would vanish from the sums."""


@dataclass(frozen=True)
class Column:
    """A text. How files call it is in `headers`."""

    key: str
    label: str | Promise
    is_required: bool = False
    remembers: bool = True
    longest: int = 200

    types: ClassVar[tuple[tuple[str, str], ...]] = (("", "text"),)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The staged fields: name and SQL type."""
        return tuple((f"{self.key}{suffix}", kind) for suffix, kind in self.types)

    @property
    def null(self) -> str:
        return "\t".join(NULL for _each in self.fields)

    def reader(self, terms: Terms) -> Reader:
        longest = self.longest

        def read(text: str) -> str:
            if len(text) > longest:
                raise CellInvalid(
                    "too_long",
                    _("The text is longer than %(longest)s characters.") % {"longest": longest},
                )
            return copy_text(text)

        return read


def cell_reader(column: Column, source: Source, terms: Terms) -> Reader:
    """From the raw cell to COPY text: space, missing cells and the mapping's value table, then the column."""
    read = column.reader(terms)
    null = column.null
    needs = column.is_required or source.is_required
    values, default = source.values, source.default

    def of_cell(raw: str) -> str:
        text = raw.strip()
        if text[:1] == "#" and (reason := error_in(text)):
            raise CellInvalid("error_cell", reason)
        if values is not None:
            text = _look_up(values, text, default)
        elif text in MISSING and default is not None:
            text = default
        if text in MISSING:
            if needs:
                raise CellInvalid("missing", _("The cell is empty, and every row needs it."))
            return null
        return read(text)

    if not column.remembers and values is None and default is None:
        return _quick(column.longest, of_cell)
    return of_cell


def _quick(longest: int, slow: Reader) -> Reader:
    """For texts that never come twice: what needs no second look is told in C."""

    def read(raw: str) -> str:
        text = raw.strip()
        if (
            text.isprintable()
            and "\\" not in text
            and text not in MISSING
            and len(text) <= longest
            and text[0] != "#"
        ):
            return text
        return slow(raw)

    return read


def _look_up(values: Mapping[str, str], text: str, default: str | None) -> str:
    found = values.get(fold(text), default)
    if found is not None:
        return found
    if text in MISSING:
        return ""
    raise CellInvalid(
        "unlisted_value",
        _("“%(text)s” is not in the mapping's table of values, and the table has no default.")
        % {"text": text},
    )


@dataclass(frozen=True)
class IdColumn(Column):
    """What identifies a row: never looked up twice, so never remembered."""

    remembers: bool = False


@dataclass(frozen=True)
class LowerColumn(Column):
    """A source or medium: compared in lower case, kept so."""

    longest: int = 100

    def reader(self, terms: Terms) -> Reader:
        read = super().reader(terms)
        return lambda text: read(text.lower())


@dataclass(frozen=True)
class PathColumn(Column):
    """A landing page: the path of an address, without its query."""

    longest: int = 500

    def reader(self, terms: Terms) -> Reader:
        read = super().reader(terms)
        return lambda text: read(_path_of(text))


def _path_of(text: str) -> str:
    if "://" in text:
        return urlsplit(text).path or "/"
    return text.partition("?")[0].partition("#")[0] or "/"


@dataclass(frozen=True)
class DayColumn(Column):
    """A day. A time in the cell is left out."""

    types: ClassVar[tuple[tuple[str, str], ...]] = (("", "date"),)

    def reader(self, terms: Terms) -> Reader:
        order = terms.dates
        return lambda text: read_day(day_of(text), order).isoformat()


@dataclass(frozen=True)
class MomentColumn(Column):
    """An instant, or a day without a time: one of two fields."""

    types: ClassVar[tuple[tuple[str, str], ...]] = (("_at", "timestamptz"), ("_date", "date"))

    def reader(self, terms: Terms) -> Reader:
        order, zone = terms.dates, terms.zone
        offsets: dict[str, str] = {}  # of days on which the zone's clock does not change

        def read(text: str) -> str:
            if PLAIN_MOMENT.fullmatch(text) and (offset := offsets.get(text[:10])):
                return f"{text}{offset}\t{NULL}"
            moment, day = read_moment(text, order, zone)
            if moment is None:
                return f"{NULL}\t{day}"
            made = moment.isoformat()
            if PLAIN_MOMENT.fullmatch(text) and is_even_day(moment):
                offsets[text[:10]] = made[19:]
            return f"{made}\t{NULL}"

        return read


@dataclass(frozen=True)
class MonthColumn(Column):
    """A month, staged as its first and last day."""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        return (("starts", "date"), ("ends", "date"))

    def reader(self, terms: Terms) -> Reader:
        return lambda text: "\t".join(day.isoformat() for day in read_month(text))


@dataclass(frozen=True)
class CountColumn(Column):
    """A whole number from 0 up."""

    types: ClassVar[tuple[tuple[str, str], ...]] = (("", "bigint"),)
    is_signed: ClassVar[bool] = False

    def reader(self, terms: Terms) -> Reader:
        decimal, is_signed = terms.decimal, self.is_signed

        def read(text: str) -> str:
            if text.isascii() and text.isdigit() and len(text) < 19:
                return text
            value, _mark = read_number(text, decimal)
            count = whole(value if is_signed else not_negative(value, text), text)
            if abs(count) > _LARGEST_COUNT:
                raise CellInvalid("too_large", _("“%(text)s” is too large.") % {"text": text})
            return str(count)

        return read


@dataclass(frozen=True)
class NumberColumn(Column):
    """A number from 0 up that may be fractional (conversions): six decimals."""

    types: ClassVar[tuple[tuple[str, str], ...]] = (("", "numeric"),)
    is_signed: ClassVar[bool] = False

    def step(self, terms: Terms) -> Decimal:
        return _MILLIONTH

    def reader(self, terms: Terms) -> Reader:
        decimal, is_signed = terms.decimal, self.is_signed
        plain = re.compile(r"(?!)")  # figures that are exact as they stand, once the step is known

        def read(text: str) -> str:
            nonlocal plain
            if plain.fullmatch(text):
                return text
            value, mark = read_number(text, decimal)
            if mark and mark != terms.currency:
                raise CellInvalid(
                    "other_currency",
                    _("“%(text)s” is in %(mark)s, but the file is read as %(currency)s.")
                    % {"text": text, "mark": mark, "currency": terms.currency},
                )
            if abs(value if is_signed else not_negative(value, text)) >= _LARGEST_MONEY:
                raise CellInvalid("too_large", _("“%(text)s” is too large.") % {"text": text})
            step = self.step(terms)
            if decimal == ".":
                plain = _plain_figures(step)
            return str(value.quantize(step, ROUND_HALF_UP))

        return read


@cache
def _plain_figures(step: Decimal) -> re.Pattern[str]:
    places = -int(step.as_tuple().exponent)
    return re.compile(rf"[0-9]{{1,12}}(?:\.[0-9]{{1,{places}}})?" if places else r"[0-9]{1,12}")


@dataclass(frozen=True)
class MoneyColumn(NumberColumn):
    """Money from 0 up, rounded half up to the currency's minor unit."""

    def step(self, terms: Terms) -> Decimal:
        return terms.cent


@dataclass(frozen=True)
class SignedCountColumn(CountColumn):
    """A whole number, below 0 for what comes back."""

    is_signed: ClassVar[bool] = True


@dataclass(frozen=True)
class SignedColumn(NumberColumn):
    """Money as exact as the file has it, below 0 for what is given back: six decimals."""

    is_signed: ClassVar[bool] = True


@dataclass(frozen=True)
class SignedMoneyColumn(MoneyColumn):
    """Money that may be below 0, like a loss, in the currency's minor unit."""

    is_signed: ClassVar[bool] = True


@dataclass(frozen=True)
class CurrencyColumn(Column):
    """The currency of the row's money: of ISO 4217, and the same in all rows."""

    remembers: bool = True

    def reader(self, terms: Terms) -> Reader:
        def read(text: str) -> str:
            code = text.upper()
            if not is_known_currency(code):
                raise CellInvalid(
                    "unknown_currency",
                    _("“%(text)s” is not a currency of ISO 4217.") % {"text": text},
                )
            terms.meet_currency(code)
            return code

        return read


@dataclass(frozen=True)
class CodeColumn(Column):
    """One of a closed list of codes, by the code itself or by another of its names (folded)."""

    codes: Mapping[str, str] = field(default_factory=dict)

    def reader(self, terms: Terms) -> Reader:
        def read(text: str) -> str:
            code = self.codes.get(fold(text))
            if code is None:
                raise CellInvalid(
                    "unknown_value",
                    _(
                        "“%(text)s” is none of: %(codes)s. A table of values in the mapping can translate it."
                    )
                    % {"text": text, "codes": ", ".join(dict.fromkeys(self.codes.values()))},
                )
            return code

        return read


@dataclass(frozen=True)
class CountryColumn(Column):
    """A country's two letters (ISO 3166)."""

    def reader(self, terms: Terms) -> Reader:
        def read(text: str) -> str:
            if len(text) != 2 or not text.isascii() or not text.isalpha():
                raise CellInvalid(
                    "not_a_country",
                    _("“%(text)s” is not a country's two letters.") % {"text": text},
                )
            return text.upper()

        return read
