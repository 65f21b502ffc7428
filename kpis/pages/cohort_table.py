"""The cohort table as a reader sees it: a line per month of first sales, a column per month since.

Pure view models; also the table to take away.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from kpis.formats import axis_label, csv_safe, exact_text, exact_unit_text, format_number
from kpis.pages.reader import Reader
from kpis.value.cohorts import Cohort, month_after

#: What the cells show.
SHOWN = {
    "value": _("Value per customer"),
    "active": _("Customers who bought"),
}
MOST_SHOWN = 24  # cohorts and ages on the page; the file has all
SHADES = 8
#: From here on the minor units of money are noise in a cell.
MUCH = 1000


@dataclass(frozen=True)
class HeatCell:
    """A figure and how strongly it is shaded, 0 to SHADES."""

    text: str
    exact: str
    shade: int


@dataclass(frozen=True)
class CohortLine:
    month: str
    customers: str
    cells: tuple[HeatCell | None, ...]  # None: that age is not reached


@dataclass(frozen=True)
class CohortTable:
    shown: str
    ages: tuple[int, ...]
    lines: tuple[CohortLine, ...]
    unit: str
    hidden: int  # older cohorts that are only in the file


def cohort_table(cohorts: Sequence[Cohort], shown: str, reader: Reader) -> CohortTable:
    """The newest cohorts; `shown` is a key of SHOWN."""
    newest = list(cohorts[-MOST_SHOWN:])
    ages = range(min(max((len(each.cumulative) for each in newest), default=0), MOST_SHOWN))
    rows = [(each, [_figure(each, age, shown) for age in ages]) for each in newest]
    # Everybody bought in the month of the first sale: that says nothing, and would pale the rest.
    told = [
        figure
        for _cohort, figures in rows
        for age, figure in enumerate(figures)
        if figure is not None and not (shown == "active" and age == 0)
    ]
    low, top = min(told, default=Fraction(0)), max(told, default=Fraction(0))
    places = 0 if top >= MUCH else 2
    return CohortTable(
        shown,
        tuple(ages),
        tuple(
            CohortLine(
                axis_label("month", each.month, reader.locale, reader.rules),
                format_number(each.customers, 0, reader.locale),
                tuple(
                    None
                    if figure is None
                    else _cell(figure, age, shown, (low, top), places, reader)
                    for age, figure in enumerate(figures)
                ),
            )
            for each, figures in rows
        ),
        "%" if shown == "active" else reader.unit_sign("money"),
        len(cohorts) - len(newest),
    )


def _figure(cohort: Cohort, age: int, shown: str) -> Fraction | None:
    return cohort.share_active(age) if shown == "active" else cohort.per_customer(age)


def _cell(
    figure: Fraction,
    age: int,
    shown: str,
    between: tuple[Fraction, Fraction],
    places: int,
    reader: Reader,
) -> HeatCell:
    if shown == "active":
        text = format_number(figure * 100, 1, reader.locale)
    else:
        text = format_number(figure, places, reader.locale)
    is_shaded = not (shown == "active" and age == 0)
    return HeatCell(text, exact_text(figure) or "", _shade(figure, *between) if is_shaded else 0)


def _shade(figure: Fraction, low: Fraction, top: Fraction) -> int:
    """1 for the least to SHADES for the most; 0 where nothing was left, or nothing differs."""
    if figure <= 0 or low >= top:
        return 0
    return 1 + min(int((figure - low) / (top - low) * SHADES), SHADES - 1)


def cohort_csv(cohorts: Sequence[Cohort], currency: str) -> str:
    """A line per cohort and age, with exact values; ages that are not reached are not there."""
    out = io.StringIO()
    out.write("\ufeff")  # spreadsheets take a CSV without it for another encoding
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ["cohort", "customers", "age", "month", f"value ({currency})",
         f"value per customer ({currency})", "active", "active share"]
    )  # fmt: skip
    for each in cohorts:
        for age, value in enumerate(each.cumulative):
            cells = [
                f"{each.month:%Y-%m}",
                each.customers,
                age,
                f"{month_after(each.month, age):%Y-%m}",
                exact_unit_text(value, "money", currency),
                exact_unit_text(each.per_customer(age), "money", currency),
                each.active[age],
                exact_text(each.share_active(age)),
            ]
            writer.writerow([csv_safe(cell) for cell in cells])
    return out.getvalue()
