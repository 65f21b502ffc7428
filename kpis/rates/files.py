"""Reading a file of exchange rates in the European Central Bank's layout (eurofxref-hist.csv).

Pure. The first column is the day, every other a currency: what one euro is worth in it; `N/A`
where none was published, and a comma at the end of each line. The bank's zip of it is read, too.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kpis.zips import BROKEN, IN_STEPS

BASE = "EUR"
MOST_BYTES = 20_000_000
_CODE = re.compile(r"[A-Z]{3}\Z")
_UNKNOWN = ("N/A", "")
_INVERSE = Context(prec=18)
_DECIMALS = Decimal("1E-18")
_MOST = Decimal("1E12")


class RateFileRefused(ValueError):
    """The file is not of that layout: `code` for programs, the message for people."""

    def __init__(self, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.code, self.data = code, data


@dataclass(frozen=True)
class PublishedRate:
    """One unit of `code` is worth `rate` of `to` on a day."""

    day: date
    code: str
    to: str
    rate: Decimal


def both_directions(rate: PublishedRate) -> tuple[PublishedRate, PublishedRate]:
    """The rate as published and, computed once when it is stored, the other way round.

    The bank publishes what a euro is worth and nothing else, so amounts in dollars would never have
    a rate to euros. The quotient is kept to 18 significant digits and is a stored rate from then on.
    """
    back = _INVERSE.divide(Decimal(1), rate.rate).quantize(_DECIMALS)
    return rate, PublishedRate(rate.day, rate.to, rate.code, back)


def rates_in(content: bytes) -> Iterator[PublishedRate]:
    """The rates of a file, line by line. Raises RateFileRefused, with line and column if it can."""
    reader = csv.reader(io.StringIO(_text(content)))
    codes = _codes(next(reader, []))
    seen: set[date] = set()
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        day = _day(cells[0], reader.line_num)
        if day in seen:
            raise RateFileRefused(
                "day_twice",
                _("Line %(line)s: %(day)s stands in the file twice.")
                % {"line": reader.line_num, "day": day.isoformat()},
                line=reader.line_num,
            )
        seen.add(day)
        for code, cell in zip(codes, cells[1:], strict=False):
            if cell.strip() not in _UNKNOWN:
                yield PublishedRate(day, BASE, code, _rate(cell, reader.line_num, code))


def _text(content: bytes) -> str:
    if content[:2] == b"PK":
        content = _unzipped(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RateFileRefused("not_text", _("The file is not a text file in UTF-8.")) from error


def _unzipped(content: bytes) -> bytes:
    """The one CSV of a zip, never more of it than a rate file can have."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
            if len(files) == 1 and files[0].compress_type in IN_STEPS:
                with archive.open(files[0]) as packed:
                    found = packed.read(MOST_BYTES + 1)
                if len(found) <= MOST_BYTES:
                    return found
    except (*BROKEN, ValueError) as error:
        raise RateFileRefused("bad_zip", _("The zip file cannot be read.")) from error
    raise RateFileRefused("bad_zip", _("The zip file must hold one CSV file of at most 20 MB."))


def _codes(header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    if not names or names[0] != "Date":
        raise RateFileRefused(
            "bad_header",
            _("The first line must read Date,USD,JPY,… as in the bank's eurofxref-hist.csv."),
            line=1,
        )
    codes = names[1:]
    while codes and not codes[-1]:
        codes.pop()
    bad = next((code for code in codes if not _CODE.match(code) or code == BASE), None)
    if bad is not None or not codes or len(set(codes)) < len(codes):
        raise RateFileRefused(
            "bad_header",
            _("Line 1: “%(code)s” is not a currency, or is there twice.") % {"code": bad or ""},
            line=1,
        )
    return codes


def _day(cell: str, line: int) -> date:
    try:
        return date.fromisoformat(cell.strip())
    except ValueError as error:
        raise RateFileRefused(
            "bad_day",
            _("Line %(line)s: “%(value)s” is not a date like 2026-03-31.")
            % {"line": line, "value": cell[:40]},
            line=line,
        ) from error


def _rate(cell: str, line: int, code: str) -> Decimal:
    try:
        rate = Decimal(cell.strip())
        is_good = rate.is_finite() and _DECIMALS <= rate < _MOST
    except InvalidOperation:
        is_good = False
    if not is_good:
        raise RateFileRefused(
            "bad_rate",
            _("Line %(line)s, %(code)s: “%(value)s” is not a rate above zero.")
            % {"line": line, "code": code, "value": cell[:40]},
            line=line,
            column=code,
        )
    return rate
