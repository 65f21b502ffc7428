"""A stored file as a table: its header, and its rows with the line each begins on, one at a time."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from campaigns.imports.detection import PREAMBLE_LINES, detect_delimiter, detect_header
from campaigns.imports.errors import FileRefused
from campaigns.imports.rates_file import refuse_exchange_rates

MOST_COLUMNS = 500
_CODECS = {
    "utf-8": "utf-8-sig",
    "cp1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}


@dataclass
class Table:
    """`headers` as written, below the `preamble`; `header_line` counts from 1; `bytes_read` is for a
    progress bar."""

    name: str
    headers: tuple[str, ...]
    header_line: int
    delimiter: str
    encoding: str
    raw: BinaryIO
    _rows: Iterator[tuple[int, list[str]]]
    preamble: tuple[list[str], ...] = ()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return self._rows

    @property
    def bytes_read(self) -> int:
        return self.raw.tell()


@contextmanager
def open_table(
    path: Path, name: str, encoding: str, delimiter: str | None, known: Iterable[str]
) -> Iterator[Table]:
    """Open the file behind its preamble. known: folded names, some of which its header must have."""
    first = _first_lines(path, encoding, name)
    refuse_exchange_rates(first, name)
    delimiter = delimiter or detect_delimiter(first)
    with path.open("rb") as raw, io.TextIOWrapper(raw, _CODECS[encoding], newline="") as text:
        rows = _rows(text, encoding, delimiter, name)
        head = [(line, row) for line, row in islice(rows, PREAMBLE_LINES)]
        index = detect_header([row for _line, row in head], known)
        if index is None:
            raise FileRefused(
                "no_header",
                _(
                    "%(file)s: none of its first %(count)s lines names a column that is expected here."
                )
                % {"file": name, "count": PREAMBLE_LINES},
                file=name,
            )
        line, row = head[index]
        headers = _headers(row, name, line)
        preamble = tuple(row for _line, row in head[:index])
        rest = _after(head[index + 1 :], rows)
        yield Table(name, headers, line, delimiter, encoding, raw, rest, preamble)


@contextmanager
def rows_of_file(
    path: Path, name: str, encoding: str, delimiter: str | None
) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """(line, cells) from the very first line, before anybody knows which is the header."""
    delimiter = delimiter or detect_delimiter(_first_lines(path, encoding, name))
    with path.open("rb") as raw, io.TextIOWrapper(raw, _CODECS[encoding], newline="") as text:
        yield _rows(text, encoding, delimiter, name)


def _after(
    read: Sequence[tuple[int, list[str]]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield from read
    yield from rest


def _first_lines(path: Path, encoding: str, name: str) -> list[str]:
    with _refusing(name), path.open(encoding=_CODECS[encoding], newline="") as text:
        lines = [text.readline() for _each in range(PREAMBLE_LINES)]
    return [line for line in lines if line.strip()]


def _rows(
    text: io.TextIOWrapper, encoding: str, delimiter: str, name: str
) -> Iterator[tuple[int, list[str]]]:
    """(line, cells); lines count from 1, a row with line breaks in it has that of its first."""
    reader = csv.reader(text, delimiter=delimiter)
    line = 1
    has_nul = encoding.startswith("utf-16")
    try:
        for row in reader:
            if has_nul and any("\0" in cell for cell in row):
                raise FileRefused(
                    "nul_byte",
                    _("Line %(line)s has a NUL byte: this is not a text file.") % {"line": line},
                    file=name, line=line,
                )  # fmt: skip
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(
            "not_csv",
            _("%(file)s, line %(line)s cannot be read as a table: %(error)s. Is a quote left open?")
            % {"file": name, "line": line, "error": error},
            file=name, line=line,
        ) from None  # fmt: skip
    except UnicodeError:
        raise _wrong_encoding(name, encoding, line) from None


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise _wrong_encoding(name, getattr(error, "encoding", "?"), 1) from None


def _wrong_encoding(name: str, encoding: str, line: int) -> FileRefused:
    return FileRefused(
        "wrong_encoding",
        _("%(file)s is not %(encoding)s text from line %(line)s on. Name its encoding in the mapping.")
        % {"file": name, "encoding": encoding, "line": line},
        file=name, line=line,
    )  # fmt: skip


def _headers(row: Sequence[str], name: str, line: int) -> tuple[str, ...]:
    if len(row) > MOST_COLUMNS:
        raise FileRefused(
            "too_many_columns",
            _("%(file)s has %(count)s columns; at most %(most)s are read. Is the delimiter right?")
            % {"file": name, "count": len(row), "most": MOST_COLUMNS},
            file=name, line=line,
        )  # fmt: skip
    return tuple(cell.replace("\ufeff", "").strip() for cell in row)
