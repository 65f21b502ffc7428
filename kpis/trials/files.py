"""Totals of a test from a table somebody exported: rows of a day, or of a day and a variant. Pure.

What a cell leaves open (the year, day or month first) is settled by the days of the test itself;
what stays open, or cannot be, is told with its line and column, and then nothing is taken.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.trials.arms import Arm
from kpis.trials.dates import Days, DayUnclear

MOST_ROWS = 5000
MOST_CHARACTERS = 2_000_000
LARGEST = 2_000_000_000
#: Our name of a column -> heads under which exports have it.
HEADS: Mapping[str, tuple[str, ...]] = {
    "day": ("day", "date", "fecha", "dia", "data"),
    "variant": ("variant", "variante", "variation", "arm", "group", "grupo", "version"),
    "visitors": ("visitors", "visitantes", "users", "usuarios", "clicks", "pageviews", "sessions"),
    "conversions": ("conversions", "conversiones", "conversoes", "leads", "enrollments"),
    "qualified": ("qualified", "calificados", "cualificados", "qualificados", "mql", "payments"),
}
NEEDED = ("day", "visitors", "conversions")


@dataclass(frozen=True)
class Fault:
    """What is wrong: the line of the file (0: its head), the column, the cell, and a sentence."""

    line: int
    column: str
    value: str
    message: "str | Promise"


@dataclass(frozen=True)
class ReadTotals:
    """`left_out`: lines without conversions, whose visitors would water the rate down."""

    counts: Mapping[tuple[int, date], Arm]
    left_out: int
    faults: tuple[Fault, ...]
    columns: Mapping[str, str]


class _Unreadable(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def read_totals(
    text: str,
    names: Sequence[str],
    first: date,
    last: date,
    place: int | None = None,
    heads: Mapping[str, str] | None = None,
) -> ReadTotals:
    """A table with a head, delimited by comma, semicolon or tab.

    names: the variants', the control's first. place: the variant that all rows are of, where the
    table has no column of variants. heads: the table's own names of our columns, where they differ.
    """
    try:
        rows = _rows(text)
        header, body = _header(rows), rows[1:]
        columns = _columns(header, heads or {}, needs_variant=place is None)
    except _Unreadable as error:
        return ReadTotals({}, 0, (error.fault,), {})
    reader = _Reader(columns, names, Days.of(_cells(body, columns["day"]), first, last), place)
    counts: dict[tuple[int, date], Arm] = {}
    faults: list[Fault] = []
    left_out = 0
    for number, row in body:
        try:
            key, arm = reader.read(number, row)
        except _Unreadable as error:
            faults.append(error.fault)
            continue
        if arm is None:
            left_out += 1
        elif key in counts:
            faults.append(Fault(number, "day", str(key[1]), _("This day stands there twice.")))
        else:
            counts[key] = arm
    named = {name: header[1][index] for name, index in columns.items()}
    return ReadTotals({} if faults else counts, left_out, tuple(faults), named)


Row = tuple[int, list[str]]


def _rows(text: str) -> list[Row]:
    """Lines with anything in them, with their numbers, one more than may be."""
    lines = text.lstrip("\ufeff").splitlines()
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(lines, delimiter=delimiter)
    held = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
    try:
        return list(islice((each for each in held if any(each[1])), MOST_ROWS + 2))
    except csv.Error:
        fault = Fault(reader.line_num, "", "", _("This is no table: a quote is never closed."))
        raise _Unreadable(fault) from None


def _header(rows: Sequence[Row]) -> Row:
    if len(rows) < 2:
        raise _Unreadable(Fault(0, "", "", _("There is no line below the heads.")))
    if len(rows) > MOST_ROWS + 1:
        raise _Unreadable(
            Fault(0, "", "", _("These are too many lines for one test: 5,000 at most."))
        )
    return rows[0]


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _columns(header: Row, heads: Mapping[str, str], needs_variant: bool) -> dict[str, int]:
    folded = [_fold(cell) for cell in header[1]]
    found: dict[str, int] = {}
    for name, usual in HEADS.items():
        wanted = (_fold(heads[name]),) if heads.get(name) else usual
        place = next((folded.index(each) for each in wanted if each in folded), None)
        if place is not None:
            found[name] = place
        elif heads.get(name):
            raise _Unreadable(
                Fault(0, name, heads[name][:60], _("There is no column of this name."))
            )
    for name in (*NEEDED, *(["variant"] if needs_variant else [])):
        if name not in found:
            raise _Unreadable(Fault(0, name, "", _("No column says it; name it beside.")))
    return found


def _cells(body: Iterable[Row], index: int) -> list[str]:
    return [row[index] for _number, row in body if index < len(row)]


@dataclass(frozen=True)
class _Reader:
    columns: Mapping[str, int]
    names: Sequence[str]
    days: Days
    place: int | None

    def read(self, number: int, row: list[str]) -> tuple[tuple[int, date], Arm | None]:
        try:
            day = self.days.read(self._cell(row, "day"))
        except DayUnclear as error:
            raise self._fault(number, row, "day", error.message) from None
        key = (self._place(number, row), day)
        if not self._cell(row, "conversions"):
            return key, None
        visitors = self._whole(number, row, "visitors")
        conversions = self._whole(number, row, "conversions")
        qualified = self._whole(number, row, "qualified") if self._cell(row, "qualified") else None
        for name, count in (("conversions", conversions), ("qualified", qualified or 0)):
            if count > visitors:
                raise self._fault(number, row, name, _("These are more than the visitors."))
        return key, Arm(visitors, conversions, qualified)

    def _place(self, number: int, row: list[str]) -> int:
        if self.place is not None:
            return self.place
        folded = [_fold(name) for name in self.names]
        cell = _fold(self._cell(row, "variant"))
        if cell not in folded:
            raise self._fault(number, row, "variant", _("The test has no variant of this name."))
        return folded.index(cell)

    def _cell(self, row: list[str], name: str) -> str:
        index = self.columns.get(name, len(row))
        return row[index] if index < len(row) else ""

    def _whole(self, number: int, row: list[str], name: str) -> int:
        text = self._cell(row, name)
        plain = re.sub(r"(?<=\d)[.,\u00a0\u202f ](?=\d{3}(\D|$))", "", text)
        if not re.fullmatch(r"[0-9]{1,10}", plain) or int(plain) > LARGEST:
            raise self._fault(number, row, name, _("Not a whole number."))
        return int(plain)

    def _fault(
        self, number: int, row: list[str], name: str, message: "str | Promise"
    ) -> _Unreadable:
        return _Unreadable(Fault(number, name, self._cell(row, name)[:60], message))
