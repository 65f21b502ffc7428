"""Second factors that Fernet had sealed, bound to nothing, are sealed for their own place."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import migrations

from accounts.sealing import Place, seal, unseal

BEGINS = "gAAAA"  # a Fernet token of version 0x80


def fernets():
    return [
        Fernet(urlsafe_b64encode(sha256(b"rumbo.mfa:" + secret.encode()).digest()))
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def opened(text):
    for one in fernets():
        try:
            return one.decrypt(text.encode()).decode()
        except InvalidToken:
            continue
    # Its key is gone, so it opened nothing before either: its owner uses a recovery path.
    return None


def seal_rows(apps, schema_editor):
    def forwards(text, place):
        plain = opened(text) if text.startswith(BEGINS) else None
        return text if plain is None else seal(plain, place)

    _each_row(apps, schema_editor, forwards)


def unseal_rows(apps, schema_editor):
    def backwards(text, place):
        is_sealed = text.startswith("sealed:")
        return fernets()[0].encrypt(unseal(text, place).encode()).decode() if is_sealed else text

    _each_row(apps, schema_editor, backwards)


def _each_row(apps, schema_editor, change):
    rows = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    for row in rows.filter(type__in=("totp", "recovery_codes")):
        place = Place("mfa_authenticator", f"{row.user_id}/{row.type}")
        for key, value in row.data.items():
            if isinstance(value, str):
                row.data[key] = change(value, place)
            elif isinstance(value, list):
                row.data[key] = [change(item, place) for item in value]
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_clock"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal_rows, unseal_rows)]
