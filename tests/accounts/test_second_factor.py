"""Secrets at rest: sealed for one table, agency and row; second factors are kept that way."""

import json
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts.adapters import MFAAdapter
from accounts.sealing import Place, SealBroken, is_current, seal, unseal
from tests.cast import Cast

SECRET = "JBSWY3DPEHPK3PXP"
HERE = Place("campaigns_connection", "7", agency_id=1)


def stored(row: Authenticator) -> Any:
    """What the database holds, past every wrapper."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def store(row: Authenticator, data: dict[str, str]) -> None:
    """Past every wrapper, as somebody who can write to the database would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mfa_authenticator SET data = %s WHERE id = %s", [json.dumps(data), row.pk]
        )


def test_a_sealed_text_opens_in_its_place_and_looks_different_each_time() -> None:
    closed = seal(SECRET, HERE)
    assert SECRET not in closed and closed != seal(SECRET, HERE)
    assert unseal(closed, HERE) == SECRET


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("campaigns_connection", "7", agency_id=2),
        Place("campaigns_connection", "7"),
        Place("campaigns_connection", "8", agency_id=1),
        Place("campaigns_webhook", "7", agency_id=1),
    ],
)
def test_copied_to_another_agency_row_or_table_it_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(SECRET, HERE), elsewhere)


@pytest.mark.parametrize(
    "text",
    ["", SECRET, "sealed:1:nokey:AAAA", "sealed:1", "sealed:2:{key}:AAAA", "sealed:1:{key}:é", "a:b:c:d:e"],
)  # fmt: skip
def test_what_is_not_sealed_is_refused_not_passed_on(settings: Settings, text: str) -> None:
    with pytest.raises(SealBroken) as error:
        unseal(text.replace("{key}", next(iter(settings.SECRET_RING))), HERE)
    assert SECRET not in str(error.value)


def test_one_changed_character_breaks_the_seal() -> None:
    closed = seal(SECRET, HERE)
    at = len(closed) - 10
    with pytest.raises(SealBroken):
        unseal(closed[:at] + ("A" if closed[at] != "A" else "B") + closed[at + 1 :], HERE)


def test_a_new_key_seals_and_the_old_one_opens_while_it_is_known(settings: Settings) -> None:
    settings.SECRET_RING = {"a": b"a" * 32}
    old = seal(SECRET, HERE)
    settings.SECRET_RING = {"b": b"b" * 32, "a": b"a" * 32}
    assert unseal(old, HERE) == SECRET
    assert (is_current(old), is_current(seal(SECRET, HERE))) == (False, True)
    settings.SECRET_RING = {"b": b"b" * 32}
    with pytest.raises(SealBroken):
        unseal(old, HERE)


def test_factors_are_stored_sealed_and_work(cast: Cast) -> None:
    totp = TOTP.activate(cast.ana, SECRET)
    codes = RecoveryCodes.activate(cast.ana)
    assert SECRET not in stored(totp.instance)
    assert '"secret": "sealed:1:' in stored(totp.instance)
    assert '"seed": "sealed:1:' in stored(codes.instance)
    held = Authenticator.objects.get(pk=totp.instance.pk)
    assert MFAAdapter().decrypt(held.data["secret"]) == SECRET
    first, second = RecoveryCodes.activate(cast.ana).generate_codes()[:2]
    assert codes.validate_code(first) and not codes.validate_code(first)
    # Saved again with the mark of the used one, and still sealed.
    assert '"seed": "sealed:1:' in stored(codes.instance)
    assert second in RecoveryCodes.activate(cast.ana).get_unused_codes()


def test_a_factor_copied_to_another_person_opens_nothing(cast: Cast) -> None:
    """Somebody who can write to the database gives Vera's login the secret they know."""
    theirs = TOTP.activate(cast.malena, SECRET).instance
    hers = TOTP.activate(cast.vera, "ANOTHERSECRET234").instance
    store(hers, json.loads(stored(theirs)))
    store(theirs, {"secret": SECRET})
    for number in (hers.pk, theirs.pk):  # moved from elsewhere, and in plain text
        row = Authenticator.objects.get(pk=number)
        with pytest.raises(SealBroken):
            TOTP(row).validate_code(format_hotp_value(hotp_value(SECRET, 1)))


def test_rotation_seals_again_and_says_what_does_not_open(cast: Cast, settings: Settings) -> None:
    settings.SECRET_RING = {"a": b"a" * 32}
    totp = TOTP.activate(cast.ana, SECRET).instance
    TOTP.activate(cast.vera, SECRET)
    settings.SECRET_RING = {"b": b"b" * 32, "a": b"a" * 32}
    out = StringIO()
    call_command("rotate_secrets", check=True, stdout=out)
    assert "2 to be sealed again, 0 had" in out.getvalue()
    assert '"sealed:1:a:' in stored(totp)
    call_command("rotate_secrets", stdout=out)
    call_command("rotate_secrets", stdout=out)
    told = [line for line in out.getvalue().splitlines() if "factors" in line]
    assert told[1:] == [
        "Second factors: 2 sealed again, 0 had the newest key already.",
        "Second factors: 0 sealed again, 2 had the newest key already.",
    ]
    settings.SECRET_RING = {"b": b"b" * 32}
    assert MFAAdapter().decrypt(Authenticator.objects.get(pk=totp.pk).data["secret"]) == SECRET
    settings.SECRET_RING = {"c": b"c" * 32}
    with pytest.raises(CommandError, match="2 do not open"):
        call_command("rotate_secrets", stdout=out)


def test_what_was_sealed_before_is_brought_along(cast: Cast, settings: Settings) -> None:
    migration = import_module("accounts.migrations.0005_sealed_factors")
    row = TOTP.activate(cast.ana, "unused").instance
    fernet: Fernet = migration.fernets()[0]
    old = fernet.encrypt(SECRET.encode()).decode()
    store(row, {"secret": old})
    editor = SimpleNamespace(connection=connection)
    migration.seal_rows(apps, editor)
    assert MFAAdapter().decrypt(Authenticator.objects.get(pk=row.pk).data["secret"]) == SECRET
    migration.unseal_rows(apps, editor)
    assert '"secret": "gAAAA' in stored(row)
