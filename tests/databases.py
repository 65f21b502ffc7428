"""Databases for tests: one migrated template per state of the migrations, a clone per worker.

Django's own test database cannot do this: owner and app would be one database to it, and its flush
needs TRUNCATE, which the app does not have. Everything here runs as rumbo_owner; tests as rumbo_app.
"""

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from accounts.roles import access_statements

ROOT = Path(settings.BASE_DIR)
_numbers = itertools.count()


def migrations_hash() -> str:
    """Changes whenever the migrations, or the modules whose SQL they run, do."""
    files = sorted(
        [
            *ROOT.glob("*/migrations/*.py"),
            *(ROOT / "accounts").glob("r*.py"),
            ROOT / "accounts" / "touching.py",
            *(ROOT / "campaigns").glob("*references.py"),
            ROOT / "campaigns" / "statistics.py",
            ROOT / "campaigns" / "plain_text.py",
            ROOT / "campaigns" / "models" / "searching.py",
            *(ROOT / "kpis").glob("*mark*.py"),
        ]
    )
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def owner_connection(name: str = "postgres") -> psycopg.Connection[Any]:
    """A connection of the owner outside Django, in autocommit: CREATE DATABASE needs that."""
    its = settings.DATABASES["owner"]
    return psycopg.connect(
        host=its["HOST"], port=its["PORT"] or None, user=its["USER"], password=its["PASSWORD"],
        dbname=name, autocommit=True,
    )  # fmt: skip


def ensure_template() -> str:
    """Migrate a template unless one for these migrations stands there. Safe for several workers."""
    name = f"rumbo_template_{migrations_hash()}"
    lock = Path(settings.RUMBO_HOME) / "template.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held, owner_connection() as owner:
        fcntl.flock(held, fcntl.LOCK_EX)
        known = {row[0] for row in owner.execute("SELECT datname FROM pg_database").fetchall()}
        if name in known:
            return name
        building = f"rumbo_building_{os.getpid()}"
        for old in (one for one in known if one.startswith(("rumbo_template_", "rumbo_building_"))):
            owner.execute(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {building} TEMPLATE template0 ENCODING 'UTF8'")
        for statement in access_statements(building):
            owner.execute(statement)
        with pointed_at(building):
            call_command("migrate", verbosity=0)
        owner.execute(f"ALTER DATABASE {building} RENAME TO {name}")
    return name


@contextmanager
def clone(template: str) -> Iterator[str]:
    """A database of one's own, gone afterwards."""
    name = f"rumbo_test_{os.getpid()}_{next(_numbers)}"
    with owner_connection() as owner:
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY WAL_LOG")
        for statement in access_statements(name):
            owner.execute(statement)
    try:
        yield name
    finally:
        with owner_connection() as owner:
            # Not FORCE: the owner may not end the app's sessions. PostgreSQL waits for those that are
            # just ending; a session that stays is a process that a test has left behind.
            owner.execute(f"DROP DATABASE IF EXISTS {name}")


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Both of Django's aliases connect to the database `name`."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    _point(dict.fromkeys(before, name))
    try:
        yield
    finally:
        _point(before)


def point_at(name: str) -> None:
    """From now on both aliases connect to `name`; costs nothing where they do already."""
    if settings.DATABASES["default"]["NAME"] != name:
        _point(dict.fromkeys(("default", "owner"), name))


def _point(names: dict[str, str]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def app_url(name: str) -> str:
    """The app's address of a database, for processes that a test starts."""
    its = settings.DATABASES["default"]
    return f"postgresql://{its['USER']}:{its['PASSWORD']}@{its['HOST']}:{its['PORT']}/{name}"
