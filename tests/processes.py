"""Real workers and a real scheduler as processes of their own, to be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tests.databases import app_url

#: What a loaded machine may need; a healthy one needs a hundredth.
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Forked:
    """A process that tests.nursery has made, the first of a group of its own."""

    pid: int

    def is_there(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def wait(self) -> None:
        wait_until(lambda: not self.is_there())


@dataclass
class Processes:
    """Celery processes on one database and the test's own Valkey database."""

    database: str
    directory: Path
    running: dict[str, Forked] = field(default_factory=dict)
    started: int = 0

    def __post_init__(self) -> None:
        with (self.directory / "nursery.log").open("wb") as log:
            self.nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery"],
                cwd=settings.BASE_DIR,
                env=self.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": app_url(self.database),
            "REDIS_URL": settings.CELERY_BROKER_URL,
            "CACHE_URL": settings.CACHES["default"]["LOCATION"],
            "RUMBO_ENV": "local",
            "RUMBO_HOME": str(self.directory),
        }

    def start(self, *arguments: str) -> str:
        """Its name, which PostgreSQL shows as the session's application."""
        self.started += 1
        name = f"{arguments[0]}-{self.started}"
        log = str(self.directory / f"{name}.log")
        order = json.dumps({"name": name, "log": log, "arguments": arguments})
        assert self.nursery.stdin is not None and self.nursery.stdout is not None
        self.nursery.stdin.write(order.encode() + b"\n")
        self.nursery.stdin.flush()
        answer = self.nursery.stdout.readline()
        assert answer, self.logs()
        self.running[name] = Forked(int(answer))
        return name

    def start_worker(self) -> str:
        """A worker with one pool process; returns its name without waiting for it."""
        return self.start("worker", "--concurrency=1", "--loglevel=INFO", "--without-gossip",
                          "--without-mingle")  # fmt: skip

    def start_scheduler(self) -> str:
        return self.start("beat", f"--schedule={self.directory / 'beat'}", "--loglevel=INFO")

    def kill(self, name: str) -> None:
        """kill -9 to the process and all it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def logs(self) -> str:
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-2000:]}"
            for path in sorted(self.directory.glob("*.log"))
        )


@contextmanager
def processes(database: str, directory: Path) -> Iterator[Processes]:
    """None of them outlives the block."""
    them = Processes(database, directory)
    try:
        yield them
    finally:
        for name in list(them.running):
            them.kill(name)
        them.nursery.communicate()  # it ends when there are no more orders


def wait_until(
    is_so: Callable[[], object], seconds: float = PATIENCE_SECONDS, every: float = 0.01
) -> float:
    """Ask until the answer is true, every few seconds; the seconds it took. AssertionError if it
    never is."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"not within {seconds} seconds"
        time.sleep(every)
    return time.monotonic() - began
