"""Rows that are named within JSON: ids in goals' filters and in plans become those of the rows brought in."""

import json
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from kpis.archive.tables import DIMENSIONS, FILTERED, KEYED
from kpis.archive.unpacking import staged_of


def filters_follow() -> None:
    """Between staging and filling. Raises DomainError `archive_invalid` for a row that is not there."""
    ids: dict[str, dict[str, int]] = {}
    for table, column in FILTERED:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT old, (line -> %(column)s)::text FROM {staged_of(table)}"
                " WHERE jsonb_typeof(line -> %(column)s) = 'object' AND line -> %(column)s <> '{}'",
                {"column": column},
            )
            for old, text in cursor.fetchall():
                ids = ids or {name: _numbers_of(its) for name, its in DIMENSIONS.items()}
                filters = {
                    dimension: _renumbered(values, ids[dimension]) if dimension in ids else values
                    for dimension, values in json.loads(text).items()
                }
                cursor.execute(
                    f"UPDATE {staged_of(table)} SET line = jsonb_set(line, %s, %s::jsonb)"
                    " WHERE old = %s",
                    [[column], json.dumps(filters), old],
                )


def lines_follow() -> None:
    """Likewise the goals that lines of plans name; one that is not there any more is named by none."""
    goals = _numbers_of("kpis_goal")
    for table, column in (each for each, sort in KEYED.items() if sort == "lines"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT old, (line -> %(column)s)::text FROM {staged_of(table)}"
                " WHERE jsonb_typeof(line -> %(column)s) = 'array'",
                {"column": column},
            )
            for old, text in cursor.fetchall():
                lines = [
                    {**line, "goal": goals.get(str(line.get("goal")))} for line in json.loads(text)
                ]
                cursor.execute(
                    f"UPDATE {staged_of(table)} SET line = jsonb_set(line, %s, %s::jsonb)"
                    " WHERE old = %s",
                    [[column], json.dumps(lines), old],
                )


def _renumbered(values: Any, ids: dict[str, int]) -> Any:
    """A number or a list of them, as numbers or as text; None stays: rows that name nobody."""
    if isinstance(values, list):
        return [_renumbered(value, ids) for value in values]
    if values in (None, ""):
        return values
    try:
        number = ids[str(values)]
    except KeyError as error:
        raise DomainError(
            "archive_invalid",
            _("This is no whole archive of a client. A goal is about a row that is not in it."),
        ) from error
    return str(number) if isinstance(values, str) else number


def _numbers_of(table: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT old::text, id FROM {staged_of(table)}")
        return dict(cursor.fetchall())
