"""The real web server as a process of its own, on a test's database: to be called, and to be killed."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from config.embedded.record import free_port
from tests.databases import app_url
from tests.processes import wait_until


@dataclass
class Server:
    """granian, as in production; `kill` ends it at once, as a machine that loses its power does."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@contextmanager
def serving(
    database: str,
    directory: Path,
    threads: int = 4,
    extra: Mapping[str, str] | None = None,
    *,
    workers: int = 1,
    application: str = "config.wsgi:application",
) -> Iterator[Server]:
    """A server that answers at /healthz; nothing of it outlives the block."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": app_url(database),
        "REDIS_URL": settings.CELERY_BROKER_URL,
        "CACHE_URL": settings.CACHES["default"]["LOCATION"],
        "RUMBO_ENV": "local",
        "RUMBO_HOME": str(directory),
        "SECRET_KEY": settings.SECRET_KEY,
        "PGAPPNAME": "served",
        **(extra or {}),
    }
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads), "--no-ws",
        "--log-level", "warning", application,
    ]  # fmt: skip
    with (directory / f"web-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    server = Server(port, process)
    try:
        wait_until(server.is_up)
        yield server
    finally:
        server.kill()
