"""The SQL that brings rows back to their images, ids included. Which rows may be, others have asked."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from accounts.models import Client
from campaigns.records.images import Image, RowChange
from campaigns.rows_update import images_write


def rows_remove(client: Client, model: Any, rows: Iterable[RowChange]) -> None:
    """Delete what the act made."""
    ids = [row.row_id for row in rows if row.is_insert]
    if ids:
        model.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids).delete()


def rows_bring_back(client: Client, model: Any, rows: Iterable[RowChange]) -> None:
    """Insert what the act removed, with the same ids."""
    images = [row.was for row in rows if row.is_delete]
    if not images:
        return
    table, names = model._meta.db_table, ", ".join(f'"{name}"' for name in columns_of(model))
    _execute(
        f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"
        f" SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %(images)s::jsonb)"
        " WHERE agency_id = %(agency)s AND client_id = %(client)s ORDER BY id",
        client,
        images,
    )


def rows_put_back(client: Client, model: Any, rows: Iterable[RowChange]) -> None:
    """Give changed columns their former values, and no other column."""
    alike: dict[tuple[str, ...], list[Image]] = defaultdict(list)
    writable = columns_of(model)
    for row in rows:
        names = tuple(name for name in writable if name in row.columns)
        if names and row.was is not None:
            values = {name: row.was[name] for name in names}
            alike[names].append({**values, "id": row.row_id})
    for names, images in alike.items():
        images_write(client, model, names, images)


def columns_of(model: Any) -> list[str]:
    """The columns that may be written: those that the database computes or stamps are left to it."""
    return [
        field.column
        for field in model._meta.concrete_fields
        if not isinstance(field, models.GeneratedField) and field.column != "updated_at"
    ]


def _execute(statement: str, client: Client, images: list[Any]) -> None:
    about: dict[str, Any] = {
        "agency": client.agency_id,
        "client": client.pk,
        "images": json.dumps(images, default=str),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, about)
