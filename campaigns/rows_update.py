"""Writing many changed rows in one statement, whatever each row's values are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from accounts.models import Client


def rows_update(client: Client, model: Any, names: Sequence[str], rows: Sequence[Any]) -> None:
    """Store these columns of the rows, as saving each of them would. Signals of Django: none."""
    images_write(client, model, names, [_image(row, names) for row in rows])


def images_write(
    client: Client, model: Any, names: Sequence[str], images: Sequence[Mapping[str, Any]]
) -> None:
    """Give the columns of rows of this client the values of their images; each has its row's id."""
    if not names or not images:
        return
    table = model._meta.db_table
    changes = ", ".join(f'"{name}" = image."{name}"' for name in names)
    about: dict[str, Any] = {
        "agency": client.agency_id,
        "client": client.pk,
        "images": json.dumps(list(images), default=str),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS target SET {changes}"
            f" FROM jsonb_populate_recordset(NULL::{table}, %(images)s::jsonb) AS image"
            " WHERE target.id = image.id AND target.agency_id = %(agency)s"
            " AND target.client_id = %(client)s",
            about,
        )


def _image(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}
