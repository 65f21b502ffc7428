"""Opening a file for import: its mapping, completed by what the file proves and the client states.

1. Find the header; make the mapping from the preset, or check the given one against the header.
2. Ask the file for the order of its dates and its decimal sign; refuse what it leaves open.
3. Make the reader of its rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from campaigns.imports.cells import CellFault
from campaigns.imports.columns import (
    Column,
    CountColumn,
    DayColumn,
    MomentColumn,
    NumberColumn,
    Terms,
)
from campaigns.imports.detection import DateEvidence, DecimalEvidence
from campaigns.imports.errors import FileRefused, MappingInvalid
from campaigns.imports.kinds import DAILY_MEASURES, KINDS, Kind
from campaigns.imports.mapping import FileMapping, fold
from campaigns.imports.period_above import with_period_above
from campaigns.imports.presets import preset_named
from campaigns.imports.rows import RowReader
from campaigns.imports.tables import Table, open_table
from campaigns.imports.verdicts import Judge
from campaigns.models.batches import Family

SAMPLE_ROWS = 2_000


@dataclass(frozen=True)
class StoredFile:
    """A file that `inspection` has passed: where it lies, what its sender calls it, its encoding.

    sheet: which one of a workbook's `sheets` it was; the CSV that was made of it is ours.
    """

    path: Path
    name: str
    encoding: str
    sheet: str | None = None
    sheets: tuple[str, ...] = ()

    def fitted(self, wanted: FileMapping) -> FileMapping:
        """The mapping with the form that this file has beyond doubt."""
        if self.sheet is None:
            return wanted
        return wanted.with_(sheet=self.sheet, encoding="utf-8", delimiter=",")


@dataclass(frozen=True)
class ClientTerms:
    """What a file leaves unsaid is the client's: its currency and its time zone."""

    currency: str
    time_zone: str


@dataclass
class Reading:
    """A file being read: `mapping` is complete, `judge` answers for each row."""

    table: Table
    kind: Kind
    mapping: FileMapping
    reader: RowReader
    judge: Judge


@contextmanager
def open_reading(file: StoredFile, wanted: FileMapping, client: ClientTerms) -> Iterator[Reading]:
    wanted = file.fitted(wanted)
    encoding = wanted.encoding or file.encoding
    with _open(file, encoding, wanted) as table:
        mapping = complete_mapping(table, wanted, file.name)
    mapping = mapping.with_(
        encoding=encoding,
        delimiter=table.delimiter,
        source=mapping.source or "file",
        period=mapping.period or "refuse",
        currency=mapping.currency or client.currency,
        time_zone=mapping.time_zone or client.time_zone,
    )
    kind = KINDS[mapping.kind]
    places = _places(mapping, table.headers, file.name)
    joins = _joins(mapping, table.headers, file.name)
    mapping = _proven(file, mapping, kind, places)
    terms = Terms(
        dates=mapping.dates or "ymd",
        decimal=mapping.decimal or ".",
        zone=ZoneInfo(mapping.time_zone or client.time_zone),
        currency=mapping.currency or client.currency,
    )
    try:
        reader = RowReader(kind, mapping, places, terms, joins)
    except CellFault as fault:
        raise _constant_refused(fault, file.name) from None
    with _open(file, encoding, mapping) as table:
        judge = Judge(reader, table.headers, file.name, file.sheet)
        yield Reading(table, kind, mapping, reader, judge)


def _constant_refused(fault: CellFault, name: str) -> FileRefused:
    """What is the same in every row is read before the first."""
    reason = _("%(file)s: “%(column)s” is to be “%(value)s” in every row. %(reason)s")
    column = fault.cell.column
    said = {"file": name, "column": column.label, "value": fault.text, "reason": fault.reason}
    return FileRefused(fault.code, reason % said, file=name, column=column.key, value=fault.text)


