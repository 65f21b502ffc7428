"""`make run`'s supervisor: serves, restarts what dies, and takes everything along when it goes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import embedded
from config.embedded import locks
from config.embedded.record import free_port
from config.supervisor import Child, Supervisor
from tests.config.launcher import PATIENCE_SECONDS, eventually, kill, processes_of


def listing() -> list[tuple[int, int, str]]:
    """(pid, parent, command line) of every living process."""
    out = subprocess.run(
        ["ps", "-eww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(maxsplit=3) for line in out.splitlines())
    return [
        (int(row[0]), int(row[1]), row[3]) for row in rows if len(row) == 4 and row[2][0] != "Z"
    ]


def descendants(pid: int) -> dict[int, str]:
    found: dict[int, str] = {}
    rows, parents = listing(), {pid}
    while parents:
        children = {child: text for child, parent, text in rows if parent in parents}
        found |= children
        parents = set(children)
    return found


def is_gone(pids: dict[int, str]) -> bool:
    return not {pid for pid, _, text in listing() if pids.get(pid) == text}


class Running:
    """The supervisor, with servers and a port of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.log = home / "supervisor.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                env=os.environ | {"RUMBO_HOME": str(home), "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def is_serving(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/healthz"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.read() == b"ok\n")
        except (urllib.error.URLError, OSError):
            return False

    def is_whole(self) -> bool:
        """Web, worker (with its two children) and scheduler are there."""
        texts = list(descendants(self.process.pid).values())
        words = ("granian", "celery --quiet -A config.celery worker", "config.celery beat")
        return all(any(word in text for text in texts) for word in words) and self.is_serving()


@pytest.fixture
def running() -> Iterator[Running]:
    with tempfile.TemporaryDirectory(prefix="rumbo-test-") as name:
        home = Path(name).resolve()
        home.chmod(0o711)
        found = Running(home)
        try:
            assert eventually(found.is_whole), found.log.read_text()
            yield found
        finally:
            found.process.send_signal(signal.SIGTERM)
            found.process.wait(timeout=PATIENCE_SECONDS)
            assert embedded.leave(home)


def test_ctrl_c_stops_everything_and_leaves_nothing(running: Running) -> None:
    everything = descendants(running.process.pid)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert is_gone(everything)
    assert processes_of(running.home) == []


def test_a_child_that_dies_is_started_again(running: Running) -> None:
    children = descendants(running.process.pid)
    for pid, text in children.items():
        if "granian" in text or "celery" in text:
            kill(pid)
    assert eventually(lambda: is_gone(children))
    assert eventually(running.is_whole), running.log.read_text()


def test_a_killed_supervisor_takes_everything_along(running: Running) -> None:
    everything = descendants(running.process.pid)
    kill(running.process.pid)
    assert eventually(lambda: is_gone(everything))
    assert eventually(lambda: processes_of(running.home) == [])


def test_what_a_child_leaves_holds_nothing_when_all_are_stopped(tmp_path: Path) -> None:
    """A big process holds its locks for a while after it was killed: until it is taken apart."""
    path = tmp_path / "users.lock"
    big = (
        "import sys, time; from pathlib import Path; from config.embedded import locks\n"
        "locks.lock(locks.open_lock(Path(sys.argv[1])), is_shared=True)\n"
        "held = b'1' * 400_000_000; print(1, flush=True); time.sleep(321)"
    )
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {big!r}, sys.argv[1]])"
    child = Child("test", [sys.executable, "-c", code, str(path)])
    with child.start() as output:
        assert output.readline() == b"1\n"
        assert locks.is_held(path)
        Supervisor([child]).stop()
    assert not locks.is_held(path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere somebody looks after all dead")
def test_the_dead_whom_nobody_looks_after_are_not_waited_for() -> None:
    """As in a container whose first process is no init: what is orphaned comes to us, and stays a zombie."""
    code = (
        "import ctypes, sys; ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\n"  # PR_SET_CHILD_SUBREAPER
        "from config.supervisor import Child, Supervisor\n"
        "sleep = 'import time; print(1, flush=True); time.sleep(321)'\n"
        "both = f'import subprocess, sys; subprocess.run([sys.executable, \"-c\", {sleep!r}])'\n"
        "child = Child('test', [sys.executable, '-c', both])\n"
        "with child.start() as output:\n"
        "    output.readline()\n"
        "    print(child.is_group_gone())\n"
        "    Supervisor([child]).stop()\n"
        "print(child.is_group_gone())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\nTrue\n"


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "config.supervisor"],
            env=os.environ | {"PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"PORT={port + 1} make run" in done.stdout


@pytest.mark.parametrize("port", ["abc", "0", "70000"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        env=os.environ | {"PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        2,
        f"PORT is '{port}'; it must be a number from 1 to 65535.\n",
    )


def test_where_the_kernel_does_not_tell_a_watcher_ends_the_child() -> None:
    code = (
        "import subprocess, sys\n"
        "command = [sys.executable, '-m', 'config.supervisor', '--watch-parent', 'sleep', '321']\n"
        "print(subprocess.Popen(command).pid, flush=True)\n"
        "sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    watcher = int(parent.stdout.readline())
    assert eventually(lambda: "sleep 321" in descendants(watcher).values())
    everything = descendants(parent.pid)
    kill(parent.pid)
    parent.communicate()
    assert eventually(lambda: is_gone(everything))
