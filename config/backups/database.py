"""PostgreSQL's own programs and the role that may read past the wall."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from accounts.roles import BACKUP
from config.backups.manifest import BackupInvalid

Settings = dict[str, Any]


def connect(its: Settings) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(
            host=its["HOST"], port=its["PORT"] or None, user=its["USER"],
            password=its["PASSWORD"], dbname=its["NAME"], connect_timeout=10,
        )  # fmt: skip
    except psycopg.OperationalError as error:
        raise BackupInvalid(f"The database cannot be reached as {its['USER']}: {error}") from error


def reader(its: Settings) -> psycopg.Connection[Any]:
    """A connection that sees every row; refused if its role would be shown only some of them."""
    connection = connect(its)
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    connection.rollback()
    # One snapshot from the next statement on, however many questions are asked in it.
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    if row != (True,):
        connection.close()
        raise BackupInvalid(
            f"{its['USER']} does not see past row-level security, so a backup of what it sees would"
            f" hold no agency's rows. DATABASE_BACKUP_URL must be that of {BACKUP}."
        )
    return connection


def rows_of(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Table → rows, in the connection's transaction."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    return {
        table: connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone()[0]  # type: ignore[index]
        for (table,) in tables
    }


def run(program: str, its: Settings, words: Sequence[str], major: int) -> None:
    """pg_dump or pg_restore, not older than the server. The password goes in by the environment."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGHOST": str(its["HOST"]),
        "PGPORT": str(its["PORT"] or 5432), "PGUSER": its["USER"], "PGPASSWORD": its["PASSWORD"],
        "PGDATABASE": its["NAME"],
        **{f"PG{name.upper()}": str(value) for name, value in its["OPTIONS"].items()
           if name in ("sslmode", "sslrootcert", "sslcert", "sslkey")},
    }  # fmt: skip
    done = subprocess.run(
        [found(program, major), *words], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise BackupInvalid(f"{program} failed:\n{done.stderr.strip()}")


def found(program: str, major: int) -> str:
    """The first of PG_BIN, PATH and Debian's directories that is of the server's version or newer."""
    places = [os.environ.get("PG_BIN", ""), *os.environ.get("PATH", "").split(os.pathsep)]
    places += sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    for place in filter(None, places):
        path = shutil.which(program, path=place)
        if path and version_of(path) >= major:
            return path
    raise BackupInvalid(
        f"No {program} of PostgreSQL {major} or newer is here. Install postgresql-client-{major}, or"
        " name its directory with PG_BIN."
    )


def version_of(path: str) -> int:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+)", answer.stdout)
    return int(match[1]) if answer.returncode == 0 and match else 0


def major_of(connection: psycopg.Connection[Any]) -> int:
    return connection.info.server_version // 10000


def tables_in(its: Settings) -> int:
    """How many tables the database has."""
    with closing(connect(its)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    return int(row[0]) if row else 0
