"""How a file is packed may be as hostile as what is in it: names that are no text, and bombs."""

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from kpis.archive.packing import CLIENT, MANIFEST, SCHEMA
from kpis.archive.reading import Archive, ArchiveInvalid, archive_open
from kpis.archive.tables import files_of

LINE = b'{"id": 1}\n'


def packed(path: Path, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive as far as reading goes: every file has one line."""
    said = {"rows": 1, "bytes": len(LINE), "sha256": sha256(LINE).hexdigest()}
    names = [*(f"{table}.jsonl" for table in files_of(SCHEMA)), CLIENT]
    manifest = {
        "schema": SCHEMA, "client": "Bodega", "through": "2026-06-30", "totals": {},
        "files": dict.fromkeys(names, said),
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", how) as archive:
        for name in names:
            archive.writestr(name, LINE)
        archive.writestr(MANIFEST, json.dumps(manifest))
    return path.read_bytes()


def read(path: Path) -> None:
    with archive_open(path) as archive:
        _every_line(archive)


def _every_line(archive: Archive) -> None:
    for name in archive.manifest["files"]:
        assert list(archive.lines(name)) == [LINE]


def with_a_name_that_is_no_text(whole: bytes, mark: bytes, flags: int, name: int) -> bytes:
    """The first entry says that its name is UTF-8, which it is not."""
    spoiled, place = bytearray(whole), whole.index(mark)
    spoiled[place + flags : place + flags + 2] = (0x800).to_bytes(2, "little")
    spoiled[place + name] = 0xFF
    return bytes(spoiled)


def test_as_we_pack_it_is_read(tmp_path: Path) -> None:
    packed(tmp_path / "a.zip")
    read(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: with_a_name_that_is_no_text(whole, b"PK\x01\x02", 8, 46),
        lambda whole: with_a_name_that_is_no_text(whole, b"PK\x03\x04", 6, 30),
    ],
    ids=["in the list", "before the rows"],
)
def test_a_name_that_is_no_text(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(spoil(packed(path)))
    with pytest.raises(ArchiveInvalid, match="or it is broken"):
        read(path)


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_to_anything_at_once_is_not_unpacked(tmp_path: Path, how: int) -> None:
    """45 bytes of bzip2 are 900 kB and more, whatever size the list of files gives them."""
    packed(tmp_path / "a.zip", how)
    with pytest.raises(ArchiveInvalid, match="or it is broken"):
        read(tmp_path / "a.zip")
