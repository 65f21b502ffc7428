"""`make run`: web, worker and scheduler as children of one process, on this machine.

A child that dies is started again after a growing wait. Ctrl-C stops all of them, and whatever way
this process ends, none outlives it. In production the container platform does this work instead.
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config import embedded
from config.bootstrap.console import HOME, ROOT, VENV_PYTHON
from config.bootstrap.data import LOGINS, is_embedded
from config.embedded.process import dies_with_parent

HOST = "127.0.0.1"
TICK_SECONDS = 0.25
STOP_SECONDS = 15.0
# A web process that is told to stop while it still loads does not hear it; this is how long it is asked.
WEB_STOP_SECONDS = 5
STEADY_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 30.0
WATCH_PARENT = "--watch-parent"


@dataclass
class Child:
    """One program that should run. `wait_seconds` grows while it keeps dying young."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    wait_seconds: float = 0.5
    rest: bytes = field(default=b"", repr=False)

    def start(self) -> IO[bytes]:
        """Start it in a session of its own, so that Ctrl-C reaches only the supervisor."""
        prefix = (
            [] if sys.platform == "linux" else [str(VENV_PYTHON), "-m", __spec__.name, WATCH_PARENT]
        )
        self.process = subprocess.Popen(
            [*prefix, *self.command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        self.started_at = time.monotonic()
        if self.process.stdout is None:
            raise RuntimeError("a child without output")
        return self.process.stdout

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def plan_restart(self) -> float:
        """When it died: decide when to try again; returns the wait in seconds."""
        lived = time.monotonic() - self.started_at
        wait = 0.5 if lived > STEADY_SECONDS else self.wait_seconds
        self.wait_seconds = min(wait * 2, LONGEST_WAIT_SECONDS)
        self.start_again_at = time.monotonic() + wait
        return wait

    def signal_group(self, number: signal.Signals) -> None:
        """To the child and everything it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return

    def is_group_gone(self) -> bool:
        """Whether nothing that it started is left in its group either."""
        if self.process is None:
            return True
        try:
            os.killpg(self.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return True
        return not is_anybody_in(self.process.pid)


class Supervisor:
    """Runs the children, prints their lines with their names in front, and ends them."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.selector = selectors.DefaultSelector()
        self.stop_requests = 0

    def request_stop(self, *_: object) -> None:
        """First time: stop in order. Second time: at once."""
        self.stop_requests += 1

    def start(self, child: Child) -> None:
        output = child.start()
        os.set_blocking(output.fileno(), False)
        self.selector.register(output, selectors.EVENT_READ, child)

    def pump(self, seconds: float) -> None:
        """Pass on what the children wrote, waiting for it at most `seconds`."""
        for key, _ in self.selector.select(seconds):
            child: Child = key.data
            data = os.read(key.fd, 65536)
            if not data:
                self.selector.unregister(key.fileobj)
            *lines, child.rest = (child.rest + data).split(b"\n")
            for line in lines:
                say(f"{child.name:>9} │ {line.decode(errors='replace')}")

    def tend(self) -> None:
        """Start again what has died and has waited long enough."""
        for child in self.children:
            if child.is_running():
                continue
            if child.start_again_at <= child.started_at:
                status = child.process.returncode if child.process else "?"
                wait = child.plan_restart()
                say(f"{child.name} ended with status {status}; starting it again in {wait:.1f} s")
            elif time.monotonic() >= child.start_again_at:
                self.start(child)

    def stop(self) -> None:
        """Ask all; after STOP_SECONDS, or a second request, kill what is left. Nothing is lost by it."""
        for child in self.children:
            if child.is_running() and child.process is not None:
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_running() for child in self.children):
            if time.monotonic() > deadline or self.stop_requests > 1:
                break
            self.pump(0.1)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        # Who is killed still holds the servers until the kernel has taken it apart.
        deadline = time.monotonic() + STOP_SECONDS
        while not all(child.is_group_gone() for child in self.children):
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)


