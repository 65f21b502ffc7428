"""The launcher: starts once, keeps what it is given, comes back from any kill, leaves nothing behind."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config import embedded
from config.embedded import locks
from config.embedded.places import ROOT_BASE, data_home, runner
from tests.config.launcher import (
    accepts,
    database,
    end_user,
    eventually,
    keeper_pid,
    kill,
    postmaster_pid,
    processes_of,
    start_user,
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home for servers of the test's own, which another user may pass through."""
    with tempfile.TemporaryDirectory(prefix="rumbo-test-") as name:
        path = Path(name).resolve()
        path.chmod(0o711)
        try:
            yield path
        finally:
            assert embedded.leave(path)


def test_a_restart_keeps_the_data(home: Path) -> None:
    first = embedded.services(home)
    with database(first) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
    with redis.Redis.from_url(first.redis_url()) as client:
        client.set("kept", "1")
    assert embedded.leave(home)
    assert processes_of(home) == []

    second = embedded.services(home)
    assert second == first
    with database(second) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (1,)
    with redis.Redis.from_url(second.redis_url()) as client:
        assert client.get("kept") == b"1"


def test_many_that_start_at_once_share_one_keeper(home: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; from pathlib import Path; from config import embedded",
    ]
    command[-1] += "; print(embedded.services(Path(sys.argv[1])).postgres_port)"
    users = [
        subprocess.Popen([*command, str(home)], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    answers = {user.communicate()[0] for user in users}
    assert len(answers) == 1
    assert (home / "log" / "keeper.log").read_text().count("ready:") == 1


def test_users_that_were_killed_leave_nothing_behind(home: Path) -> None:
    users = [start_user(home), start_user(home)]
    end_user(users[0])
    assert len(processes_of(home)) >= 2  # the keeper and the server: somebody is still there
    end_user(users[1])
    assert eventually(lambda: processes_of(home) == [])


def test_a_killed_postgres_comes_back_with_what_it_acknowledged(home: Path) -> None:
    services = embedded.services(home)
    with database(services) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        acknowledged = 0
        with pytest.raises(psycopg.OperationalError):
            for value in range(1_000_000):
                if value == 500:
                    kill(postmaster_pid(home))
                connection.execute("INSERT INTO kept VALUES (%s)", [value])
                acknowledged += 1
    assert eventually(lambda: accepts(services))
    with database(services) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    # One more than acknowledged is possible: written, but the answer was lost with the server.
    assert found in {(acknowledged,), (acknowledged + 1,)}


def test_a_killed_valkey_comes_back_with_what_it_was_given(home: Path) -> None:
    services = embedded.services(home)
    with redis.Redis.from_url(services.redis_url()) as client:
        client.rpush("queue", *range(1000))
        kill(client.info("server")["process_id"])
    assert eventually(lambda: accepts(services))
    with redis.Redis.from_url(services.redis_url()) as client:
        assert client.llen("queue") == 1000


def test_a_killed_keeper_is_replaced_by_whoever_comes_next(home: Path) -> None:
    services = embedded.services(home)
    with database(services) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
    old = keeper_pid(home)
    kill(old)
    assert eventually(lambda: not locks.is_held(home / locks.KEEPER))
    again = embedded.services(home)
    assert keeper_pid(home) != old
    with database(again) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (1,)


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells children of their parent's end"
)
def test_a_killed_keeper_takes_its_servers_along(home: Path) -> None:
    user = start_user(home)
    kill(keeper_pid(home))
    assert eventually(lambda: processes_of(home) == [])
    end_user(user)


def test_a_pid_file_whose_number_is_another_process_is_forgotten(home: Path) -> None:
    embedded.services(home)
    assert embedded.leave(home)
    data = next(home.glob("postgres-*"))
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert accepts(embedded.services(home))


def test_a_port_that_was_taken_meanwhile_is_replaced(home: Path) -> None:
    first = embedded.services(home)
    assert embedded.leave(home)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", first.postgres_port))
        squatter.listen()
        second = embedded.services(home)
        assert second.postgres_port != first.postgres_port
        assert second.valkey_port == first.valkey_port
        assert accepts(second)


def test_a_start_that_fails_says_why_and_leaves_nothing(home: Path) -> None:
    (home / "valkey").write_text("a file where a directory should be")
    with pytest.raises(RuntimeError, match=r"did not start: .*valkey.*\nSee .*log"):
        embedded.services(home)
    assert processes_of(home) == []


def test_secrets_are_for_their_user_only(home: Path) -> None:
    services = embedded.services(home)
    embedded.local_secret(home, "secret_key")
    assert {(home / name).stat().st_mode & 0o777 for name in ("services.json", "secret_key")} == {
        0o600
    }
    lines = subprocess.run(
        ["ps", "-eww", "-o", "args="], capture_output=True, text=True, check=True
    ).stdout
    for secret in (services.valkey_password, *services.passwords.values()):
        assert secret not in lines
        assert secret not in repr(services)


def test_no_one_gets_in_without_the_password(home: Path) -> None:
    services = embedded.services(home)
    url = services.database_url("postgres").replace(services.passwords["postgres"], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=services.valkey_port).ping()


def test_the_app_role_is_bound_by_the_wall(home: Path) -> None:
    services = embedded.services(home)
    with database(services, "rumbo_app") as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, pg_has_role('rumbo_clock', 'USAGE')"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False, False, False, False, False)
        connection.execute("SET ROLE rumbo_clock")
        connection.execute("RESET ROLE")
        for statement in ("SET ROLE postgres", "SET ROLE rumbo_owner", "CREATE TABLE x (id int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_sorting_and_case_are_those_of_unicode_code_points(home: Path) -> None:
    with database(embedded.services(home)) as connection:
        row = connection.execute(
            "SELECT string_agg(w, ' ' ORDER BY w), upper('ñandú é'), current_setting('TimeZone')"
            " FROM unnest(ARRAY['ñu', 'zoo', 'Apple', 'apple']) AS w"
        ).fetchone()
    assert row == ("Apple apple zoo ñu", "ÑANDÚ É", "UTC")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_roots_private_directory_is_not_opened_for_the_servers() -> None:
    with tempfile.TemporaryDirectory(prefix="rumbo-private-") as name:
        private = Path(name).resolve()
        private.chmod(0o700)
        home = private / ".rumbo"
        try:
            services = embedded.services(home)
            assert accepts(services)
            assert private.stat().st_mode & 0o777 == 0o700
            assert data_home(home, runner()).parent == ROOT_BASE
        finally:
            assert embedded.leave(home)
            subprocess.run(["rm", "-rf", data_home(home, runner())], check=True)
