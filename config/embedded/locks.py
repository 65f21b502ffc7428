"""Advisory file locks, which the kernel releases however their holder ends."""

import fcntl
import os
import time
from pathlib import Path

USERS, START, KEEPER = "users.lock", "start.lock", "keeper.lock"


class LockTimeout(RuntimeError):
    """Somebody else holds the lock for longer than is reasonable."""


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, *, is_shared: bool = False) -> bool:
    """Take the lock if that needs no waiting."""
    mode = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock(descriptor: int, *, is_shared: bool = False, timeout_seconds: float = 120) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not try_lock(descriptor, is_shared=is_shared):
        if time.monotonic() > deadline:
            raise LockTimeout("Another process has been starting or stopping the servers too long.")
        time.sleep(0.02)


def unlock(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock exclusively or shared."""
    descriptor = open_lock(path)
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)
