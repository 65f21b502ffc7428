"""Bringing a backup back into an empty database, and proving that every row came."""

import shutil
from contextlib import closing
from pathlib import Path

from django.conf import settings

from accounts.horizon import SETTLE_RESTORED
from config.backups import database
from config.backups.manifest import DUMP, MEDIA, BackupInvalid, Manifest, fingerprint, read


def restore(
    directory: Path, owner: database.Settings, reader: database.Settings
) -> tuple[Manifest, list[str]]:
    """Restore as the owner into an empty database; count as rumbo_backup. Answers what to heed.

    1. Every file of the backup is what it was; the keys that open its secrets are here.
    2. The database has no table: nothing is ever overwritten.
    3. pg_restore in one transaction: all of it or nothing.
    4. Rows per table as they were counted when it was made.
    5. The files on their way in.
    """
    manifest = read(directory)
    _keys_check(manifest)
    if database.tables_in(owner):
        raise BackupInvalid(
            f"The database {owner['NAME']} is not empty. Make a new one and name it in"
            " DATABASE_OWNER_URL; nothing was changed."
        )
    with closing(database.reader(reader)) as connection:
        major = database.major_of(connection)
        words = ["--exit-on-error", "--single-transaction", "--no-owner"]
        named = f"--dbname={owner['NAME']}"
        database.run("pg_restore", owner, [*words, named, str(directory / DUMP)], major)
        rows = database.rows_of(connection)
    _settle(owner)
    if rows != manifest.rows:
        differing = sorted(
            table
            for table in rows.keys() | manifest.rows.keys()
            if rows.get(table) != manifest.rows.get(table)
        )
        raise BackupInvalid(f"Other rows than were saved, in: {', '.join(differing)}.")
    _media_back(directory / MEDIA, Path(settings.MEDIA_ROOT))
    if manifest.secret_key != fingerprint(settings.SECRET_KEY.encode()):
        return manifest, ["SECRET_KEY is another one: everybody has to log in again."]
    return manifest, []


def _settle(owner: database.Settings) -> None:
    """The numbers of the other server's transactions mean nothing here."""
    with closing(database.connect(owner)) as connection, connection:
        for statement in SETTLE_RESTORED:
            connection.execute(statement)


def _keys_check(manifest: Manifest) -> None:
    here = {key_id: fingerprint(key) for key_id, key in settings.SECRET_RING.items()}
    missing = [key_id for key_id, print_ in manifest.keys.items() if here.get(key_id) != print_]
    if missing:
        raise BackupInvalid(
            f"The secrets in this backup are sealed with keys that are not here: {', '.join(missing)}."
            " Put them into SECRET_RING (or the old SECRET_KEY into SECRET_KEY_FALLBACKS)."
        )


def _media_back(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        copied = target / path.relative_to(source)
        if path.is_file() and not copied.exists():
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
