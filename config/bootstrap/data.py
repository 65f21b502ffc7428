"""What a start needs in the database: migrations, and the demo agency once."""

import os
from pathlib import Path

from config.bootstrap.console import HOME, ROOT, VENV_PYTHON, Stamp, fingerprint, run, step

LOGINS = HOME / "demo-logins.txt"
MANAGE = [VENV_PYTHON, ROOT / "manage.py"]


def is_embedded() -> bool:
    return not os.environ.get("DATABASE_URL")


def ensure_messages() -> None:
    """Compile the translations; .mo files are made, not kept."""
    sources = list((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if any(is_older(source.with_suffix(".mo"), source) for source in sources):
        with step("Compiling translations"):
            run([VENV_PYTHON, "-m", "config.messages"])


def is_older(made: Path, source: Path) -> bool:
    made_at = made.stat().st_mtime if made.exists() else 0.0
    return made_at < source.stat().st_mtime


def ensure_migrated() -> None:
    """Start the servers and apply migrations. Another server's state is asked for, not remembered."""
    migrations = [path for path in ROOT.glob("*/migrations/*.py") if path.is_file()]
    stamp = Stamp(HOME / "migrated", fingerprint([*migrations, ROOT / "requirements.txt"]))
    if is_embedded() and stamp.is_current():
        return
    with step("Starting the database and applying migrations"):
        run([*MANAGE, "migrate", "--no-input", "--verbosity=1"])
    stamp.set()


def ensure_demo() -> None:
    """The demo agency, made once; `demo` prints the logins, which are shown again at each start."""
    if LOGINS.exists() or not list(ROOT.glob("*/management/commands/demo.py")):
        return
    with step("Making the demo agency"):
        logins = run([*MANAGE, "demo"])
    LOGINS.touch(mode=0o600)
    LOGINS.write_text(logins)
