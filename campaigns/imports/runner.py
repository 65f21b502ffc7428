"""One batch, inside its transaction: the file streams into a temporary table and becomes facts.

1. Read, judge and copy row by row: memory stays flat however long the file is.
2. Refuse the batch if a row is bad, or keep the bad rows aside if it was asked so.
3. Write the facts set-wise, move the source's completeness, and count.
"""

import tempfile
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused, RowRefused
from campaigns.imports.mapping import FileMapping
from campaigns.imports.reading import ClientTerms, Reading, StoredFile, open_reading
from campaigns.imports.refusals import MOST_SHOWN, BadRows, RowsRefused, keep_refused
from campaigns.imports.writing.facts import Outcome, write_facts
from campaigns.imports.writing.grain import refuse_other_grain
from campaigns.imports.writing.keeping import PackedLines
from campaigns.imports.writing.staging import STAGED, copying, make_staging
from campaigns.progress import ProgressReport

_REPORT_EVERY = 2_000


def run(
    file: StoredFile,
    mapping: FileMapping,
    client: ClientTerms,
    about: dict[str, Any],
    without_bad_rows: bool,
    report: ProgressReport,
) -> tuple[Outcome, FileMapping]:
    """Import the file. about: agency, client and batch ids. Raises DomainError, having written nothing
    that the caller's transaction does not take back."""
    with open_reading(file, mapping, client) as reading:
        make_staging(reading.kind)
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as kept,
            PackedLines() as packed,
        ):
            bad = BadRows(kept)
            fields = _copy(reading, bad, packed, without_bad_rows, report)
            keep_refused(bad, about)
            packed.keep(about, fields)
    # Rows that leave their currency blank are in the one that the others name.
    mapping = reading.mapping.with_(currency=reading.reader.terms.currency)
    about = about | terms_of(mapping)
    if mapping.kind == "daily":
        refuse_other_grain(set(mapping.columns), about, file.name)
    report.writing()
    outcome = write_facts(mapping.kind, set(mapping.columns), about)
    if not outcome.counts["rows"]:
        raise FileRefused(
            "no_rows", _("%(file)s has no row that can be imported.") % {"file": file.name},
            file=file.name,
        )  # fmt: skip
    outcome.counts |= {"refused": bad.count, **reading.judge.skips.counts}
    for why, lines in reading.judge.skips.lines.items():
        if why != "blank":
            outcome.notes.append(
                {"code": f"skipped_{why}", "count": reading.judge.skips.counts[why], "lines": lines}
            )
    return outcome, mapping


def terms_of(mapping: FileMapping) -> dict[str, Any]:
    """What a complete mapping tells the writers."""
    return {
        "source": mapping.source,
        "tz": mapping.time_zone,
        "currency": mapping.currency,
        "family": mapping.family,
        "platform": mapping.source if mapping.family == "ads" else "",
    }


def _copy(
    reading: Reading,
    bad: BadRows,
    packed: PackedLines,
    without_bad_rows: bool,
    report: ProgressReport,
) -> list[str]:
    """The fields that were copied."""
    judge: Callable[[int, list[str]], str] = reading.judge.lines
    fields = [name for name, _sql in reading.reader.fields]
    table, done, next_report = reading.table, 0, 0
    with copying(STAGED, fields, packed.add) as copier:
        add = copier.add
        for number, row in table:
            try:
                lines = judge(number, row)
            except RowRefused as refused:
                bad.add(refused)
                if bad.count >= MOST_SHOWN and not without_bad_rows:
                    raise RowsRefused(table.name, bad, is_all=False) from None
                continue
            if lines:
                add(lines)
            done += 1
            if done >= next_report:
                next_report = done + _REPORT_EVERY
                report.read(done, table.bytes_read)
    if bad.count and not without_bad_rows:
        raise RowsRefused(table.name, bad, is_all=True)
    return fields
