"""Numbers as CSV: exactly what a page shows, with exact values, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from kpis.calculate import Value
from kpis.catalogue import KPIS
from kpis.formats import MONEY_UNITS, csv_safe, exact_unit_text
from kpis.question import Answer, Row

BOM = "\ufeff"  # spreadsheets take a CSV without it for another encoding


def csv_of(reply: Answer) -> str:
    """One line per bucket and split value. Per KPI: value, the compared value, reason and state.

    Decimal points and ISO dates whatever the language; unknown is an empty cell with its reason.
    """
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([csv_safe(cell) for cell in _head(reply)])
    for row in reply.rows:
        writer.writerow([csv_safe(cell) for cell in _cells(reply, row)])
    return out.getvalue()


def _head(reply: Answer) -> Iterator[str]:
    yield from ("from", "to")
    if reply.question.split:
        yield from (reply.question.split, "label")
    for key in reply.question.keys:
        kpi = KPIS[key]
        name = f"{key} ({reply.currency})" if kpi.unit in MONEY_UNITS else key
        yield from (name, f"{key} reason", f"{key} state")
        if reply.question.compare:
            yield f"{key} compared"
    if reply.question.compare:
        yield from ("compared from", "compared to")


def _cells(reply: Answer, row: Row) -> Iterator[object]:
    yield from (row.bucket.first.isoformat(), row.bucket.last.isoformat())
    if reply.question.split:
        yield from (row.split or "", row.label or _("(not set)"))
    for key in reply.question.keys:
        value = row.values[key]
        yield from (_exact(key, value, reply), value.reason or "", value.state)
        if reply.question.compare:
            yield _exact(key, row.previous[key], reply) if row.previous else ""
    if reply.question.compare:
        yield from _days_compared(row)


def _exact(key: str, value: Value, reply: Answer) -> str:
    return exact_unit_text(value.value, KPIS[key].unit, reply.currency) or ""


def _days_compared(row: Row) -> Iterable[str]:
    if row.previous_bucket is None:
        return ("", "")
    return (row.previous_bucket.first.isoformat(), row.previous_bucket.last.isoformat())
