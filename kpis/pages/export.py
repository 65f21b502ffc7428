"""Numbers as CSV: exactly what a page shows, with exact values, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from kpis.calculate import Value
from kpis.formats import MONEY_UNITS, csv_safe, exact_unit_text
from kpis.question import Answer, Row

BOM = "\ufeff"  # spreadsheets take a CSV without it for another encoding


def csv_of(reply: Answer) -> str:
    """One line per bucket and split value. Per KPI: value, the compared value, reason and state.

    Then what is missing in any of them; with an as-of moment, the moment that each KPI is read as of.
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
        kpi = reply.kpis[key]
        name = f"{key} ({reply.currency})" if kpi.unit in MONEY_UNITS else key
        yield from (name, f"{key} reason", f"{key} state")
        if reply.question.as_of:
            yield f"{key} as of"
        if reply.question.compare:
            yield f"{key} compared"
    if reply.question.compare:
        yield from ("compared from", "compared to")
    yield "missing"


def _cells(reply: Answer, row: Row) -> Iterator[object]:
    yield from (row.bucket.first.isoformat(), row.bucket.last.isoformat())
    if reply.question.split:
        yield from (row.split or "", row.label or _("(not set)"))
    for key in reply.question.keys:
        value = row.values[key]
        yield from (_exact(key, value, reply), value.reason or "", value.state)
        if reply.question.as_of:
            yield _as_of(reply, key, row)
        if reply.question.compare:
            yield _exact(key, row.previous[key], reply) if row.previous else ""
    if reply.question.compare:
        yield from _days_compared(row)
    yield "; ".join(_missing(row))


def _as_of(reply: Answer, key: str, row: Row) -> str:
    """The asked moment, or that of the snapshot where some day was not closed by then."""
    asked = reply.question.as_of
    if asked is not None and key in row.read_back:
        return asked.text
    return reply.as_of.isoformat() if reply.as_of else ""


def _missing(row: Row) -> Iterator[str]:
    """The gaps behind any value of the row, as in the API: family, source, first and last day."""
    gaps = {gap: None for value in row.values.values() for gap in value.missing}
    for gap in sorted(gaps, key=lambda gap: (gap.family, gap.source, gap.first, gap.last)):
        source = f" {gap.source}" if gap.source else ""
        yield f"{gap.family}{source} {gap.first.isoformat()}/{gap.last.isoformat()}"


def _exact(key: str, value: Value, reply: Answer) -> str:
    return exact_unit_text(value.value, reply.kpis[key].unit, reply.currency) or ""


def _days_compared(row: Row) -> Iterable[str]:
    if row.previous_bucket is None:
        return ("", "")
    return (row.previous_bucket.first.isoformat(), row.previous_bucket.last.isoformat())
