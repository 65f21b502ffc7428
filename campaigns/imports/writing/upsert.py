"""One statement that inserts new rows and changes those that differ, and what stood there before.

1. If the source has rows of this client already: keep an image of those about to change.
2. INSERT … SELECT from the staged rows, ON CONFLICT DO UPDATE … WHERE something IS DISTINCT.
3. A key that comes twice makes the statement fail: it is added up, or refused with both lines.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import CardinalityViolation, UniqueViolation

from campaigns.imports.errors import FileRefused
from campaigns.imports.writing.images import keep_images
from campaigns.imports.writing.staging import STAGED, execute, rows_of
from campaigns.imports.writing.targets import Table
from campaigns.statistics import statistics_renew

_NEW = re.compile(r"\bn\.")


class WrittenMeanwhile(RuntimeError):
    """Somebody else wrote the same rows at the same time: the batch is run again."""


@dataclass(frozen=True)
class Written:
    """How many rows a table got, how many changed, and how many lines were added up into others."""

    new: int = 0
    changed: int = 0
    added_up: int = 0


def upsert(table: Table, mapped: Set[str], about: dict[str, Any], adds_up: bool = False) -> Written:
    """about: agency, client, source, batch, tz, family, currency."""
    written = _upsert(table, mapped, about, adds_up)
    statistics_renew(table.name, written.new)
    return written


def _upsert(table: Table, mapped: Set[str], about: dict[str, Any], adds_up: bool) -> Written:
    is_known = _has_rows(table, about)
    try:
        with transaction.atomic():
            return _write(table, mapped, about, is_known, _prepared(table))
    except (DatabaseError, IntegrityError) as error:
        if not isinstance(error.__cause__, CardinalityViolation | UniqueViolation):
            raise
        twice = _twice(table, about)
        if not twice:
            raise WrittenMeanwhile(table.name) from error
    if not adds_up:
        raise _same_key(twice)
    written = _write(table, mapped, about, is_known, _added_up(table))
    surplus = rows_of(f"SELECT count(*) - count(DISTINCT external_id) FROM {STAGED}")[0][0]
    return Written(written.new, written.changed, surplus)


def _has_rows(table: Table, about: dict[str, Any]) -> bool:
    return bool(
        rows_of(f"SELECT EXISTS (SELECT 1 FROM {table.name} t WHERE {_ours(table)})", about)[0][0]
    )


_OURS = "t.agency_id = %(agency)s AND t.client_id = %(client)s"


def _ours(table: Table) -> str:
    """The rows that the staged ones may meet: this client's, and this source's if it has one."""
    return _OURS + (" AND t.source = %(source)s" if "source" in table.key else "")


def _prepared(table: Table) -> str:
    """The new rows, their values under the fact table's own column names."""
    columns = ", ".join(f"{target.value} AS {target.column}" for target in table.targets)
    return (
        f"SELECT s.line, {table.external_id} AS external_id, {table.tz} AS tz, {columns}"
        f" FROM {table.rows} s{table.joins}"
    )


def _added_up(table: Table) -> str:
    """The same, rows with one key added up. A measure that no row reports stays NULL."""
    columns = ", ".join(
        f"{target.adds}({target.column}) AS {target.column}" for target in table.targets
    )
    return (
        f"SELECT min(line) AS line, external_id, max(tz) AS tz, {columns}"
        f" FROM ({_prepared(table)}) each_row GROUP BY external_id"
    )


def _write(
    table: Table, mapped: Set[str], about: dict[str, Any], is_known: bool, prepared: str
) -> Written:
    updated = table.updated(mapped)
    kept = 0
    if is_known and updated:
        kept = keep_images(
            table.name, about,
            f"JOIN ({prepared}) n ON t.external_id = n.external_id",
            f"{_ours(table)}{_family(table)} AND ({_differs(table, mapped, 'n')})",
        )  # fmt: skip
    names = [target.column for target in table.targets]
    zone = ["tz"] if table.has_zone else []
    head = ["agency_id", "client_id", "batch_id", *table.key, *zone]
    values = ["%(agency)s", "%(client)s", "%(batch)s"]
    values += ["n.external_id" if key == "external_id" else f"%({key})s" for key in table.key]
    insert = (
        f"INSERT INTO {table.name} AS t ({', '.join([*head, *names])})"
        f" SELECT {', '.join([*values, *(f'n.{name}' for name in [*zone, *names])])}"
        f" FROM ({prepared}) n"
    )
    if not is_known:
        return Written(new=execute(insert, about))
    changes = ", ".join(
        f"{target.column} = {_NEW.sub('EXCLUDED.', target.new)}" for target in updated
    )
    conflict = f" ON CONFLICT (agency_id, client_id, {', '.join(table.key)})"
    conflict += (
        f" DO UPDATE SET {changes}, batch_id = EXCLUDED.batch_id"
        f" WHERE {_differs(table, mapped, 'EXCLUDED')}"
        if updated
        else " DO NOTHING"
    )
    new, changed = rows_of(
        f"WITH written AS ({insert}{conflict} RETURNING (xmax = 0) AS is_new)"
        " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written",
        about,
    )[0]
    if changed != kept:
        raise WrittenMeanwhile(table.name)
    return Written(new, changed)


def _family(table: Table) -> str:
    return " AND t.family = %(family)s" if "family" in table.key else ""


def _differs(table: Table, mapped: Set[str], new: str) -> str:
    updated = table.updated(mapped)
    old = ", ".join(f"t.{target.column}" for target in updated)
    now = ", ".join(_NEW.sub(f"{new}.", target.new) for target in updated)
    return f"({old}) IS DISTINCT FROM ({now})"


def _twice(table: Table, about: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """Keys that several lines have, with their lines; the first few."""
    return rows_of(
        f"SELECT {table.external_id}, (array_agg(s.line ORDER BY s.line))[1:5] FROM {table.rows} s"
        " GROUP BY 1 HAVING count(*) > 1 ORDER BY min(s.line) LIMIT 10"
    )


def _same_key(twice: list[tuple[str, list[int]]]) -> FileRefused:
    key, lines = twice[0]
    return FileRefused(
        "same_key",
        _("Lines %(lines)s have the same id “%(key)s”. Each row needs an id of its own; remove one of them.")
        % {"lines": ", ".join(map(str, lines)), "key": key},
        line=lines[1], value=key, keys=[{"id": key, "lines": list(lines)} for key, lines in twice],
    )  # fmt: skip
