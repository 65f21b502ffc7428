"""Writing the archive: a zip of one file of JSON lines per table, and a manifest with their hashes.

Rows stream from a server-side cursor, so memory stays flat however many there are.
"""

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from accounts.models import Client
from kpis.archive.numbers import totals_of
from kpis.archive.tables import (
    CARRIED,
    NEEDED,
    OF_THE_AGENCY,
    RESTORED,
    RESTORED_LAST,
    WITH_THE_AGENCYS,
)

#: Grows when an older Rumbo could not read the file. Older files are read: see `tables.SINCE`.
SCHEMA = 2
MANIFEST, CLIENT = "manifest.json", "client.json"
_ROWS = 500


def archive_write(client: Client, path: Path, through: str) -> dict[str, Any]:
    """Write everything of a client; the manifest. In its scope, in one transaction; the snapshot is
    fresh. through: the last day whose numbers the archive states."""
    files: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for table in (*RESTORED, *RESTORED_LAST, *CARRIED):
            files[f"{table}.jsonl"] = _write(archive, f"{table}.jsonl", _lines(table, client))
        whole = _one("SELECT to_jsonb(t)::text FROM accounts_client t WHERE t.id = %s", client.pk)
        files[CLIENT] = _write(archive, CLIENT, iter([whole + "\n"]))
        manifest = {
            "schema": SCHEMA,
            "client": client.name,
            "written_at": timezone.now().isoformat(),
            "through": through,
            "files": files,
            "totals": totals_of(client.agency_id, client.pk, through),
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _write(archive: zipfile.ZipFile, name: str, lines: Iterator[str]) -> dict[str, Any]:
    seen, rows, size = sha256(), 0, 0
    with archive.open(name, "w", force_zip64=True) as out:
        for line in lines:
            packed = line.encode()
            out.write(packed)
            seen.update(packed)
            rows, size = rows + 1, size + len(packed)
    return {"rows": rows, "bytes": size, "sha256": seen.hexdigest()}


def _lines(table: str, client: Client) -> Iterator[str]:
    mine = "t.client_id = %(client)s"
    if table in WITH_THE_AGENCYS:
        mine = f"({mine} OR t.client_id IS NULL)"
    if table in OF_THE_AGENCY:
        mine = NEEDED.get(table, "true")
    statement = f"SELECT to_jsonb(t)::text FROM {table} t WHERE t.agency_id = %(agency)s AND {mine} ORDER BY t.id"
    connection.ensure_connection()
    with connection.connection.cursor(name=f"archive_{uuid4().hex}") as cursor:
        cursor.itersize = _ROWS
        cursor.execute(statement, {"agency": client.agency_id, "client": client.pk})
        for (line,) in cursor:
            yield line + "\n"


def _one(statement: str, *values: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return str(cursor.fetchone()[0])
