"""What the launcher's tests share: real users of real servers, and a look at what still runs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from config.embedded import Services

USE = """
import sys, time
from pathlib import Path
from config import embedded
embedded.services(Path(sys.argv[1]))
print("using", flush=True)
sys.stdin.read()
"""
# What a loaded machine may need to start twice; a healthy one needs some seconds.
PATIENCE_SECONDS = 240


def start_user(home: Path) -> subprocess.Popen[str]:
    """A process of its own that uses the servers until its input ends; returns when it does."""
    user = subprocess.Popen(
        [sys.executable, "-c", USE, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "using\n"
    return user


def end_user(user: subprocess.Popen[str], number: signal.Signals = signal.SIGKILL) -> None:
    user.send_signal(number)
    user.communicate()


def keeper_pid(home: Path) -> int:
    return int((home / "keeper.lock").read_text())


def postmaster_pid(home: Path) -> int:
    return int(next(home.glob("postgres-*/postmaster.pid")).read_text().split()[0])


def processes_of(home: Path) -> list[str]:
    """Command lines of the keeper and servers of `home` that still run; the dead do not count."""
    listing = subprocess.run(
        ["ps", "-eww", "-o", "stat=,args="], capture_output=True, text=True, check=True
    )
    lines = (line.split(maxsplit=1) for line in listing.stdout.splitlines())
    marks = (f"config.embedded {home}", f"-D {home}")
    return [
        words[1]
        for words in lines
        if len(words) == 2
        and not words[0].startswith("Z")
        and any(mark in words[1] for mark in marks)
    ]


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it comes true within PATIENCE_SECONDS."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def database(
    services: Services, role: str = "rumbo_owner"
) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(services.database_url(role), autocommit=True, connect_timeout=5)


def accepts(services: Services) -> bool:
    """Whether both servers let us in."""
    try:
        database(services).close()
        with redis.Redis.from_url(services.redis_url()) as client:
            return bool(client.ping())
    except (psycopg.OperationalError, redis.RedisError):
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
