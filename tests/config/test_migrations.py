"""Migrations give up rather than queue everybody, and the newest go back and forth to the same schema."""

import subprocess
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.roles import OWNER

#: Where each app stood before what is new now; what came since must go back to it. Older ones are never
#: edited, and went back when they were new.
RELEASED = {
    "steering": "zero",
    "webhooks": "zero",
    "kpis": "0017",
    "campaigns": "0011",
    "accounts": "0015",
    "inbox": "0002",
}


def test_a_migration_waits_ten_seconds_for_a_lock_and_no_longer() -> None:
    its = settings.DATABASES["owner"]
    with psycopg.connect(
        host=its["HOST"], port=its["PORT"] or None, user=its["USER"], password=its["PASSWORD"],
        dbname="postgres", options=its["OPTIONS"]["options"],
    ) as owner:  # fmt: skip
        assert owner.execute("SHOW lock_timeout").fetchone() == ("10s",)


def schema(name: str) -> str:
    """Tables, columns, keys, policies, triggers, functions and grants, as pg_dump writes them."""
    done = subprocess.run(
        [Path(settings.SERVICES.programs) / "pg_dump", "--schema-only", "--no-owner",
         f"--dbname={settings.SERVICES.database_url(OWNER, name)}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    # A dump has a word of its own against being tampered with, and columns keep no order of age.
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("\\", "--"))]
    return "\n".join(sorted(line.strip().rstrip(",") for line in lines))


@pytest.mark.skipif(not settings.USES_EMBEDDED, reason="pg_dump needs the owner's password")
def test_what_is_new_goes_back_and_comes_again(committed: str) -> None:
    before = schema(committed)
    for app, name in RELEASED.items():
        call_command("migrate", app, name, database="owner", verbosity=0)
    assert schema(committed) != before
    call_command("migrate", database="owner", verbosity=0)
    assert schema(committed) == before
