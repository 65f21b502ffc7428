"""Making a backup: one snapshot of the database, so that what is counted is what is dumped."""

import shutil
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from config.backups import database
from config.backups.manifest import (
    DUMP,
    MEDIA,
    BackupInvalid,
    Manifest,
    digests_of,
    fingerprint,
)


def backup(directory: Path, its: database.Settings) -> Manifest:
    """Save everything into a new directory, whole or not at all. `its`: rumbo_backup's connection.

    1. Open a snapshot as the role that sees every row; count them. No agency is no backup.
    2. pg_dump of the same snapshot.
    3. The files on their way in; one that is taken away meanwhile was imported, and is in the next.
    4. A hash of everything, then the name that says it is done.
    """
    if directory.exists():
        raise BackupInvalid(f"{directory} is there already. Name a directory that is not.")
    began, draft = time.monotonic(), directory.with_name(f".{directory.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    try:
        with closing(database.reader(its)) as connection:
            rows = database.rows_of(connection)
            if not rows.get("accounts_agency"):
                raise BackupInvalid("There is no agency in this database: nothing to save.")
            major = database.major_of(connection)
            snapshot = _one(connection, "SELECT pg_export_snapshot()")
            words = ["--format=custom", "--no-owner", f"--snapshot={snapshot}"]
            database.run("pg_dump", its, [*words, f"--file={draft / DUMP}"], major)
            migrations = [
                f"{app}.{name}"
                for app, name in connection.execute(
                    "SELECT app, name FROM django_migrations ORDER BY app, name"
                )
            ]
        _copy_media(Path(settings.MEDIA_ROOT), draft / MEDIA)
        found = Manifest(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            postgres=major,
            migrations=migrations,
            rows=rows,
            files=digests_of(draft),
            keys={key_id: fingerprint(key) for key_id, key in settings.SECRET_RING.items()},
            secret_key=fingerprint(settings.SECRET_KEY.encode()),
            seconds=round(time.monotonic() - began, 1),
        )
        found.write(draft)
        draft.rename(directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return found


def _one(connection: psycopg.Connection[Any], sql: str) -> Any:
    row = connection.execute(sql.encode()).fetchone()
    return row[0] if row else None


def _copy_media(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        if path.is_file():
            copied = target / path.relative_to(source)
            copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, copied)
            except FileNotFoundError:
                continue
