"""Sessions are known by the hash of what the cookie says. Who is logged in stays so."""

from django.db import migrations

HASH = (
    "UPDATE {} SET session_key = left(encode(sha256(convert_to(session_key, 'UTF8')), 'hex'), 40)"
)
TABLES = ("django_session", "usersessions_usersession")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_letters"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        # There is no way back from a hash: everybody logs in again.
        migrations.RunSQL(HASH.format(table), f"DELETE FROM {table}")
        for table in TABLES
    ]
