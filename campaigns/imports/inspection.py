"""What can be told of a file from its bytes, in one pass while it is being stored. Pure."""

import codecs
from dataclasses import dataclass
from hashlib import sha256
from typing import AnyStr

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused

LONGEST_LINE = 1024 * 1024
WORKBOOK = "xlsx"
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"PAR1": "parquet",
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: So much of a file's start shows whether it is UTF-16 without a byte order mark.
_START = 4096
#: Every byte that cp1252 defines: a file with another one is in neither encoding.
_CP1252 = bytes(byte for byte in range(256) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


@dataclass(frozen=True)
class Inspection:
    """Size in bytes, SHA-256, and the encoding that fits every byte; WORKBOOK for what may be one."""

    size: int
    sha256: str
    encoding: str


class Inspector:
    """Takes a file's chunks in order; refuses what cannot be a table of text, nor a workbook."""

    def __init__(self, largest: int, largest_workbook: int = 0) -> None:
        self.largest, self.largest_workbook = largest, largest_workbook
        self._is_zip = False
        self.size = 0
        self._hash = sha256()
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = self._is_cp1252 = True
        self._utf16: str | None = None
        self._line = 1
        self._run = 0

    def feed(self, chunk: bytes) -> None:
        if not self.size:
            self._look_at_start(chunk)
        self.size += len(chunk)
        if self.size > self.largest:
            raise FileRefused(
                "file_too_large",
                _("The file is larger than the limit of %(limit)s MB. Divide it.")
                % {"limit": self.largest // 1024**2},
            )
        self._hash.update(chunk)
        if self._is_zip:
            return
        if self._utf16:
            text = self._decoded(chunk)
            self._measure_lines(text, "\n")
            self._look_for_nul(text, "\0", "\n")
        else:
            self._measure_lines(chunk, b"\n")
            self._look_for_nul(chunk, b"\0", b"\n")
            self._try_encodings(chunk)

    def finish(self) -> Inspection:
        if not self.size:
            raise FileRefused("file_empty", _("The file is empty."))
        if self._is_zip:
            return Inspection(self.size, self._hash.hexdigest(), WORKBOOK)
        if self._utf16:
            self._decoded(b"", is_last=True)
            return Inspection(self.size, self._hash.hexdigest(), self._utf16)
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self._is_utf8 = False
        if self._is_utf8:
            encoding = "utf-8"
        elif self._is_cp1252:
            encoding = "cp1252"
        else:
            raise FileRefused(
                "unknown_encoding",
                _("The file is neither UTF-8 nor Windows-1252 text. Save it again as UTF-8."),
            )
        return Inspection(self.size, self._hash.hexdigest(), encoding)

    def _look_at_start(self, chunk: bytes) -> None:
        if chunk.startswith(_OLD_OFFICE):
            raise _old_office(chunk)
        if chunk.startswith(_ZIP):
            self._is_zip = True
            self.largest = min(self.largest, self.largest_workbook)
            return
        self._utf16 = _utf16_of(chunk)
        if self._utf16:
            self._decoder = codecs.getincrementaldecoder(self._utf16)()
            return
        for magic, name in _ARCHIVES.items():
            if chunk.startswith(magic):
                raise FileRefused(
                    "not_text",
                    _(
                        "This is a %(name)s file, whatever its name says. Export a CSV and send that."
                    )
                    % {"name": name},
                )

    def _decoded(self, chunk: bytes, is_last: bool = False) -> str:
        """The chunk of a UTF-16 file as text; half a character at its end waits for the next chunk."""
        try:
            return self._decoder.decode(chunk, is_last)
        except UnicodeDecodeError:
            raise FileRefused(
                "unknown_encoding",
                _("The file begins as UTF-16, but not all of it is. Save it again as UTF-8."),
            ) from None

    def _look_for_nul(self, chunk: AnyStr, nul: AnyStr, newline: AnyStr) -> None:
        if nul in chunk:
            line = self._line - chunk.count(newline, chunk.index(nul))
            raise FileRefused(
                "nul_byte",
                _("Line %(line)s has a NUL byte: this is not a text file.") % {"line": line},
                line=line,
            )

    def _measure_lines(self, chunk: AnyStr, newline: AnyStr) -> None:
        last = chunk.rfind(newline)
        self._run = self._run + len(chunk) if last < 0 else len(chunk) - last - 1
        self._line += chunk.count(newline)
        if self._run > LONGEST_LINE:
            raise FileRefused(
                "line_too_long",
                _(
                    "Line %(line)s is longer than 1 MB: this is not a table, or its lines end strangely."
                )
                % {"line": self._line},
                line=self._line,
            )

    def _try_encodings(self, chunk: bytes) -> None:
        if self._is_utf8 and not (chunk.isascii() and not self._decoder.getstate()[0]):
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf8 = False
        if self._is_cp1252 and not chunk.isascii():
            self._is_cp1252 = not chunk.translate(None, delete=_CP1252)


def _old_office(start: bytes) -> FileRefused:
    """What Office wrote before 2007, and what it still puts a workbook with a password into."""
    if _PASSWORD in start:
        return FileRefused(
            "workbook_encrypted",
            _("The workbook has a password. Take it off, and send the file again."),
        )
    return FileRefused(
        "workbook_old",
        _(
            "This is an old Excel workbook (.xls), or one with a password. Save it as .xlsx without"
            " a password, or as CSV, and send that."
        ),
    )


def _utf16_of(start: bytes) -> str | None:
    """The form of UTF-16 that a file begins with, by its mark or by where its zero bytes stand.

    Of the signs that part cells and lines, and of Latin letters, every second byte is zero, always
    the same one. A tenth of such signs is enough: Japanese text has hardly more.
    """
    if start.startswith(_UTF16):
        return "utf-16"
    start = start[: _START - _START % 2]
    halves = {"utf-16-le": start[1::2].count(0), "utf-16-be": start[0::2].count(0)}
    few, many = sorted(halves.values())
    if few * 20 > many or many * 10 < len(start) // 2 or not many:
        return None
    return max(halves, key=lambda encoding: halves[encoding])
