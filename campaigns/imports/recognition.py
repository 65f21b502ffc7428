"""Which way of reading a file its header calls for: one that was saved, or a tool's preset."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from campaigns.imports.detection import PREAMBLE_LINES
from campaigns.imports.kinds import KINDS
from campaigns.imports.mapping import FileMapping, fold, mapping_from_json
from campaigns.imports.presets import PRESETS, presets_fitting
from campaigns.imports.reading import StoredFile
from campaigns.imports.tables import rows_of_file


def recognised(file: StoredFile, saved: Iterable[Mapping[str, Any]]) -> FileMapping | None:
    """The mapping to begin with, by the file's first rows; None if nothing fits.

    A saved mapping all of whose columns are there goes first, the one with the most; then a tool's
    preset; then the preset for any table that finds what its kind needs, and the most columns.
    """
    rows = first_rows(file)
    own = [mapping_from_json(dict(each)) for each in saved]
    fits = [(fit_of(mapping, rows), place) for place, mapping in enumerate(own)]
    best, place = max(fits, default=(0, 0), key=lambda fit: (fit[0], -fit[1]))
    if best:
        return own[place]
    for row in sorted(rows, key=len, reverse=True):
        if tools := presets_fitting(row):
            return FileMapping(kind=tools[0].kind, preset=tools[0].key)
    kind = max(KINDS, key=lambda key: max((_generic_fit(key, row) for row in rows), default=0))
    if any(_generic_fit(kind, row) for row in rows):
        return FileMapping(kind=kind, preset=f"generic_{kind}")
    return None


def first_rows(file: StoredFile) -> list[list[str]]:
    """The rows among which the header is."""
    delimiter = "," if file.sheet is not None else None
    with rows_of_file(file.path, file.name, file.encoding, delimiter) as rows:
        return [row for _line, row in islice(rows, PREAMBLE_LINES) if any(row)]


def fit_of(mapping: FileMapping, rows: Sequence[Sequence[str]]) -> int:
    """How many of its columns a row names, if it names them all; else 0."""
    wanted = {fold(each.column) for each in mapping.columns.values() if each.column}
    named = any(wanted <= {fold(cell) for cell in row} for row in rows)
    return len(wanted) if wanted and named else 0


def _generic_fit(kind: str, row: Sequence[str]) -> int:
    preset = PRESETS[f"generic_{kind}"]
    if not preset.fit(row):
        return 0
    found = set(preset.found(row))
    return len(found) if all(set(group) & found for group in KINDS[kind].needs) else 0
