"""The process that opens a workbook: little memory, little time, no way out but its answer.

It is run as a script, by `workbook.py`, with nothing of ours on its path and nothing in its environment.

    child.py FILE LIMITS            answers the names of the sheets as JSON
    child.py FILE LIMITS SHEET      answers the sheet (its number, from 0) as CSV, a row for each row

A workbook that is not taken ends it with status 3, and one JSON object on its standard error.
"""

import csv
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NoReturn
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

REFUSED = 3
_CHUNK = 1024 * 1024
#: A cell's tags and its value lie within so many bytes; a longer cell is refused anyway.
_REACH = 64 * 1024
#: More digits than this a spreadsheet does not keep: a longer id is another one already.
_DIGITS = 15


def refuse(code: str, **data: Any) -> NoReturn:
    print(json.dumps({"code": code, **data}), file=sys.stderr)
    sys.exit(REFUSED)


def main(path: str, limits: dict[str, int], sheet: int | None) -> None:
    """Limit this process, look at the archive before anything opens it, then read."""
    _limit(limits)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, limits)
            faults = None if sheet is None else _faults(archive, sheet)
        with CalamineWorkbook.from_path(path) as workbook:
            if sheet is None:
                print(json.dumps(_sheets(workbook)))
            else:
                _write(workbook, sheet, faults or {}, limits)
            sys.stdout.flush()
    except (zipfile.BadZipFile, EOFError, CalamineError, ElementTree.ParseError, KeyError) as error:
        refuse("broken", why=type(error).__name__)
    except NotImplementedError:
        refuse("broken", why="compression")
    except (MemoryError, OSError):  # no more memory, or no more room for the answer
        refuse("too_large")


def _limit(limits: dict[str, int]) -> None:
    megabyte = 1024 * 1024
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["unpacked_mb"] * megabyte),
        (resource.RLIMIT_AS, limits["memory_mb"] * megabyte),
    ):
        resource.setrlimit(which, (value, value))


# --- the archive ---


def _check_archive(archive: zipfile.ZipFile, limits: dict[str, int]) -> None:
    """What it is, and that its parts are as large as they say, together no larger than the limit."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    most = limits["unpacked_mb"] * 1024 * 1024
    if len(parts) > limits["parts"] or sum(part.file_size for part in parts) > most:
        refuse("too_large")
    if "xl/workbook.bin" in names:
        refuse("xlsb")
    if "xl/workbook.xml" not in names:
        is_ods = "mimetype" in names and b"opendocument" in archive.open("mimetype").read(100)
        refuse("ods" if is_ods else "no_workbook")
    if any(name.startswith("xl/externalLinks/") for name in names):
        refuse("external_links")
    if any(part.flag_bits & 1 for part in parts):
        refuse("encrypted")
    for part in parts:
        with archive.open(part) as file:  # a part that is not as it says fails its checksum here
            while file.read(_CHUNK):
                pass


def _part_of(archive: zipfile.ZipFile, sheet: int) -> str:
    """The name of the part in which the sheet of that number is."""
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    sheets = [each for each in workbook.iter() if each.tag.endswith("}sheet")]
    wanted = next(value for key, value in sheets[sheet].attrib.items() if key.endswith("}id"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    for link in links:
        if link.get("Id") == wanted:
            target = link.get("Target", "")
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise KeyError(wanted)


_ERROR = re.compile(rb"""\bt=["']e["']""")
_UNCOUNTED = re.compile(rb"</(?:\w+:)?f>\s*</(?:\w+:)?c>|<(?:\w+:)?f\b[^<>]*/>\s*</(?:\w+:)?c>")
_CELL = re.compile(rb"<(?:\w+:)?c\s")
_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,40})</")


