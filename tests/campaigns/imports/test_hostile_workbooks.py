"""Workbooks made to do harm, or made by something else: refused in words, with memory to spare, leaving nothing."""

import resource
import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings

from accounts.tenancy import tenant_transaction
from campaigns.imports.errors import FileRefused
from campaigns.models import ImportBatch
from campaigns.services import batch_create, preview_of
from tests.campaigns.imports.workbooks import Raw, workbook
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads"}
PLAIN = {"Hoja": [["id", "created"], ["1", "2026-03-01"]]}
MB = 1024 * 1024
TOO_LARGE = (
    "The workbook is too large: unpacked, more than 512 MB, or too much for the memory and time that"
    " there is for it. Save the sheet as CSV, and send that."
)
DAMAGED = "This is a damaged workbook, or a zip file of something else. Save it again as .xlsx, or as CSV."


def bomb(megabytes: int) -> bytes:
    """A part of zeros: 1,000 to 1."""
    buffer = BytesIO(workbook(PLAIN))
    with ZipFile(buffer, "a", ZIP_DEFLATED) as archive, archive.open("xl/media.xml", "w") as part:
        for _each in range(megabytes):
            part.write(bytes(MB))
    return buffer.getvalue()


def lying() -> bytes:
    """The bomb, whose directory says that the part has 1,000 bytes."""
    content = bytearray(bomb(600))
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/media.xml"))
    content[entry + 24 : entry + 28] = struct.pack("<I", 1000)
    return bytes(content)


def archive_of(**parts: bytes) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_password(content: bytes) -> bytes:
    """The archive with the flag that says its parts are encrypted."""
    found = bytearray(content)
    entry = found.rfind(b"PK\x01\x02")
    found[entry + 8] |= 1
    return bytes(found)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LINK = {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}
#: (name, bytes, code, the whole message)
AT_THE_DOOR = [
    ("a bomb", bomb(600), "workbook_too_large", TOO_LARGE),
    ("a bomb that lies", lying(), "workbook_broken", DAMAGED),
    ("10,000 parts", workbook(PLAIN, parts={f"xl/{n}.xml": "" for n in range(10_000)}),
     "workbook_too_large", TOO_LARGE),
    ("links to other workbooks", workbook(PLAIN, parts=LINK), "workbook_external_links",
     "The workbook takes figures from other workbooks (external links), which may be out of date. Copy them"
     " as values, break the links, and send it again."),
    ("an OpenDocument", archive_of(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "workbook_ods",
     "This is an OpenDocument spreadsheet (.ods). Save it as .xlsx or as CSV, and send that."),
    ("a binary workbook", archive_of(**{"xl/workbook.bin": b"x"}), "workbook_xlsb",
     "This is a binary workbook (.xlsb). Save it as .xlsx or as CSV, and send that."),
    ("a letter", archive_of(**{"word/document.xml": b"x"}), "not_text",
     "This is a zip file, whatever its name says. Export a CSV and send that."),
    ("a part with a password", with_password(workbook(PLAIN)), "workbook_encrypted",
     "The workbook has a password. Take it off, and send the file again."),
    ("one with a password", OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500),
     "workbook_encrypted", "The workbook has a password. Take it off, and send the file again."),
    ("an old one", OLE + bytes(500) + "Workbook".encode("utf-16-le"), "workbook_old",
     "This is an old Excel workbook (.xls), or one with a password. Save it as .xlsx without a password,"
     " or as CSV, and send that."),
    ("half of one", workbook(PLAIN)[:700], "workbook_broken", DAMAGED),
    ("only its first bytes", b"PK\x03\x04" + bytes(30), "workbook_broken", DAMAGED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [each[1:] for each in AT_THE_DOOR],
    ids=[each[0] for each in AT_THE_DOOR],
)
def test_refused_at_the_door(cast: Cast, content: bytes, code: str, said: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tenant_transaction(cast.aurora.pk):
        with pytest.raises(FileRefused) as refusal:
            batch_create(cast.bodega, iter([content]), "libro.xlsx", LEADS)
        assert ImportBatch.objects.count() == 0
    assert (refusal.value.code, str(refusal.value)) == (code, said)
    assert refusal.value.data["file"] == "libro.xlsx"
    folder = settings.MEDIA_ROOT / "imports" / str(cast.aurora.pk) / str(cast.bodega.pk)
    assert not list(folder.glob("*")), "a refused file leaves nothing behind"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024, "no byte of it is unpacked in this process"


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12))
#: (name, the book, code, the whole message)
ON_READING = [
    ("10,000 columns", workbook({"Hoja": [["id", "created", *map(str, range(10_000))]]}), "too_many_columns",
     "Hoja has 10002 columns; at most 500 are read."),
    ("a cell of 10 MB", workbook({"Hoja": [["id", "created"], ["1", "x" * 10 * MB]]}), "workbook_cell_too_long",
     "Hoja!B2: the cell has 10485760 characters; at most 131072 are read."),
    ("a cell at the far end", workbook({"Hoja": [["id"], [Raw('t="n"><v>1</v></c><c r="XFD1048576"><v>1</v>')]]}),
     "workbook_too_large", TOO_LARGE),
    ("an error in a cell without a place",
     workbook({"Hoja": [["id"], [Raw('></c><c t="e"><v>#REF!</v>')]]}),
     "workbook_error_somewhere", "Hoja: a cell holds the error #REF!, and the file does not say which one."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [each[1:] for each in ON_READING],
    ids=[each[0] for each in ON_READING],
)
def test_refused_when_its_sheet_is_read(cast: Cast, content: bytes, code: str, said: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tenant_transaction(cast.aurora.pk):
        batch = batch_create(cast.bodega, iter([content]), "libro.xlsx", LEADS)
        refusal = preview_of(cast.bodega, batch).refusal
    assert refusal is not None
    assert (refusal.code, str(refusal)) == (code, said)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024, "no byte of it is unpacked in this process"


def test_one_sheet_of_entities_is_no_bomb(cast: Cast) -> None:
    """A billion laughs in the workbook's own part: nothing expands them."""
    part = f'<!DOCTYPE x [{ENTITIES}]><workbook><sheets><sheet name="&l11;"/></sheets></workbook>'
    content = archive_of(**{"xl/workbook.xml": part.encode(), "_rels/.rels": b"<x/>"})
    with tenant_transaction(cast.aurora.pk):
        with pytest.raises(FileRefused) as refusal:
            batch_create(cast.bodega, iter([content]), "libro.xlsx", LEADS)
    assert str(refusal.value) == DAMAGED


def test_a_workbook_may_be_only_so_large(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "IMPORT_SHEET_MAX_BYTES", MB)
    with tenant_transaction(cast.aurora.pk):
        with pytest.raises(FileRefused) as refusal:
            batch_create(cast.bodega, iter([workbook(PLAIN), bytes(MB)]), "libro.xlsx", LEADS)
    assert str(refusal.value) == "The file is larger than the limit of 1 MB. Divide it."


def test_one_that_takes_too_long_is_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenant_transaction(cast.aurora.pk):
        batch = batch_create(cast.bodega, iter([workbook(PLAIN)]), "libro.xlsx", LEADS)
        monkeypatch.setattr(settings, "IMPORT_SHEET_SECONDS", 0)
        refusal = preview_of(cast.bodega, batch).refusal
        assert str(refusal) == TOO_LARGE
        monkeypatch.setattr(settings, "IMPORT_SHEET_SECONDS", 60)
        assert preview_of(cast.bodega, batch).refusal is None, "what was made of it is not kept"
