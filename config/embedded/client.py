"""The side of those who use the embedded servers: say so, have them started, and go."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.embedded import locks
from config.embedded.record import Services, load, make_home

PROJECT = Path(__file__).resolve().parent.parent.parent
READY = "ready"
START_SECONDS = 180
# The keeper holds users.lock for moments when it looks whether anybody is there: one look is not enough.
OTHERS_SECONDS = 0.5

_held: dict[Path, int] = {}


class ServicesUnavailable(RuntimeError):
    """The embedded servers could not be started; the message says why and where the log is."""


def services(home: Path) -> Services:
    """Have both servers running and return how to reach them. Cheap when they run already.

    1. Hold users.lock, shared, until this process ends (a keeper that is stopping makes us wait).
    2. Under start.lock: if no keeper holds keeper.lock, start one; it answers when all is ready.
    3. Wait for the mark that says ready: the keeper may be restarting a server.
    """
    home = home.resolve()
    make_home(home)
    if home not in _held:
        descriptor = locks.open_lock(home / locks.USERS)
        locks.lock(descriptor, is_shared=True)
        _held[home] = descriptor
    starting = locks.open_lock(home / locks.START)
    try:
        locks.lock(starting, timeout_seconds=START_SECONDS)
        if not locks.is_held(home / locks.KEEPER):
            start_keeper(home)
    finally:
        os.close(starting)
    wait_until_ready(home)
    found = load(home)
    if found is None:
        raise ServicesUnavailable(f"{home} has no record of its servers.")
    return found


def start_keeper(home: Path) -> None:
    """Run the keeper detached; returns when the servers are ready."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    if "PG_BIN" in os.environ:
        environment["PG_BIN"] = os.environ["PG_BIN"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "config.embedded", str(home)],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ServicesUnavailable(
            f"The embedded servers did not start within {START_SECONDS} s. See {home / 'log'}."
        ) from error
    if done.returncode:
        raise ServicesUnavailable(
            f"The embedded servers did not start: {done.stderr.strip()}\nSee {home / 'log'}."
        )


def wait_until_ready(home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not (home / READY).exists():
        if not locks.is_held(home / locks.KEEPER):
            raise ServicesUnavailable(f"The embedded servers have stopped. See {home / 'log'}.")
        if time.monotonic() > deadline:
            raise ServicesUnavailable(f"The embedded servers are not ready. See {home / 'log'}.")
        time.sleep(0.02)


def leave(home: Path, *, timeout_seconds: float = 60) -> bool:
    """Stop using the servers; if nobody else does, have them stopped at once and wait for it.

    Returns whether they are stopped. Call it last: connections of this process break.
    """
    home = home.resolve()
    descriptor = _held.pop(home, None)
    if descriptor is not None:
        os.close(descriptor)
    deadline, used_since = time.monotonic() + timeout_seconds, None
    while locks.is_held(home / locks.KEEPER):
        with contextlib.suppress(ValueError, ProcessLookupError):
            os.kill(int((home / locks.KEEPER).read_text()), signal.SIGUSR1)
        now = time.monotonic()
        used_since = (used_since or now) if is_used(home) else None
        if now > deadline or (used_since is not None and now - used_since > OTHERS_SECONDS):
            return False
        time.sleep(0.1)
    return True


def is_used(home: Path) -> bool:
    """Whether somebody seems to use the servers: users.lock can be shared, but not had alone."""
    users = locks.open_lock(home / locks.USERS)
    try:
        return locks.try_lock(users, is_shared=True) and not locks.try_lock(users)
    finally:
        os.close(users)