@contextmanager
def _open(file: StoredFile, encoding: str, wanted: FileMapping) -> Iterator[Table]:
    known = known_headers(wanted)
    with open_table(file.path, file.name, encoding, wanted.delimiter, known) as table:
        yield table


def known_headers(wanted: FileMapping) -> set[str]:
    """Folded names of which the header of the file must have some."""
    preset = preset_named(wanted.preset).known_headers if wanted.preset else set()
    return preset | {fold(each.column) for each in wanted.columns.values() if each.column}


def complete_mapping(table: Table, wanted: FileMapping, name: str) -> FileMapping:
    """The mapping for this header, with its family; refused if the kind's key columns are missing."""
    mapping = wanted
    if wanted.preset:
        preset = preset_named(wanted.preset)
        if preset.kind != wanted.kind:
            raise MappingInvalid(
                "mapping_invalid",
                _("The preset “%(preset)s” is for %(kind)s.")
                % {"preset": preset.key, "kind": preset.kind},
                {"path": "preset"},
            )
        mapping = wanted.over(preset.mapping_for(table.headers, name, set(wanted.columns)))
        if preset.has_period_above and not {"day", "starts", "ends"} & set(mapping.columns):
            mapping = with_period_above(mapping, table.preamble, name)
    kind = KINDS[mapping.kind]
    if strangers := set(mapping.columns) - set(kind.by_key):
        target = sorted(strangers)[0]
        raise MappingInvalid(
            "mapping_invalid",
            _("“%(target)s” is no column of %(kind)s; there are: %(targets)s.")
            % {"target": target, "kind": kind.key, "targets": ", ".join(kind.by_key)},
            {"path": f"columns.{target}"},
        )
    for group in kind.needs:
        if not set(group) & set(mapping.columns):
            raise FileRefused(
                "missing_column",
                _("%(file)s: no column says “%(target)s”, which every file of %(kind)s needs.")
                % {"file": name, "target": kind.column(group[0]).label, "kind": kind.label},
                file=name, column=group[0],
            )  # fmt: skip
    columns = dict(mapping.columns)
    if "month" in columns:
        columns = {
            key: each for key, each in columns.items() if key not in ("starts", "ends", "day")
        }
    return mapping.with_(columns=columns, family=_family(kind, mapping, name))


def _family(kind: Kind, mapping: FileMapping, name: str) -> str | None:
    """Which family daily facts are of: that of their measures, which must all be of one."""
    if kind.key != "daily":
        return None
    found = {
        family: sorted({column.key for column in columns} & set(mapping.columns))
        for family, columns in DAILY_MEASURES.items()
    }
    mapped = {family: keys for family, keys in found.items() if keys}
    if len(mapped) > 1 or (mapping.family and mapping.family not in mapped):
        shown = "; ".join(
            f"{Family(family).label}: {', '.join(keys)}" for family, keys in mapped.items()
        )
        raise FileRefused(
            "mixed_families",
            _("%(file)s mixes figures of several families (%(families)s). Map one of them at a time.")
            % {"file": name, "families": shown},
            file=name,
        )  # fmt: skip
    return next(iter(mapped))


def _places(mapping: FileMapping, headers: Sequence[str], name: str) -> dict[str, int]:
    """Target → index in the row. A column that is not there, or there twice, is refused."""
    folded = [fold(header) for header in headers]
    return {
        target: _place(source.column, folded, headers, name)
        for target, source in mapping.columns.items()
        if source.column is not None
    }


def _joins(mapping: FileMapping, headers: Sequence[str], name: str) -> dict[str, int]:
    """Target → index of the column that follows it in the same text."""
    folded = [fold(header) for header in headers]
    return {
        target: _place(source.joined, folded, headers, name)
        for target, source in mapping.columns.items()
        if source.joined is not None
    }