def _faults(archive: zipfile.ZipFile, sheet: int) -> dict[tuple[int, int], str]:
    """(row, column), from 0 → what stands in its place: calamine shows both as an empty cell.

    Errors (#DIV/0!), and formulas that no spreadsheet has ever calculated.
    """
    found: dict[tuple[int, int], str] = {}
    for text in _windows(archive, _part_of(archive, sheet)):
        for match in _ERROR.finditer(text):
            start = text.rfind(b"<", 0, match.start())
            if start >= 0 and _CELL.match(text, start) and text.find(b">", start) > match.start():
                value = _VALUE.search(text, match.end(), match.end() + _REACH)
                shown = value[1].decode("ascii", "replace") if value else "#VALUE!"
                _note(found, text, start, shown)
        for match in _UNCOUNTED.finditer(text):
            start = max(text.rfind(b"<c ", 0, match.start()), text.rfind(b":c ", 0, match.start()))
            if start >= 0:
                _note(found, text, start, "#FORMULA!")
    return found


def _windows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that overlap, so that every cell is whole in one of them."""
    tail = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-_REACH:]


def _note(found: dict[tuple[int, int], str], text: bytes, start: int, shown: str) -> None:
    place = _PLACE.search(text, start, text.find(b">", start))
    if place is None:
        refuse("error_somewhere", value=shown)
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - 64
    found[int(place[2]) - 1, column - 1] = shown


# --- its sheets ---


def _sheets(workbook: CalamineWorkbook) -> list[dict[str, Any]]:
    return [
        {"name": each.name, "is_hidden": each.visible != SheetVisibleEnum.Visible}
        for each in workbook.sheets_metadata
    ]


def _write(
    workbook: CalamineWorkbook,
    number: int,
    faults: dict[tuple[int, int], str],
    limits: dict[str, int],
) -> None:
    sheet = workbook.get_sheet_by_index(number)
    if sheet.start is None:
        return
    (_first, left), (_last, right) = sheet.start, sheet.end or sheet.start
    if right >= limits["columns"]:
        refuse("too_many_columns", count=right + 1)
    merged = {
        (row, first[1]): first
        for first, last in sheet.merged_cell_ranges or ()
        for row in range(first[0] + 1, last[0] + 1)
    }
    held: dict[tuple[int, int], str] = {}
    writer = csv.writer(sys.stdout, lineterminator="\n")
    origins = set(merged.values())
    for row, cells in enumerate(sheet.iter_rows()):
        texts = [""] * left + [_text(cell) for cell in cells]
        texts += [""] * (right + 1 - len(texts))
        _put_faults(texts, row, faults)
        for column, text in enumerate(texts):
            if len(text) > limits["cell"]:
                refuse("cell_too_long", row=row, column=column, count=len(text))
            if (row, column) in origins:
                is_figure = column >= left and _is_figure(cells[column - left])
                held[row, column] = "#MERGED!" if is_figure else text
            elif (row, column) in merged:
                texts[column] = held.get(merged[row, column], "")
        writer.writerow(texts)


def _put_faults(texts: list[str], row: int, faults: dict[tuple[int, int], str]) -> None:
    if faults:
        for column in range(len(texts)):
            if (row, column) in faults:
                texts[column] = faults[row, column]


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    """A cell as a CSV has it: exact figures, days by ISO 8601, one line."""
    if isinstance(value, str):
        return " ".join(value.replace("_x000D_", "").splitlines()) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _figure(value)
    if isinstance(value, datetime):
        return _whole_second(value).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return str(value)


def _figure(value: float) -> str:
    """The figure with the 15 digits that a spreadsheet keeps and shows: 0.1 + 0.2 is 0.3.

    Three decimals get a zero more: 1.234 in a CSV might be a thousand, and this is none.
    """
    shown = Decimal(format(value, f".{_DIGITS}g"))
    if abs(shown) >= 10**_DIGITS:
        return f"#DIGITS! {shown:f}"
    text = format(shown, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, _point, fraction = text.partition(".")
    return f"{whole}.{fraction}0" if len(fraction) == 3 else text


def _whole_second(value: datetime) -> datetime:
    return (value + timedelta(microseconds=500_000)).replace(microsecond=0)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
