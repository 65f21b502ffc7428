"""The staged lines of an import, kept packed: what an earlier import's undoing runs again.

They are what was judged and copied, not the file: a later change of how files are read changes nothing.
"""

import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any, Self

from campaigns.imports.kinds import KINDS
from campaigns.imports.writing.staging import STAGED, copying, make_staging
from campaigns.models import BatchLines

#: So much is kept in memory before a file takes it, and so much makes one row.
MEMORY, PIECE = 1 << 20, 1 << 20
#: Time matters more than room: level 1 packs these lines to about a fifth.
LEVEL = 1


class PackedLines:
    """Takes what COPY takes, packs it, and keeps it for a batch once the COPY is over."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._file = self._open.enter_context(tempfile.SpooledTemporaryFile(max_size=MEMORY))
        self._packer = zlib.compressobj(LEVEL)
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def add(self, lines: bytes) -> None:
        self._file.write(self._packer.compress(lines))

    def keep(self, which: dict[str, Any], fields: Sequence[str]) -> None:
        """which: agency, client, batch. After the COPY, which lets no other statement through."""
        self._file.write(self._packer.flush())
        self._file.seek(0)
        for number, piece in enumerate(iter(lambda: self._file.read(PIECE), b"")):
            BatchLines.objects.create(
                agency_id=which["agency"], client_id=which["client"], batch_id=which["batch"],
                number=number, fields=list(fields), lines=piece,
            )  # fmt: skip


def stage_again(kind: str, which: dict[str, Any]) -> None:
    """The batch's lines in the staging table, as its import had them."""
    kept = BatchLines.objects.filter(
        agency_id=which["agency"], client_id=which["client"], batch_id=which["batch"]
    )
    fields = kept.values_list("fields", flat=True)[:1].get()
    make_staging(KINDS[kind])
    pieces = list(kept.order_by("number").values_list("pk", flat=True))
    with tempfile.SpooledTemporaryFile(max_size=MEMORY) as spool:
        for lines in _unpacked(pieces):
            spool.write(lines)
        spool.seek(0)
        with copying(STAGED, fields) as copier:
            for lines in iter(lambda: spool.read(PIECE), b""):
                copier.send(lines)


def _unpacked(pieces: Sequence[int]) -> Iterator[bytes]:
    """One piece at a time in memory."""
    unpacker = zlib.decompressobj()
    for piece in pieces:
        yield unpacker.decompress(bytes(BatchLines.objects.get(pk=piece).lines))
    yield unpacker.flush()
