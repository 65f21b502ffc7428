"""The period that stands above a table without a column of days, as GA4 writes it in its comments."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused
from campaigns.imports.mapping import FileMapping, Source

_DATED = re.compile(r"#.*:\s*(\d{4})(\d{2})(\d{2})\s*")


def with_period_above(
    mapping: FileMapping, preamble: Sequence[Sequence[str]], name: str
) -> FileMapping:
    """The mapping with the first and last day that the comments state, if it says what to do with them.

    Otherwise the file is refused, with the choices and, if they are known, the days.
    """
    found = period_in(preamble)
    if found and mapping.period in ("spread", "last_day"):
        first, last = found
        stated = {"starts": Source(constant=first), "ends": Source(constant=last)}
        return mapping.with_(columns={**mapping.columns, **stated})
    sentence = _(
        "%(file)s has no column with the day of each row: its figures are of a whole period. Add the"
        " dimension “Date” to the report and export it again, or say which days they cover and what to"
        " do with them: “spread” divides them by day, “last_day” keeps them on the last one."
    )
    raise FileRefused(
        "period_unstated", sentence % {"file": name}, file=name, column="day",
        choices=["spread", "last_day"],
        starts=found[0] if found else None, ends=found[1] if found else None,
    )  # fmt: skip


def period_in(preamble: Sequence[Sequence[str]]) -> tuple[str, str] | None:
    """The days of the two comments that end in one; in whatever language they say so."""
    days = [
        "-".join(match.groups())
        for row in preamble
        if row and (match := _DATED.fullmatch(row[0].strip()))
    ]
    return (days[0], days[1]) if len(days) == 2 and days[0] <= days[1] else None
