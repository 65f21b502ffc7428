"""Running a step: say what, keep its output in a log, show the output only if it fails."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("RUMBO_HOME") or ROOT / ".rumbo").resolve()
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOG_LINES_SHOWN = 40


class StepFailed(RuntimeError):
    """A step of the set-up failed; the message says which, why, and what would help."""


def environment() -> dict[str, str]:
    """What our own programs are run with: the virtual environment first, and a HOME that can be used."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    }
    home = Path(kept.get("HOME") or "/nonexistent")
    if not (home.is_dir() and os.access(home, os.W_OK)):
        substitute = HOME / "home"
        substitute.mkdir(parents=True, exist_ok=True)
        kept["HOME"] = str(substitute)
    kept["PATH"] = os.pathsep.join([str(VENV / "bin"), kept.get("PATH", os.defpath)])
    kept["VIRTUAL_ENV"] = str(VENV)
    # Whoever runs Rumbo by `make` is on a machine of their own, also with servers of their own.
    kept.setdefault("RUMBO_ENV", "local")
    kept.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(HOME / "browsers"))
    return kept


def run(command: Sequence[str | Path], **extra: str) -> str:
    """Run it in the repository and return what it wrote to standard output.

    Everything it writes is also appended to log/setup.log.
    """
    log = HOME / "log" / "setup.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env=environment() | extra,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise StepFailed(f"{words[0]}: {error.strerror}") from error
    with log.open("a") as file:
        file.write(f"$ {' '.join(words)}\n{done.stdout}{done.stderr}")
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-LOG_LINES_SHOWN:])
        raise StepFailed(
            f"{' '.join(words)} ended with status {done.returncode}:\n{tail}\n(all of it: {log})"
        )
    return done.stdout


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done, and how long it took."""
    started = time.monotonic()
    print(f"  {what} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def fingerprint(paths: Sequence[Path], *more: str) -> str:
    """Changes when the content of any of the files does."""
    digest = hashlib.sha256("\0".join([*more, sys.platform]).encode())
    for path in sorted(paths):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


class Stamp:
    """Remembers, beside what a step made, from which inputs it was made."""

    def __init__(self, path: Path, value: str) -> None:
        self.path, self.value = path, value

    def is_current(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.value

    def set(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.value)
