"""One server process under the keeper: started so that it does not outlive it, told apart, stopped gently."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.places import Runner

PR_SET_PDEATHSIG = 1


def dies_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A preexec function: on Linux the kernel sends `number` when the parent is gone."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def start(
    arguments: list[str | Path],
    *,
    who: Runner,
    cwd: Path,
    log: Path,
    stop_signal: signal.Signals,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a server as `who`, in a session of its own (Ctrl-C is not for it), writing to `log`."""
    log.parent.mkdir(mode=0o700, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload]
            [str(argument) for argument in arguments],
            cwd=cwd,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=0o077,
            preexec_fn=dies_with_parent(stop_signal),
            **who.popen_options(),
        )


def command_line(pid: int) -> str:
    """How process `pid` was started, or '' if there is none."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    done = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return done.stdout


def end_leftover(pid_file: Path, marks: tuple[str, ...], stop: signal.Signals) -> None:
    """Stop a server that a killed keeper left; forget a pid file whose number is another process now.

    A process is ours only if its command line has all `marks`.
    """
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    deadline = time.monotonic() + 60
    is_told = False
    while all(mark in command_line(pid) for mark in marks):
        if not is_told or time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, stop)
            is_told, deadline = True, time.monotonic() + 60
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def stop_gently(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Ask until it is gone. Never SIGKILL: the next start would have to recover."""
    while process.poll() is None:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=60)
