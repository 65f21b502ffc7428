"""The embedded PostgreSQL: its cluster, its process, its roles and its database."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

from accounts import roles
from config.embedded import process
from config.embedded.places import Runner, postgres_directory, postgres_major
from config.embedded.record import DATABASE, HOST, SUPERUSER, Services, write_private

STOP = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
}


class Postgres:
    """The server whose data is under `base`; TCP on 127.0.0.1 only, so no path is ever too long."""

    name = "postgres"
    stop_signal = STOP

    def __init__(self, home: Path, base: Path, services: Services, who: Runner) -> None:
        self.services, self.who = services, who
        self.programs = postgres_directory(who)
        self.major = postgres_major(self.programs)
        self.data = base / f"postgres-{self.major}"
        self.log = home / "log" / "postgres.log"

    def locale_options(self) -> list[str]:
        """Sort order by code point, the same on every system; before 17 there is no builtin provider."""
        if self.major >= 17:
            return ["--locale-provider=builtin", "--locale=C.UTF-8"]
        return ["--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C"]

    def prepare(self) -> None:
        """Make the cluster if there is none, whole or not at all; clear what a killed keeper left."""
        if not self.data.exists():
            draft = self.data.with_name(f"{self.data.name}.new")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(mode=0o700)
            password = draft.with_name("superuser.password")
            write_private(password, self.services.passwords[SUPERUSER])
            self.who.own(draft)
            self.who.own(password)
            try:
                self.initialise(draft, password)
            finally:
                password.unlink()
            draft.rename(self.data)
        process.end_leftover(
            self.data / "postmaster.pid", ("postgres", str(self.data)), signal.SIGINT
        )

    def initialise(self, data: Path, password: Path) -> None:
        initdb = process.start(
            [
                self.programs / "initdb",
                *("-D", data, "-U", SUPERUSER, f"--pwfile={password}"),
                *(
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--data-checksums",
                    "--no-instructions",
                ),
                *self.locale_options(),
            ],
            who=self.who,
            cwd=data.parent,
            log=self.log,
            stop_signal=signal.SIGTERM,
        )
        if initdb.wait() != 0:
            raise RuntimeError(f"initdb failed; see {self.log}.")

    def start(self) -> subprocess.Popen[bytes]:
        settings = {**SETTINGS, "port": str(self.services.postgres_port)}
        options = [text for key, value in settings.items() for text in ("-c", f"{key}={value}")]
        return process.start(
            [self.programs / "postgres", "-D", self.data, *options],
            who=self.who,
            cwd=self.data,
            log=self.log,
            stop_signal=STOP,
        )

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            self.services.database_url(SUPERUSER, database), connect_timeout=5, autocommit=True
        )

    def is_ready(self) -> bool:
        """Whether a session can be opened (during recovery the port answers, but refuses)."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def after_start(self) -> None:
        """Bring roles, database and rights to what accounts.roles says; changes nothing the second time."""
        with self.connect() as connection:
            for statement in roles.role_statements(self.major, self.services.passwords):
                connection.execute(statement.encode())
            query = "SELECT FROM pg_database WHERE datname = %s"
            if connection.execute(query, [DATABASE]).fetchone() is None:
                connection.execute(roles.database_statement(DATABASE).encode())
            for statement in roles.access_statements(DATABASE):
                connection.execute(statement.encode())
