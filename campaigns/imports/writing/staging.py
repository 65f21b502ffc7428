"""The temporary table that a file is copied into: COPY is refused on tables behind the wall."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from campaigns.imports.kinds import Kind

STAGED = "rumbo_staged"
#: Lines are handed to COPY in pieces of about this many characters.
PIECE = 128 * 1024


def staged_fields(kind: Kind) -> dict[str, str]:
    """Every field that a row of this kind may have, with its SQL type."""
    fields = {"line": "bigint", "external_id": "text", "channel": "text"}
    if kind.key == "daily":
        fields |= {"covers_from": "date", "covers_to": "date", "period_rule": "text"}
    for column in kind.columns:
        fields |= dict(column.fields)
    return fields


def make_staging(kind: Kind) -> None:
    fields = ", ".join(f"{name} {sql}" for name, sql in staged_fields(kind).items())
    execute(f"DROP TABLE IF EXISTS {STAGED}")  # an earlier import in the same transaction
    execute(f"CREATE TEMPORARY TABLE {STAGED} ({fields}) ON COMMIT DROP")


class Copier:
    """Takes lines in COPY's text format, and sends them in pieces; `also` is told of each."""

    def __init__(self, copy: Any, also: Callable[[bytes], None] | None = None) -> None:
        self._copy, self._also = copy, also
        self._lines: list[str] = []
        self._size = 0

    def add(self, lines: str) -> None:
        self._lines.append(lines)
        self._size += len(lines)
        if self._size > PIECE:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self.send("".join(self._lines).encode())
            self._lines.clear()
            self._size = 0

    def send(self, piece: bytes) -> None:
        self._copy.write(piece)
        if self._also:
            self._also(piece)


@contextmanager
def copying(
    table: str, fields: Iterable[str], also: Callable[[bytes], None] | None = None
) -> Iterator[Copier]:
    """COPY into a temporary table. No other statement can run on the connection meanwhile."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(fields)}) FROM STDIN") as copy,
    ):
        copier = Copier(copy, also)
        yield copier
        copier.flush()


def execute(statement: str, values: dict[str, Any] | None = None) -> int:
    """Run one statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def rows_of(statement: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