def is_anybody_in(group: int) -> bool:
    """Whether a process of the group still holds anything.

    The dead stay in it until their parent looks after them, which the first process of a container may
    never do. One whose first thread is dead lives on in the others.
    """
    proc = Path("/proc")
    if not (proc / "self" / "stat").exists():
        return True
    for stat in proc.glob("[0-9]*/stat"):
        with suppress(OSError):
            # state, parent, group, … threads: what follows the name, which may hold anything
            fields = stat.read_bytes().rpartition(b")")[2].split()
            if int(fields[2]) == group and (fields[0] not in b"ZX" or int(fields[17]) > 1):
                return True
    return False


def say(line: str) -> None:
    """To the terminal, which may be gone."""
    try:
        print(line, flush=True)
    except (BrokenPipeError, OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def is_port_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def programs(port: int) -> list[Child]:
    """What makes up Rumbo. Threads per web process stay below DATABASE_POOL (config/wsgi.py)."""
    python = str(VENV_PYTHON)
    # Root on a machine of one's own is told enough by its prompt.
    calm = ["-W", "ignore:You're running the worker"]
    celery = [python, *calm, "-m", "celery", "--quiet", "-A", "config.celery"]
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws"]
    web += ["--workers-kill-timeout", str(WEB_STOP_SECONDS)]
    worker = [
        "worker",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "INFO",
    ]
    beat = [
        "beat",
        "--schedule",
        str(HOME / "beat-schedule"),
        "--pidfile=",
        "--loglevel",
        "WARNING",
    ]
    return [
        Child("web", [*web, "--log-level", "warning", "config.wsgi:application"]),
        Child("worker", [*celery, *worker]),
        Child("scheduler", [*celery, *beat]),
    ]


def greet(port: int) -> None:
    started = float(os.environ.get("RUMBO_STARTED", time.time()))
    say(
        f"\nRumbo is at http://{HOST}:{port}   (ready after {time.time() - started:.1f} s; Ctrl-C stops it)"
    )
    if LOGINS.exists():
        say(f"\n{LOGINS.read_text().rstrip()}\n")
    if not os.environ.get("EMAIL_HOST"):
        say(f"E-mails are not sent but kept in {HOME / 'mail'}\n")


def serve(port: int) -> int:
    """Run until told to stop; returns the exit status."""
    supervisor = Supervisor(programs(port))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.request_stop)
    if not is_port_free(port):
        say(
            f"Port {port} is taken by another program. PORT={port + 1} make run takes the next one."
        )
        return 1
    is_greeted, looked_at = False, 0.0
    try:
        if is_embedded():
            embedded.services(HOME)
        for child in supervisor.children:
            supervisor.start(child)
        while not supervisor.stop_requests:
            supervisor.pump(TICK_SECONDS)
            supervisor.tend()
            if time.monotonic() - looked_at > 1:
                looked_at = time.monotonic()
                if is_embedded():
                    embedded.services(HOME)  # a keeper that was killed is replaced
                if not is_greeted and answers(port):
                    is_greeted = True
                    greet(port)
    finally:
        say("\nStopping …")
        supervisor.stop()
        if is_embedded():
            embedded.leave(HOME)
        say("Stopped.")
    return 0


def watch_parent(command: list[str]) -> int:
    """Where the kernel cannot do it: run `command` and end it when our own parent is gone."""
    parent = os.getppid()
    process = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while process.poll() is None:
        if os.getppid() != parent:
            process.terminate()
            parent = os.getppid()
        time.sleep(0.5)
    return process.returncode


def main(arguments: list[str]) -> int:
    if arguments[:1] == [WATCH_PARENT]:
        return watch_parent(arguments[1:])
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        say(f"PORT is {text!r}; it must be a number from 1 to 65535.")
        return 2
    return serve(int(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
