"""Reading an archive that anybody may have sent: judged by its manifest before a row is believed."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from kpis.archive.packing import CLIENT, MANIFEST, SCHEMA
from kpis.archive.tables import files_of
from kpis.zips import BROKEN, IN_STEPS

#: A manifest is small, a row is no novel, and JSON lines do not pack better than this.
MANIFEST_BYTES, LINE_BYTES, PACKED_BEST = 1 << 20, 4 << 20, 300
#: A zip file's list of what is in it is read in one piece: ours has some fifty names.
DIRECTORY_BYTES = 1 << 20


class ArchiveInvalid(DomainError):
    """The file is no archive of a client, or not the one that was written."""


class _Careful(io.BufferedReader):
    """A file of which nobody reads so much at once that the memory fills."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_BYTES:
            raise zipfile.BadZipFile("too long a list of files")
        return super().read(size)


@contextmanager
def archive_open(path: Path, most_bytes: int | None = None) -> Iterator["Archive"]:
    """most_bytes: how large it may be unpacked; None where whoever sends it runs the place."""
    if not path.is_file():
        raise _invalid(_("There is no file %s.") % path)
    try:
        with _Careful(io.FileIO(path)) as file, _zip_of(file) as packed:
            yield Archive(packed, most_bytes)
    except BROKEN as error:
        raise _invalid(_("It is no zip file, or it is broken.")) from error


def _zip_of(file: io.BufferedReader) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except ValueError as error:  # a name that is no text
        raise zipfile.BadZipFile(str(error)) from error


class Archive:
    """Names, sizes and the schema are judged at once; hashes and counts while the rows are read."""

    def __init__(self, packed: zipfile.ZipFile, most_bytes: int | None = None) -> None:
        self._packed = packed
        infos = {info.filename: info for info in packed.infolist()}
        if MANIFEST not in infos:
            raise _invalid(_("It is a zip file of something else: it has no %s.") % MANIFEST)
        if any(info.compress_type not in IN_STEPS for info in infos.values()):
            raise zipfile.BadZipFile("packed in a way that unpacks to anything at once")
        if infos[MANIFEST].file_size > MANIFEST_BYTES:
            raise _invalid(_("Its manifest is too long."))
        self.manifest = self._manifest()
        names = _names(self.manifest["schema"])
        if len(infos) != len(packed.infolist()) or set(infos) != names | {MANIFEST}:
            strange = sorted(set(infos) ^ (names | {MANIFEST}))[:3]
            raise _invalid(
                _("These files are missing or do not belong to it: %s.") % ", ".join(strange)
            )
        for name in names:
            said, info = self.manifest["files"][name], infos[name]
            if info.file_size != said["bytes"] or info.file_size > PACKED_BEST * (
                info.compress_size + 1000
            ):
                raise _invalid(_("%s is not as long as the manifest says.") % name)
        if most_bytes is not None and sum(infos[name].file_size for name in names) > most_bytes:
            raise _invalid(
                _("Unpacked it is larger than %(limit)s MB.") % {"limit": most_bytes >> 20}
            )

    def lines(self, name: str) -> Iterator[bytes]:
        """Each row of a file; at the end its hash and count are compared with the manifest.

        A table that archives did not have yet when this one was written has no rows.
        """
        if name not in self.manifest["files"]:
            return
        said, seen, rows, size = self.manifest["files"][name], sha256(), 0, 0
        with self._entry(name) as file:
            while line := file.readline(LINE_BYTES + 1):
                size += len(line)
                if len(line) > LINE_BYTES or size > said["bytes"]:
                    raise _invalid(_("%s is longer than the manifest says.") % name)
                seen.update(line)
                rows += 1
                yield line
        if (rows, seen.hexdigest()) != (said["rows"], said["sha256"]):
            raise _invalid(_("%s has been changed since it was written.") % name)

    def _entry(self, name: str) -> IO[bytes]:
        try:
            return self._packed.open(name)
        except ValueError as error:  # its name again, before the rows
            raise zipfile.BadZipFile(str(error)) from error

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        for line in self.lines(name):
            try:
                row = json.loads(line, parse_float=Decimal)
            except ValueError as error:
                raise _invalid(_("%s has a line that is no JSON.") % name) from error
            if not isinstance(row, dict):
                raise _invalid(_("%s has a line that is no row.") % name)
            yield row

    def _manifest(self) -> dict[str, Any]:
        try:
            manifest = dict(json.loads(self._packed.read(MANIFEST)))
            schema = int(manifest["schema"])
            if schema > SCHEMA:
                raise _invalid(
                    _("A newer Rumbo wrote it (format %(its)s; this one reads up to %(ours)s):"
                      " update this one first.") % {"its": schema, "ours": SCHEMA}
                )  # fmt: skip
            found = {name: dict(manifest["files"][name]) for name in _names(schema)}
            is_whole = (
                schema > 0
                and isinstance(manifest["totals"], dict)
                and isinstance(manifest["client"], str)
                and date.fromisoformat(manifest["through"])
                and all(
                    isinstance(each["rows"], int)
                    and isinstance(each["bytes"], int)
                    and isinstance(each["sha256"], str)
                    for each in found.values()
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise _invalid(_("Its manifest cannot be read.")) from error
        if not is_whole:
            raise _invalid(_("Its manifest cannot be read."))
        return {**manifest, "schema": schema, "files": found}


def _names(schema: int) -> set[str]:
    return {f"{table}.jsonl" for table in files_of(schema)} | {CLIENT}


def _invalid(why: str) -> ArchiveInvalid:
    return ArchiveInvalid("archive_invalid", _("This is no whole archive of a client. %s") % why)
