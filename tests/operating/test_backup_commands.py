"""manage.py backup and restore: into a fresh server, where people log in and see the same numbers."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction

from accounts.roles import APP, BACKUP, OWNER
from accounts.sealed_factors import place_of
from accounts.sealing import unseal
from tests.browser.world import tell
from tests.cast import Cast
from tests.operating.conftest import Keys
from tests.operating.forms import send_form
from tests.operating.house import House, house

DASHBOARD = "/a/aurora/c/bodega/"
#: What differs between two answers to the same question: tokens of the request, and its clock.
ONCE = re.compile(r'nonce="[^"]*"|(?:content|value)="[A-Za-z0-9]{64}"')
PASSWORD = "tres-tristes-tigres"


def manage(here: House, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
    backup_url = here.services.database_url(BACKUP)
    environment = {**here.environment(), "DATABASE_BACKUP_URL": backup_url, **extra}
    environment["PG_BIN"] = str(here.programs)
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[House]:
    """Another server, with roles and an empty database."""
    with tempfile.TemporaryDirectory(prefix="rumbo-house-") as name, house(Path(name)) as here:
        yield here


@pytest.fixture
def furnished(
    committed_cast: Cast, keys: Keys, open_house: Callable[..., House]
) -> tuple[House, Cast]:
    """A client with sixty days of numbers, a password, a second factor, and a file on its way in."""
    tell(committed_cast)
    with transaction.atomic():
        committed_cast.ana.set_password(PASSWORD)
        committed_cast.ana.save()
        committed_cast.ana.emailaddress_set.create(
            email=committed_cast.ana.email, verified=True, primary=True
        )
        TOTP.activate(committed_cast.marta, "JBSWY3DPEHPK3PXP")
    here = open_house()
    waiting = here.media / "imports" / "1" / "waiting.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("id,created\n")
    return here, committed_cast


def test_a_backup_comes_back_on_a_fresh_server(
    furnished: tuple[House, Cast], fresh: House, keys: Keys, tmp_path: Path
) -> None:
    here, cast = furnished
    saved = tmp_path / "saved"
    here.start_web()
    before = ONCE.sub("", here.ask(DASHBOARD, headers=keys.page()).text)
    assert "€" in before

    made = manage(here, "backup", str(saved))
    assert made.returncode == 0, made.stderr
    manifest = json.loads((saved / "manifest.json").read_text())
    assert (manifest["rows"]["accounts_agency"], manifest["rows"]["accounts_user"]) == (2, 6)
    assert set(manifest["files"]) == {"database.dump", "media/imports/1/waiting.csv"}
    for role in (APP, OWNER, BACKUP):  # no key and no password is in it
        assert here.services.passwords[role] not in (saved / "manifest.json").read_text()
    assert settings.SECRET_KEY not in (saved / "manifest.json").read_text()
    assert saved.stat().st_mode & 0o077 == 0
    assert "is there already" in manage(here, "backup", str(saved)).stderr

    done = manage(fresh, "restore", str(saved))
    assert (done.returncode, done.stderr) == (0, "")
    for table in manifest["rows"]:
        count = f"SELECT count(*) FROM {table}"
        assert fresh.seen(count) == here.seen(count) == [(manifest["rows"][table],)]
    assert (fresh.media / "imports" / "1" / "waiting.csv").read_text() == "id,created\n"

    fresh.start_web()
    assert ONCE.sub("", fresh.ask(DASHBOARD, headers=keys.page()).text) == before
    login = {"login": "ana@example.com", "password": PASSWORD}
    assert send_form(fresh, None, "/accounts/login/", login).status == 302
    assert _second_factor(fresh, cast) == "JBSWY3DPEHPK3PXP"


def _second_factor(here: House, cast: Cast) -> str:
    ((kind, data),) = here.seen(
        f"SELECT type, data FROM mfa_authenticator WHERE user_id = {cast.marta.pk} AND type = 'totp'"
    )
    row = Authenticator(user_id=cast.marta.pk, type=kind, data=data)
    return unseal(str(data["secret"]), place_of(row))


def test_what_would_not_come_back_whole_is_refused(
    furnished: tuple[House, Cast], fresh: House, tmp_path: Path
) -> None:
    here, _cast = furnished
    saved = tmp_path / "saved"
    as_owner: dict[str, Any] = {"DATABASE_BACKUP_URL": here.services.database_url(OWNER)}
    refused = manage(here, "backup", str(saved), **as_owner)
    assert "does not see past row-level security" in refused.stderr
    assert list(tmp_path.iterdir()) == []  # nothing half made

    assert manage(here, "backup", str(saved)).returncode == 0
    assert "is not empty" in manage(here, "restore", str(saved)).stderr
    other = manage(fresh, "restore", str(saved), SECRET_KEY="another-key-" * 6)
    assert "sealed with keys that are not here" in other.stderr
    with (saved / "database.dump").open("r+b") as dump:
        dump.write(b"x")
    assert "Not what was saved" in manage(fresh, "restore", str(saved)).stderr
    assert fresh.seen("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert "no agency" in manage(fresh, "backup", str(tmp_path / "empty")).stderr
