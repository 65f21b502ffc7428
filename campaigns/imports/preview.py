"""What an import would make of a file, row by row, before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from accounts.errors import DomainError
from campaigns.imports.errors import Problem, RowRefused
from campaigns.imports.headers import names_of
from campaigns.imports.kinds import KINDS
from campaigns.imports.mapping import FileMapping, Source
from campaigns.imports.presets import PRESETS
from campaigns.imports.reading import (
    ClientTerms,
    Reading,
    StoredFile,
    known_headers,
    open_reading,
)
from campaigns.imports.seen import Fault, Seen, SeenText
from campaigns.imports.tables import open_table

SHOWN_ROWS = 50
READ_ROWS = 20_000
SHOWN_EXAMPLES = 3


@dataclass(frozen=True)
class RowVerdict:
    """One row of the file: `line` counts from 1; skipped rows (totals, comments) are no rows at all."""

    line: int
    state: Literal["good", "bad", "skipped"]
    cells: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Preview:
    """The first rows with their verdicts, and counts over the rows read.

    refusal: why the file as a whole cannot be imported with this mapping (headers may be known still).
    mapping: complete, with what was detected; None if it could not be made.
    sheets: of a workbook, if it has several.
    draft: without a complete mapping, what is known of it, for a form to begin with.
    texts: per target with codes, what its column says. faults: per column as the file names it.
    examples: per column of the file, some of its texts.
    is_whole_file: the counts are of all its rows, not only of the first READ_ROWS.
    """

    file_name: str
    headers: tuple[str, ...] = ()
    header_line: int = 0
    mapping: FileMapping | None = None
    rows: tuple[RowVerdict, ...] = ()
    bad_rows: tuple[RowVerdict, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    skipped_lines: dict[str, list[int]] = field(default_factory=dict)
    is_whole_file: bool = True
    refusal: DomainError | None = None
    sheets: tuple[str, ...] = ()
    draft: FileMapping | None = None
    texts: Mapping[str, tuple[SeenText, ...]] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def preview(
    file: StoredFile,
    wanted: FileMapping,
    client: ClientTerms,
    shown: int = SHOWN_ROWS,
    read: int = READ_ROWS,
) -> Preview:
    """A Preview; what is wrong with the file is in it and not raised."""
    try:
        with open_reading(file, wanted, client) as reading:
            found = _look(reading, file.name, shown, read)
    except DomainError as refusal:
        headers, examples = headers_of(file, wanted)
        found = Preview(
            file.name, headers=headers, refusal=refusal, examples=examples,
            draft=_draft(wanted, headers, refusal),
        )  # fmt: skip
    return replace(found, sheets=file.sheets)


def _draft(
    wanted: FileMapping, headers: tuple[str, ...], refusal: DomainError
) -> FileMapping | None:
    """The mapping with what its preset finds, and with the days that the file states above its table."""
    if not headers:
        return None
    preset = PRESETS.get(wanted.preset or "")
    draft = wanted
    if preset is not None:
        columns = {**preset.found(headers), **wanted.columns}
        source = wanted.source or preset.source
        draft = wanted.with_(columns=columns, source=source, family=wanted.family or preset.family)
    if refusal.data.get("starts"):
        days = {key: Source(constant=refusal.data[key]) for key in ("starts", "ends")}
        draft = draft.with_(columns={**draft.columns, **days})
    return draft


def headers_of(
    file: StoredFile, wanted: FileMapping
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The header as far as it can be found, for a form that maps its columns, and some texts of each."""
    aliases = {
        name for column in KINDS[wanted.kind].columns for name in names_of(wanted.kind, column.key)
    }
    wanted = file.fitted(wanted)
    try:
        known = known_headers(wanted) | aliases
        encoding = wanted.encoding or file.encoding
        with open_table(file.path, file.name, encoding, wanted.delimiter, known) as table:
            rows = [row for _line, row in islice(table, SHOWN_EXAMPLES * 3)]
            return table.headers, _examples(table.headers, rows)
    except DomainError:
        return (), {}


def _examples(
    headers: tuple[str, ...], rows: Sequence[Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Per column its first texts that differ."""
    found = {}
    for index, header in enumerate(headers):
        texts = [row[index].strip()[:40] for row in rows if index < len(row) and row[index].strip()]
        found[header] = tuple(dict.fromkeys(texts))[:SHOWN_EXAMPLES]
    return found


def _look(reading: Reading, name: str, shown: int, read: int) -> Preview:
    rows: list[RowVerdict] = []
    bad: list[RowVerdict] = []
    counts = {"rows": 0, "good": 0, "bad": 0}
    refusal: DomainError | None = None
    seen = Seen(reading.reader)
    is_whole = True
    try:
        for number, cells in reading.table:
            if counts["rows"] >= read:
                is_whole = False
                break
            verdict = _judge(reading, number, cells)
            if verdict.state != "skipped":
                seen.add(cells)
                seen.fail(number, verdict.problems)
                counts["rows"] += 1
                counts[verdict.state] += 1
            if len(rows) < shown and cells:
                rows.append(verdict)
            if verdict.state == "bad" and len(bad) < shown:
                bad.append(verdict)
    except DomainError as error:
        refusal = error
    skips = reading.judge.skips
    return Preview(
        file_name=name, headers=reading.table.headers, header_line=reading.table.header_line,
        mapping=reading.mapping, rows=tuple(rows), bad_rows=tuple(bad),
        counts=counts | skips.counts, skipped_lines=skips.lines,
        is_whole_file=is_whole, refusal=refusal, texts=seen.texts(), faults=seen.faults,
        examples=_examples(reading.table.headers, [row.cells for row in rows]),
    )  # fmt: skip


def _judge(reading: Reading, number: int, cells: list[str]) -> RowVerdict:
    try:
        made = reading.judge.lines(number, cells)
    except RowRefused as refused:
        return RowVerdict(number, "bad", tuple(cells), refused.problems)
    return RowVerdict(number, "good" if made else "skipped", tuple(cells))
