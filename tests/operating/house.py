"""A house of a test's own: PostgreSQL and Valkey that it may stop, and the real processes on them."""

import json
import os
import resource
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from accounts.roles import APP, BACKUP, OWNER
from config.embedded import Services
from config.embedded.keeper import Kept
from config.embedded.places import data_home, postgres_directory, runner
from config.embedded.postgres import Postgres
from config.embedded.record import free_port, load_or_create, make_home
from config.embedded.valkey import Valkey
from tests.processes import wait_until

ROOT = Path(settings.BASE_DIR)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class House:
    """Servers that run only while the test lets them, and processes that know nothing of the test."""

    home: Path
    services: Services
    postgres: Kept
    valkey: Kept
    extra: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def programs(self) -> Path:
        return Path(self.services.programs)

    @property
    def media(self) -> Path:
        return self.home / "media"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.services.database_url(APP),
            "DATABASE_OWNER_URL": self.services.database_url(OWNER),
            "REDIS_URL": self.services.redis_url(0),
            "CACHE_URL": self.services.redis_url(1),
            "RUMBO_ENV": "local",
            "RUMBO_HOME": str(self.home),
            "MEDIA_ROOT": str(self.media),
            "SECRET_KEY": settings.SECRET_KEY,
            **self.extra,
        }

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=self.environment(),
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return self.running[name]

    def start_web(self) -> None:
        """One web process; returns when it answers."""
        self.start(
            "web", "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(self.port), "--workers", "1", "--blocking-threads", "4", "--no-ws",
            "--log-level", "warning", "config.wsgi:application",
        )  # fmt: skip
        wait_until(lambda: self.ask("/healthz").status == 200)

    def start_machinery(self) -> None:
        """A worker and the scheduler, without waiting for them."""
        celery = ("-m", "celery", "-A", "config.celery")
        self.start("worker", *celery, "worker", "--concurrency=1", "--loglevel=INFO",
                   "--without-gossip", "--without-mingle")  # fmt: skip
        self.start("scheduler", *celery, "beat", f"--schedule={self.home / 'beat'}", "--pidfile=")

    def stop(self) -> None:
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()
        for server in (self.valkey, self.postgres):
            server.down()

    def are_all_alive(self) -> bool:
        """Whether every process that was started still is the same one."""
        return all(process.poll() is None for process in self.running.values())

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> Answer:
        """One request; redirects are not followed. Status 0 if nobody listens."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=body, headers=dict(headers or {}),
            method=method,
        )  # fmt: skip
        try:
            with _OPENER.open(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())
        except (urllib.error.URLError, OSError):
            return Answer(0, {}, "")

    def seen(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows past the wall, as the role of backups."""
        with psycopg.connect(self.services.database_url(BACKUP)) as connection:
            return connection.execute(sql).fetchall()

    def as_superuser(self, sql: str) -> None:
        with psycopg.connect(self.services.database_url("postgres"), autocommit=True) as connection:
            connection.execute(sql)

    def limit_files(self, size: int) -> None:
        """What a disk without room does: the web process cannot make a file longer than this."""
        for pid in _with_children(self.running["web"].pid):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Answered as it is."""


_OPENER = urllib.request.build_opener(_NoRedirects)


def _with_children(pid: int) -> list[int]:
    listing = subprocess.run(
        ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [tuple(map(int, line.split())) for line in listing.splitlines()]
    found = [pid]
    for each in found:
        found += [child for child, parent in pairs if parent == each]
    return found


@contextmanager
def house(home: Path, **extra: str) -> Iterator[House]:
    """Both servers up and empty; nothing of it is left afterwards."""
    home.chmod(0o711)
    make_home(home)
    who = runner()
    base = data_home(home, who)
    services = load_or_create(home, postgres_directory(who))
    postgres, valkey = (Kept(kind(home, base, services, who)) for kind in (Postgres, Valkey))
    here = House(home, services, postgres, valkey, extra)
    try:
        for server in (valkey, postgres):
            server.up()
        yield here
    finally:
        here.stop()
        # Shown by pytest if the test failed.
        for log in sorted(home.glob("*.log")):
            print(f"== {log.name}\n{log.read_text(errors='replace')[-4000:]}")


def furnish(here: House, database: str) -> None:
    """Bring what a database of the tests holds into the house, as a backup would."""
    dump = here.home / "furniture.dump"
    source = settings.SERVICES.database_url(BACKUP, database)
    target = here.services.database_url(OWNER)
    for program, *words in (
        ("pg_dump", "--format=custom", "--no-owner", f"--dbname={source}", f"--file={dump}"),
        ("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={target}", str(dump)),
    ):
        subprocess.run([here.programs / program, *words], check=True, capture_output=True)
    dump.unlink()