def _place(column: str, folded: list[str], headers: Sequence[str], name: str) -> int:
    header = fold(column)
    if folded.count(header) != 1:
        sentence = (
            _("%(file)s has no column “%(column)s”. It has: %(headers)s.")
            if header not in folded
            else _("%(file)s has the column “%(column)s” more than once: %(headers)s.")
        )
        raise FileRefused(
            "missing_column" if header not in folded else "column_twice",
            sentence % {"file": name, "column": column, "headers": ", ".join(headers)[:300]},
            file=name, column=column,
        )  # fmt: skip
    return folded.index(header)


def _proven(
    file: StoredFile, mapping: FileMapping, kind: Kind, places: dict[str, int]
) -> FileMapping:
    """The mapping with the order of dates and the decimal sign that the file's own cells prove.

    A sample is enough once it proves something; what it leaves open is looked for in the whole file.
    """
    columns = [(kind.column(target), place) for target, place in places.items()]
    tabled = {target for target, each in mapping.columns.items() if each.values is not None}
    dated = _of(columns, (DayColumn, MomentColumn), tabled) if mapping.dates is None else []
    counted = _of(columns, (NumberColumn, CountColumn), tabled) if mapping.decimal is None else []
    if not dated and not counted:
        return mapping
    dates, decimals = DateEvidence(), DecimalEvidence()
    with _open(file, mapping.encoding or file.encoding, mapping) as table:
        _gather(islice(table, SAMPLE_ROWS), dated, counted, dates, decimals)
        while (is_dating := dates.is_open) or (counted and decimals.is_open):
            more = list(islice(table, SAMPLE_ROWS))
            if not more:
                break
            _gather(more, dated if is_dating else [], counted, dates, decimals)
    if dated and dates.order is None:
        raise _ambiguous_dates(file.name, dated[0][0], dates)
    if counted and decimals.sign is None:
        raise _ambiguous_decimal(file.name, decimals)
    return mapping.with_(
        dates=mapping.dates or (dates.order if dated else None),
        decimal=mapping.decimal or (decimals.sign if counted else None),
    )


def _of(
    columns: Sequence[tuple[Column, int]], kinds: tuple[type, ...], but: set[str]
) -> list[tuple[Column, int]]:
    return [each for each in columns if isinstance(each[0], kinds) and each[0].key not in but]


def _gather(
    rows: Iterable[tuple[int, list[str]]],
    dated: Sequence[tuple[Column, int]],
    counted: Sequence[tuple[Column, int]],
    dates: DateEvidence,
    decimals: DecimalEvidence,
) -> None:
    days = [place for _column, place in dated]
    figures = [(place, isinstance(column, CountColumn)) for column, place in counted]
    width = max((place for place in (*days, *(place for place, _is in figures))), default=0)
    for _line, row in rows:
        if len(row) <= width:
            continue
        for place in days:
            dates.add(row[place])
        for place, is_whole in figures:
            if not row[place].isdigit():  # most are, and they prove nothing
                decimals.add(row[place], is_whole)


def _ambiguous_dates(name: str, column: Column, dates: DateEvidence) -> FileRefused:
    sentence = (
        _("%(file)s: the dates, like “%(value)s”, may begin with the day or with the month."
          " Say which: “dates” is dmy or mdy.")
        if dates.example
        else _("%(file)s: some dates begin with the day and others with the month. Export them in one form.")
    )  # fmt: skip
    return FileRefused(
        "ambiguous_dates", sentence % {"file": name, "value": dates.example},
        file=name, column=column.key, value=dates.example, choices=["dmy", "mdy"],
    )  # fmt: skip


def _ambiguous_decimal(name: str, decimals: DecimalEvidence) -> FileRefused:
    return FileRefused(
        "ambiguous_decimal",
        _("%(file)s: “%(value)s” may be a thousand or a fraction. Say which sign parts decimals:"
          " “decimal” is . or ,")
        % {"file": name, "value": decimals.open},
        file=name, value=decimals.open, choices=[".", ","],
    )  # fmt: skip
