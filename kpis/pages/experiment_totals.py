"""Totals of a test before they are taken, and as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpis.formats import UNDEFINED, csv_safe
from kpis.models import ExperimentVariant
from kpis.pages.export import BOM
from kpis.pages.reader import Reader
from kpis.trials.course import TestDay
from kpis.trials.files import Fault, ReadTotals

SHOWN_FAULTS, SHOWN_LINES = 20, 200


@dataclass(frozen=True)
class ReadLine:
    day: str
    variant: str
    visitors: str
    conversions: str
    qualified: str


@dataclass(frozen=True)
class ReadPage:
    """A table as it was understood. `more`: faults beyond those shown."""

    lines: tuple[ReadLine, ...]
    sums: tuple[ReadLine, ...]
    left_out: int
    faults: tuple[Fault, ...]
    more: int
    columns: tuple[tuple[str, str], ...]


def read_page(found: ReadTotals, variants: Sequence[ExperimentVariant], reader: Reader) -> ReadPage:
    """The first lines, the sum of each variant, and what could not be read."""
    names = {variant.place: variant.name for variant in variants}
    rows = sorted(found.counts.items(), key=lambda each: (each[0][1], each[0][0]))

    def number(count: int | None) -> str:
        return UNDEFINED if count is None else reader.number(count, "count")

    lines = [
        ReadLine(
            reader.day(day), names[place], *map(number, (a.visitors, a.conversions, a.qualified))
        )
        for (place, day), a in rows[:SHOWN_LINES]
    ]
    sums = []
    for place, name in names.items():
        arms = [arm for (of, _day), arm in rows if of == place]
        if arms:
            known = [arm.qualified for arm in arms if arm.qualified is not None]
            visitors, conversions = (
                sum(a.visitors for a in arms),
                sum(a.conversions for a in arms),
            )
            qualified = number(sum(known) if known else None)
            sums.append(ReadLine("", name, number(visitors), number(conversions), qualified))
    return ReadPage(
        tuple(lines),
        tuple(sums),
        found.left_out,
        found.faults[:SHOWN_FAULTS],
        max(0, len(found.faults) - SHOWN_FAULTS),
        tuple(found.columns.items()),
    )


def totals_csv(days: Iterable[TestDay], variants: Sequence[ExperimentVariant]) -> str:
    """ISO days and plain whole numbers; an unknown count is empty."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["day", "variant", "visitors", "conversions", "qualified"])
    for each in days:
        for variant, arm in zip(variants, each.arms, strict=True):
            if arm.visitors:
                counts = [arm.visitors, arm.conversions, arm.qualified]
                cells = ["" if count is None else str(count) for count in counts]
                writer.writerow([each.day.isoformat(), csv_safe(variant.name), *cells])
    return out.getvalue()
