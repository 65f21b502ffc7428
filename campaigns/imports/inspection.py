"""What can be told of a file from its bytes, in one pass while it is being stored. Pure."""

import codecs
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from campaigns.imports.errors import FileRefused

LONGEST_LINE = 1024 * 1024
_ARCHIVES = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"PAR1": "parquet",
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Every byte that cp1252 defines: a file with another one is in neither encoding.
_CP1252 = bytes(byte for byte in range(256) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


@dataclass(frozen=True)
class Inspection:
    """Size in bytes, SHA-256, and the encoding that fits every byte of the file."""

    size: int
    sha256: str
    encoding: str


class Inspector:
    """Takes a file's chunks in order; refuses what cannot be a table of text."""

    def __init__(self, largest: int) -> None:
        self.largest = largest
        self.size = 0
        self._hash = sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = self._is_cp1252 = True
        self._is_utf16 = False
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
        self._measure_lines(chunk)
        if not self._is_utf16:
            self._look_for_nul(chunk)
            self._try_encodings(chunk)

    def finish(self) -> Inspection:
        if not self.size:
            raise FileRefused("file_empty", _("The file is empty."))
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            self._is_utf8 = False
        if self._is_utf16:
            encoding = "utf-16"
        elif self._is_utf8:
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
        self._is_utf16 = chunk.startswith(_UTF16)
        for magic, name in _ARCHIVES.items():
            if chunk.startswith(magic):
                raise FileRefused(
                    "not_text",
                    _(
                        "This is a %(name)s file, whatever its name says. Export a CSV and send that."
                    )
                    % {"name": name},
                )

    def _look_for_nul(self, chunk: bytes) -> None:
        if b"\0" in chunk:
            line = self._line - chunk.count(b"\n", chunk.index(b"\0"))
            raise FileRefused(
                "nul_byte",
                _("Line %(line)s has a NUL byte: this is not a text file.") % {"line": line},
                line=line,
            )

    def _measure_lines(self, chunk: bytes) -> None:
        last = chunk.rfind(b"\n")
        self._run = self._run + len(chunk) if last < 0 else len(chunk) - last - 1
        self._line += chunk.count(b"\n")
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
