"""A Chromium for the browser tests: one that is installed, Debian's, or Playwright's own."""

import os
import shutil
import subprocess
from pathlib import Path

from config.bootstrap.console import VENV_PYTHON, StepFailed, environment, run, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PLAYWRIGHT_PATH = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as p: print(p.chromium.executable_path)"
)


def runs(program: str | Path) -> bool:
    """Whether it starts at all (a wrapper without its package, or missing libraries, does not)."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, env=environment(), timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def installed() -> str | None:
    candidates = [os.environ.get("RUMBO_CHROMIUM"), *map(shutil.which, NAMES), *MAC_PATHS]
    return next((path for path in candidates if path and runs(path)), None)


def playwrights_own() -> str | None:
    path = run([VENV_PYTHON, "-c", PLAYWRIGHT_PATH]).strip()
    return path if path and runs(path) else None


def ensure_chromium() -> str:
    """The path of a Chromium that starts; installs one if it may. Fails rather than let tests skip."""
    found = installed() or playwrights_own()
    if found:
        return found
    problems = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            with step("Installing Chromium with apt-get"):
                apt("chromium")
        except StepFailed as error:
            problems.append(str(error))
        if found := installed():
            return found
    try:
        with step("Downloading Playwright's Chromium"):
            run([VENV_PYTHON, "-m", "playwright", "install", "chromium"])
    except StepFailed as error:
        problems.append(str(error))
    if found := playwrights_own():
        return found
    raise StepFailed(
        "The browser tests need Chromium or Chrome, and none could be had. Install one, or name one"
        " with RUMBO_CHROMIUM=/path/to/it.\n" + "\n".join(problems)
    )


def apt(package: str) -> None:
    """Install a Debian package; the lists are fetched only if they do not know it."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", package]
    try:
        run(command, DEBIAN_FRONTEND="noninteractive")
    except StepFailed:
        run(["apt-get", "update"])
        run(command, DEBIAN_FRONTEND="noninteractive")
