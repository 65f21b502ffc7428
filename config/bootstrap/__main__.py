"""`python3 -m config.bootstrap setup|run|test|check|bench`: what the Makefile calls."""

import os
import sys
import time

from config.bootstrap import browser, data, frontend, python
from config.bootstrap.console import ROOT, VENV_PYTHON, StepFailed, environment


def set_up(*, is_development: bool) -> None:
    """Everything but the data. Each step looks first whether it is needed."""
    if is_development:
        python.ensure_development()
    else:
        python.ensure_runtime()
    frontend.ensure_assets()
    data.ensure_messages()


def become(*words: str, **extra: str) -> None:
    """Go on as another program of the virtual environment; does not return."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(VENV_PYTHON, [str(VENV_PYTHON), *words], environment() | extra)  # noqa: S606


def setup(arguments: list[str]) -> None:
    set_up(is_development=False)
    data.ensure_migrated()
    data.ensure_demo()


def run(arguments: list[str]) -> None:
    started = time.time()
    setup(arguments)
    become("-m", "config.supervisor", RUMBO_STARTED=str(started))


def test(arguments: list[str]) -> None:
    set_up(is_development=True)
    chromium = browser.ensure_chromium()
    workers = []
    if not any(word.startswith("-n") for word in arguments):
        # One more than cores: many tests wait for a browser, a disk, or a process that is starting.
        workers = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal"]
    become("-m", "pytest", *workers, *arguments, RUMBO_CHROMIUM=chromium)


def check(arguments: list[str]) -> None:
    set_up(is_development=True)
    become("-m", "config.check", *arguments)


def bench(arguments: list[str]) -> None:
    set_up(is_development=True)
    become("-m", "tests.bench", *arguments)


COMMANDS = {"setup": setup, "run": run, "test": test, "check": check, "bench": bench}


def main(words: list[str]) -> int:
    if len(words) < 1 or words[0] not in COMMANDS:
        print(
            f"usage: python3 -m config.bootstrap {'|'.join(COMMANDS)} [arguments]", file=sys.stderr
        )
        return 2
    if sys.version_info < python.NEEDED:
        print(
            f"Rumbo needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr
        )
        return 1
    os.umask(0o022)
    print(f"Rumbo: {words[0]}", flush=True)
    try:
        COMMANDS[words[0]](words[1:])
    except StepFailed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
