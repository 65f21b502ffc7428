"""The keeper: holds both servers up while somebody uses them, then stops them and goes.

It is one process without threads. It never kills: a server is asked to stop until it has stopped.
"""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from config.embedded import locks, process
from config.embedded.client import READY
from config.embedded.places import data_home, postgres_directory, runner
from config.embedded.postgres import Postgres
from config.embedded.record import load_or_create, make_home
from config.embedded.valkey import Valkey

TICK_SECONDS = 0.25
GRACE_SECONDS = 5.0
READY_SECONDS = 120.0
LONGEST_WAIT_SECONDS = 5.0


class Server(Protocol):
    name: str
    stop_signal: signal.Signals

    def prepare(self) -> None: ...
    def start(self) -> subprocess.Popen[bytes]: ...
    def is_ready(self) -> bool: ...
    def after_start(self) -> None: ...


@dataclass
class Kept:
    """A server, its process, and when it may be tried again after it died."""

    server: Server
    process: subprocess.Popen[bytes] | None = None
    wait_seconds: float = 0.2

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def up(self) -> None:
        """Start it and wait until it can be used. Raises if it dies or stays silent."""
        self.server.prepare()
        self.process = self.server.start()
        deadline = time.monotonic() + READY_SECONDS
        while not self.server.is_ready():
            if self.process.poll() is not None:
                raise RuntimeError(
                    f"{self.server.name} ended with status {self.process.returncode}."
                )
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.server.name} gave no answer for {READY_SECONDS:.0f} s.")
            time.sleep(0.02)
        self.server.after_start()

    def down(self) -> None:
        if self.process is not None:
            process.stop_gently(self.process, self.server.stop_signal)


class Keeper:
    """Lives from the moment it holds keeper.lock until it has let go of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        make_home(home)
        self.users = locks.open_lock(home / locks.USERS)
        self.own_lock = locks.open_lock(home / locks.KEEPER)
        locks.lock(self.own_lock)
        os.ftruncate(self.own_lock, 0)
        os.pwrite(self.own_lock, str(os.getpid()).encode(), 0)
        self.ready = home / READY
        self.ready.unlink(missing_ok=True)
        self.grace_seconds = GRACE_SECONDS
        self.is_told_to_stop = False
        self.kept: list[Kept] = []
        signal.signal(signal.SIGUSR1, self.hurry)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop_now)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def hurry(self, *_: object) -> None:
        """Somebody left and wants the servers gone with them, if they were the last."""
        self.grace_seconds = 0.0

    def stop_now(self, *_: object) -> None:
        self.is_told_to_stop = True

    def log(self, message: str) -> None:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        print(f"{stamp} {message}", flush=True)

    def start(self) -> None:
        """Both servers up, or none and an exception that says why."""
        who = runner()
        services = load_or_create(self.home, postgres_directory(who))
        base = data_home(self.home, who)
        self.kept = [Kept(kind(self.home, base, services, who)) for kind in (Valkey, Postgres)]
        try:
            for kept in self.kept:
                kept.up()
        except BaseException:
            self.stop()
            raise
        self.ready.touch()
        self.log(f"ready: postgres {services.postgres_port}, valkey {services.valkey_port}")

    def stop(self) -> None:
        self.ready.unlink(missing_ok=True)
        for kept in reversed(self.kept):
            kept.down()

    def watch(self) -> None:
        """Until nobody has used the servers for the grace time; returns holding users.lock."""
        idle_since: float | None = None
        while not self.is_told_to_stop:
            time.sleep(TICK_SECONDS)
            for kept in self.kept:
                self.revive(kept)
            if not locks.try_lock(self.users):
                idle_since, self.grace_seconds = None, GRACE_SECONDS
                continue
            idle_since = idle_since or time.monotonic()
            if time.monotonic() - idle_since >= self.grace_seconds:
                return  # and keep the lock: who comes now waits for the next keeper
            locks.unlock(self.users)

    def revive(self, kept: Kept) -> None:
        """Start a dead server again, each failure doubling the wait before the next attempt."""
        if kept.is_running():
            kept.wait_seconds = 0.2
            return
        self.ready.unlink(missing_ok=True)
        self.log(f"{kept.server.name} has died; starting it again")
        try:
            kept.up()
        except Exception as error:  # whatever it is: a keeper that ends takes the servers along
            self.log(f"{error} Next attempt in {kept.wait_seconds:.1f} s.")
            kept.down()
            time.sleep(kept.wait_seconds)
            kept.wait_seconds = min(kept.wait_seconds * 2, LONGEST_WAIT_SECONDS)
        else:
            if all(each.is_running() for each in self.kept):
                self.ready.touch()
                self.log(f"{kept.server.name} is back")


def run(home: Path, announce: int) -> None:
    """The keeper's life. Writes one line to the descriptor `announce`: empty if all is ready."""
    keeper = Keeper(home)
    try:
        keeper.start()
        verdict = ""
    except Exception as error:  # whatever it is, the one who waits must hear it
        keeper.log(f"could not start: {error}")
        verdict = str(error).replace("\n", " ")
    with contextlib.suppress(BrokenPipeError), os.fdopen(announce, "w") as waiting:
        waiting.write(verdict + "\n")
    if verdict:
        raise SystemExit(1)
    keeper.watch()
    keeper.stop()
    keeper.log("nobody is left; stopped")
