"""What a cell's text means: days, moments, numbers, codes. Pure; where cells come from is elsewhere."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.numbers.marks import currency_of_mark, number_by_sign, parted

MISSING = frozenset(("", "-", "--", "—", "n/a", "N/A", "null", "NULL"))
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


class CellInvalid(ValueError):
    """A cell that its column cannot take. `code` for machines, `reason` a translated sentence."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


# --- days and moments ---

_NUMERIC_DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WORDED_DAY = re.compile(
    r"(?:(\d{1,2})(?:\s+de)?\s+)?([^\W\d_]{3,10})\.?(?:\s+de)?(?:\s+(\d{1,2}))?,?\s+(\d{4})"
)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
)
_SPLIT = re.compile(r"(?<=\d)(?:T|,?\s+)(?=\d{1,2}:\d{2})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb fev fév", "mar mär", "apr abr avr", "may mai", "jun", "jul", "aug ago aoû",
         "sep set", "oct out okt", "nov", "dec dic dez déc"), 1,
    )
    for name in names.split()
}  # fmt: skip


def read_day(text: str, order: str) -> date:
    """A day written as `order` (ymd, dmy or mdy) says; years first and month names need no order."""
    parts = day_parts(text)
    if parts is None:
        raise CellInvalid("not_a_date", _("“%(text)s” is not a date.") % {"text": text})
    first, second, third, worded = parts
    if worded or first > 31:
        year, month, day = first, second, third
    elif order == "mdy":
        year, month, day = third, first, second
    elif order == "dmy":
        year, month, day = third, second, first
    else:
        raise CellInvalid(
            "not_a_date", _("“%(text)s” does not begin with the year.") % {"text": text}
        )
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellInvalid(
            "no_such_day", _("“%(text)s” is no day of the calendar.") % {"text": text}
        ) from None
    if not EARLIEST <= found <= LATEST:
        raise CellInvalid(
            "date_out_of_range", _("“%(text)s” is too far from today.") % {"text": text}
        )
    return found


def day_parts(text: str) -> tuple[int, int, int, bool] | None:
    """Three numbers as written, and whether they are (year, month, day) beyond doubt. Or None."""
    if match := _NUMERIC_DAY.fullmatch(text):
        first, third = match[1], match[4]
        if len(first) == 4 and len(third) <= 2:
            return int(first), int(match[3]), int(third), True
        if len(first) <= 2 and len(third) == 4:
            return int(first), int(match[3]), int(third), False
        return None
    if match := _COMPACT_DAY.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3]), True
    if match := _WORDED_DAY.fullmatch(text):
        month = _MONTHS.get(match[2][:3].casefold())
        day = match[1] or match[3]
        if month and day and not (match[1] and match[3]):
            return int(match[4]), month, int(day), True
    return None


def day_of(text: str) -> str:
    """The part of a cell that names the day; a time after it is left out."""
    return _SPLIT.split(text.strip(), maxsplit=1)[0]


def read_moment(text: str, order: str, zone: ZoneInfo) -> tuple[datetime | None, date | None]:
    """An instant, or (None, day) if the cell names no time. A time without offset is the zone's."""
    written, *times = _SPLIT.split(text, maxsplit=1)
    day = read_day(written, order)
    if not times:
        return None, day
    match = _TIME.fullmatch(times[0].strip())
    if match is None:
        raise CellInvalid("not_a_time", _("“%(text)s” has no readable time.") % {"text": text})
    hour, minute, second, fraction, half, offset = match.groups()
    number = int(hour)
    if half:
        number = number % 12 + (12 if half in "Pp" else 0)
    try:
        clock = time(number, int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")))
    except ValueError:
        raise CellInvalid(
            "not_a_time", _("“%(text)s” is no time of the day.") % {"text": text}
        ) from None
    naive = datetime.combine(day, clock)
    if offset:
        plain = "+00:00" if offset in ("Z", "UTC") else offset
        return datetime.fromisoformat(f"{naive.isoformat()}{plain}"), None
    return naive.replace(tzinfo=zone), None


#: A moment whose text PostgreSQL takes as it is, once its zone's offset stands behind it.
PLAIN_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d", re.ASCII)


def is_even_day(moment: datetime) -> bool:
    """The zone's offset is the same all through the day of this moment: no clock is changed."""
    first = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return first.utcoffset() == moment.replace(hour=23, minute=59, second=59).utcoffset()


def read_month(text: str) -> tuple[date, date]:
    """The first and last day of a month written 2017-06, 06/2017, 201706 or 'Jun 2017'."""
    if match := re.fullmatch(r"(\d{4})[-/.]?(\d{2})(?:[-/.]01)?", text):
        year, month = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
        year, month = int(match[2]), int(match[1])
    elif match := re.fullmatch(r"([^\W\d_]{3,10})\.?(?:\s+de)?,?\s+(\d{4})", text):
        year, month = int(match[2]), _MONTHS.get(match[1][:3].casefold(), 0)
    else:
        year, month = 0, 0
    if not (1 <= month <= 12 and EARLIEST.year <= year <= LATEST.year):
        raise CellInvalid("not_a_month", _("“%(text)s” is not a month.") % {"text": text})
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(following.toordinal() - 1)


# --- numbers ---


def read_number(text: str, decimal: str) -> tuple[Decimal, str | None]:
    """An exact number with `decimal` as its decimal sign, and the currency written beside it."""
    parts = parted(text)
    if parts is None:
        raise CellInvalid("not_a_number", _("“%(text)s” is not a number.") % {"text": text})
    is_negative, digits, mark = parts
    value = number_by_sign(digits, decimal)
    if value is None:
        raise CellInvalid(
            "not_a_number",
            _("“%(text)s” is not a number whose decimal sign is “%(decimal)s”.")
            % {"text": text, "decimal": decimal},
        )
    return (-value if is_negative else value), currency_of_mark(mark) if mark else None


def whole(value: Decimal, text: str) -> int:
    if value != int(value):
        raise CellInvalid("not_whole", _("“%(text)s” is not a whole number.") % {"text": text})
    return int(value)


def not_negative(value: Decimal, text: str) -> Decimal:
    if value < 0:
        raise CellInvalid("negative", _("“%(text)s” is negative.") % {"text": text})
    return value


# --- text for COPY ---

NULL = r"\N"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def copy_text(text: str) -> str:
    """The text as COPY's text format writes it."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], text)


class Memo(dict[Any, str]):
    """Remembers what a reader made of a cell: dates, channels, campaigns come again and again.

    Once it is full it keeps what it has: a column of ever new cells must not cost it that.
    """

    __slots__ = ("read",)
    LIMIT = 20_000

    def __init__(self, read: Callable[[Any], str]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: Any) -> str:
        made = self.read(cell)
        if len(self) < self.LIMIT:
            self[cell] = made
        return made
