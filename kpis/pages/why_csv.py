"""An explanation as CSV: exact values, and no cell that runs as a formula."""

import csv
import io
from collections.abc import Iterator, Mapping

from kpis.catalogue import Kpi
from kpis.explaining.shapes import Explanation
from kpis.formats import csv_safe, exact_text
from kpis.pages.export import BOM
from kpis.pages.why_names import formula_names, row_name

HEAD = (
    "kpi", "by", "kind", "key", "name", "before", "after", "share before", "share after",
    "mix", "rate", "effect",
)  # fmt: skip


def why_csv_of(found: Explanation, book: Mapping[str, Kpi]) -> str:
    """One line per part and one for the whole, whose effect is the change they add up to."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for cells in _lines(found, book):
        writer.writerow([csv_safe(cell) for cell in cells])
    return out.getvalue()


def _lines(found: Explanation, book: Mapping[str, Kpi]) -> Iterator[list[object]]:
    names = formula_names(book, found.reply.parameters)
    for row in found.rows:
        numbers = (
            row.before, row.after, row.share_before, row.share_after, row.mix, row.rate, row.effect
        )  # fmt: skip
        yield [
            found.kpi.key, found.by, row.kind, row.key, row_name(found, row, names),
            *(exact_text(number) for number in numbers),
        ]  # fmt: skip
    whole = [found.before, found.after, None, None, None, None, found.change]
    yield [
        found.kpi.key, found.by, "whole", "", str(found.kpi.name),
        *(exact_text(number) for number in whole),
    ]  # fmt: skip
