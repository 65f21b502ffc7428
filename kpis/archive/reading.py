"""Reading an archive that anybody may have sent: judged by its manifest before a row is believed."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from kpis.archive.packing import CLIENT, MANIFEST, SCHEMA
from kpis.archive.tables import CARRIED, RESTORED, RESTORED_LAST

NAMES = {f"{table}.jsonl" for table in (*RESTORED, *RESTORED_LAST, *CARRIED)} | {CLIENT}
#: A manifest is small, a row is no novel, and JSON lines do not pack better than this.
MANIFEST_BYTES, LINE_BYTES, PACKED_BEST = 1 << 20, 4 << 20, 300


class ArchiveInvalid(DomainError):
    """The file is no archive of a client, or not the one that was written."""


@contextmanager
def archive_open(path: Path) -> Iterator["Archive"]:
    try:
        with zipfile.ZipFile(path) as packed:
            yield Archive(packed)
    except (zipfile.BadZipFile, OSError) as error:
        raise _invalid(_("It is no zip file, or it is broken.")) from error


class Archive:
    """Names, sizes and the schema are judged at once; hashes and counts while the rows are read."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        infos = {info.filename: info for info in packed.infolist()}
        if len(infos) != len(packed.infolist()) or set(infos) != NAMES | {MANIFEST}:
            strange = sorted(set(infos) ^ (NAMES | {MANIFEST}))[:3]
            raise _invalid(
                _("These files are missing or do not belong to it: %s.") % ", ".join(strange)
            )
        if infos[MANIFEST].file_size > MANIFEST_BYTES:
            raise _invalid(_("Its manifest is too long."))
        self.manifest = self._manifest()
        for name in NAMES:
            said, info = self.manifest["files"][name], infos[name]
            if info.file_size != said["bytes"] or info.file_size > PACKED_BEST * (
                info.compress_size + 1000
            ):
                raise _invalid(_("%s is not as long as the manifest says.") % name)

    def lines(self, name: str) -> Iterator[bytes]:
        """Each row of a file; at the end its hash and count are compared with the manifest."""
        said, seen, rows, size = self.manifest["files"][name], sha256(), 0, 0
        with self._packed.open(name) as file:
            while line := file.readline(LINE_BYTES + 1):
                size += len(line)
                if len(line) > LINE_BYTES or size > said["bytes"]:
                    raise _invalid(_("%s is longer than the manifest says.") % name)
                seen.update(line)
                rows += 1
                yield line
        if (rows, seen.hexdigest()) != (said["rows"], said["sha256"]):
            raise _invalid(_("%s has been changed since it was written.") % name)

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
            manifest = json.loads(self._packed.read(MANIFEST))
            found = {name: manifest["files"][name] for name in NAMES}
            is_whole = isinstance(manifest["totals"], dict) and all(
                isinstance(each["rows"], int)
                and isinstance(each["bytes"], int)
                and isinstance(each["sha256"], str)
                for each in found.values()
            )
        except (ValueError, KeyError, TypeError) as error:
            raise _invalid(_("Its manifest cannot be read.")) from error
        if not is_whole or manifest.get("schema") != SCHEMA:
            raise _invalid(_("It was written by another version of Rumbo."))
        return dict(manifest)


def _invalid(why: str) -> ArchiveInvalid:
    return ArchiveInvalid("archive_invalid", _("This is no whole archive of a client. %s") % why)
