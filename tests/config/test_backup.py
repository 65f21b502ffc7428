"""Backup and restore as docs/operations.md tells them: every row comes back, behind the same wall."""

import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from accounts.roles import BACKUP, OWNER
from tests.cast import Cast
from tests.databases import clone, owner_connection

pytestmark = pytest.mark.skipif(
    not settings.USES_EMBEDDED, reason="a server of one's own does not tell rumbo_backup's password"
)


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    path = Path(settings.SERVICES.programs) / program
    return subprocess.run([path, *words], capture_output=True, text=True, check=False)


def dump(role: str, name: str, file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    address = settings.SERVICES.database_url(role, name)
    return run(
        "pg_dump", "--format=custom", "--no-owner", f"--dbname={address}", f"--file={file}", *words
    )


def seen(name: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(settings.SERVICES.database_url(BACKUP, name)) as connection:
        return connection.execute(sql).fetchall()


def rows_of(name: str) -> dict[str, int]:
    """Table → rows, past the wall."""
    tables = seen(name, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {table: seen(name, f"SELECT count(*) FROM {table}")[0][0] for (table,) in tables}


WALL = (
    "SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
)
FORCED = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1"
GRANTS = """SELECT table_name, privilege_type FROM information_schema.role_table_grants
             WHERE grantee IN ('rumbo_app', 'rumbo_clock') ORDER BY 1, 2"""
TRIGGERS = (
    "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2"
)


def test_what_is_dumped_comes_back_whole(
    committed: str, committed_cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "rumbo.dump"
    assert dump(BACKUP, committed, file).returncode == 0
    with clone("template0") as restored:
        address = settings.SERVICES.database_url(OWNER, restored)
        done = run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={address}", str(file))
        assert (done.returncode, done.stderr) == (0, "")
        rows = rows_of(restored)
        assert rows == rows_of(committed)
        assert (rows["accounts_client"], rows["accounts_membership"]) == (3, 6)
        for question in (WALL, FORCED, GRANTS, TRIGGERS):
            assert seen(restored, question) == seen(committed, question)
        with owner_connection(restored) as owner:  # FORCE: without a scope the owner sees nothing
            assert owner.execute("SELECT * FROM accounts_client").fetchall() == []


def test_a_dump_as_the_owner_fails_instead_of_saving_nothing(
    committed: str, committed_cast: Cast, tmp_path: Path
) -> None:
    done = dump(OWNER, committed, tmp_path / "rumbo.dump")
    assert done.returncode != 0
    assert "row-level security" in done.stderr
