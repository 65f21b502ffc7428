"""Asking the child about a workbook, and what its refusals say. No byte of it is parsed in this process."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused
from campaigns.imports.sheets.places import cell_place
from campaigns.imports.tables import MOST_COLUMNS

_CHILD = Path(__file__).with_name("child.py")
_REFUSED = 3
_PARTS, _LONGEST_CELL = 5_000, 128 * 1024


@dataclass(frozen=True)
class SheetFile:
    """One sheet of a workbook as a CSV: where it lies, its name, and the sheets there are."""

    path: Path
    sheet: str
    sheets: tuple[str, ...]


def workbook_inspect(path: Path) -> tuple[str, ...]:
    """The names of a workbook's sheets, in order, hidden ones left out. FileRefused if it is none.

    They are kept beside the file, so that nobody has to open it again for them.
    """
    beside = path.with_suffix(".sheets.json")
    if not beside.is_file():
        with path.with_suffix(".sheets.new").open("w+b") as answer:
            _ask(path, answer)
            os.replace(answer.name, beside)
    found = json.loads(beside.read_text(encoding="utf-8"))
    shown = tuple(each["name"] for each in found if not each["is_hidden"])
    return shown or tuple(each["name"] for each in found)


def sheet_open(path: Path, name: str, wanted: str | None) -> SheetFile:
    """The wanted sheet as a CSV, made when it is first asked for; the only sheet, if none is named."""
    sheets = workbook_inspect(path)
    chosen = wanted if wanted or len(sheets) != 1 else sheets[0]
    if chosen is None:
        raise FileRefused(
            "sheet_unstated",
            _("%(file)s has several sheets (%(sheets)s). Say which one is to be read.")
            % {"file": name, "sheets": ", ".join(sheets)},
            file=name, choices=list(sheets),
        )  # fmt: skip
    everything = json.loads(path.with_suffix(".sheets.json").read_text(encoding="utf-8"))
    names = [each["name"] for each in everything]
    if chosen not in names:
        raise FileRefused(
            "no_such_sheet",
            _("%(file)s has no sheet “%(sheet)s”. It has: %(sheets)s.")
            % {"file": name, "sheet": chosen, "sheets": ", ".join(sheets)},
            file=name, value=chosen, choices=list(sheets),
        )  # fmt: skip
    number = names.index(chosen)
    made = path.with_suffix(f".{number}.csv")
    if not made.is_file():
        with path.with_suffix(f".{number}.{os.getpid()}.new").open("w+b") as answer:
            _ask(path, answer, number, chosen, name)
            os.replace(answer.name, made)
    return SheetFile(made, chosen, sheets)


def workbook_forget(path: Path) -> None:
    """Remove what was made from a workbook."""
    for made in path.parent.glob(f"{path.stem}.*"):
        made.unlink(missing_ok=True)


def _ask(
    path: Path, answer: IO[bytes], number: int | None = None, sheet: str = "", name: str = ""
) -> None:
    """Have the child write its answer to the file. What goes wrong leaves no answer behind."""
    limits = {
        "memory_mb": settings.IMPORT_SHEET_MEMORY_MB,
        "unpacked_mb": settings.IMPORT_SHEET_UNPACKED_MB,
        "cpu_seconds": settings.IMPORT_SHEET_SECONDS,
        "parts": _PARTS, "columns": MOST_COLUMNS, "cell": _LONGEST_CELL,
    }  # fmt: skip
    command = [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(path), json.dumps(limits)]
    if number is not None:
        command.append(str(number))
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.PIPE, env={},
            timeout=2 * settings.IMPORT_SHEET_SECONDS, check=False,
        )  # fmt: skip
        if ended.returncode:
            raise _refusal(ended, sheet, name)
    except subprocess.TimeoutExpired:
        Path(answer.name).unlink(missing_ok=True)
        raise _refused("too_large", {}, sheet, name) from None
    except FileRefused:
        Path(answer.name).unlink(missing_ok=True)
        raise


def _refusal(ended: subprocess.CompletedProcess[bytes], sheet: str, name: str) -> FileRefused:
    """Killed by one of its limits, or its own words."""
    said: dict[str, Any] = {"code": "too_large" if ended.returncode < 0 else "broken"}
    if ended.returncode == _REFUSED:
        said = json.loads(ended.stderr.decode().strip().splitlines()[-1])
    elif b"MemoryError" in ended.stderr or b"memory allocation" in ended.stderr:
        said = {"code": "too_large"}
    return _refused(said.pop("code"), said, sheet, name)


def _refused(code: str, said: dict[str, Any], sheet: str, name: str) -> FileRefused:
    limit = settings.IMPORT_SHEET_UNPACKED_MB
    place = cell_place(sheet, said["row"] + 1, said["column"]) if "row" in said else sheet
    sentences = {
        "no_workbook": _("This is a zip file, whatever its name says. Export a CSV and send that."),
        "ods": _("This is an OpenDocument spreadsheet (.ods). Save it as .xlsx or as CSV, and send that."),
        "xlsb": _("This is a binary workbook (.xlsb). Save it as .xlsx or as CSV, and send that."),
        "encrypted": _("The workbook has a password. Take it off, and send the file again."),
        "external_links": _(
            "The workbook takes figures from other workbooks (external links), which may be out of date."
            " Copy them as values, break the links, and send it again."
        ),
        "too_large": _(
            "The workbook is too large: unpacked, more than %(limit)s MB, or too much for the memory"
            " and time that there is for it. Save the sheet as CSV, and send that."
        ) % {"limit": limit},
        "broken": _("This is a damaged workbook, or a zip file of something else. Save it again as .xlsx, or as CSV."),
        "too_many_columns": _("%(place)s has %(count)s columns; at most %(most)s are read.")
        % {"place": sheet, "count": said.get("count"), "most": MOST_COLUMNS},
        "cell_too_long": _("%(place)s: the cell has %(count)s characters; at most %(most)s are read.")
        % {"place": place, "count": said.get("count"), "most": _LONGEST_CELL},
        "error_somewhere": _("%(place)s: a cell holds the error %(value)s, and the file does not say which one.")
        % {"place": sheet, "value": said.get("value")},
    }  # fmt: skip
    known = {"no_workbook": "not_text", "too_many_columns": "too_many_columns"}
    number = said["row"] + 1 if "row" in said else None
    return FileRefused(
        known.get(code, f"workbook_{code}"), sentences[code], file=name or None, line=number
    )
