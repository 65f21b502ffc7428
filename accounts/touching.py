"""When a row last changed: the column, the trigger that keeps it, and how far back a copier must look.

The database stamps the row, so no writer can forget it, psql and COPY included. A stamp is the moment
of the statement, which lies before its commit: whoever asks "what changed since I last looked" must
go back to before every transaction that was still open then. That instant is `copied_until`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.db.migrations.operations import RunSQL
from django.utils import timezone

from accounts.rls import TableOperation

#: Between the first message of a transaction and the moment it shows in the server's list of them.
MARGIN = timedelta(seconds=5)

TOUCH_FUNCTION = """
CREATE OR REPLACE FUNCTION rumbo_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$
"""


def touched_at() -> models.DateTimeField:
    """The column `updated_at`; what a writer puts there is replaced by the trigger of TouchTable."""
    return models.DateTimeField(default=timezone.now, editable=False)


def touch_function() -> RunSQL:
    return RunSQL(TOUCH_FUNCTION, "DROP FUNCTION rumbo_touch()")


class TouchTable(TableOperation):
    """Stamp every row that is written. is_bulk: with an index for tables of many rows.

    The index is a BRIN: a few pages whatever the table's size, and nearly nothing per row written.
    """

    def forwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        statements = [
            f"CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION rumbo_touch()"
        ]
        if self.options.get("is_bulk"):
            statements.append(
                f"CREATE INDEX {table}_touched ON {table}"
                " USING brin (updated_at) WITH (pages_per_range = 32)"
            )
        return statements

    def backwards(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f"DROP TRIGGER IF EXISTS touch ON {table}",
            f"DROP INDEX IF EXISTS {table}_touched",
        ]


def copied_until() -> datetime:
    """The instant from which on a copy made by this transaction may lack changes.

    1. A row's stamp is never earlier than the beginning of its transaction.
    2. What this transaction cannot see yet was written by one that is open now, or begins later.
    3. So nothing stamped before the oldest open transaction is missing. The margin covers one that
       has begun and is not listed yet.
    Sessions of other database roles do not show when they began: a person who changes facts by hand
    as their owner, in a transaction longer than the margin, is not waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT LEAST(now(), min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database()"
        )
        oldest: datetime = cursor.fetchone()[0]
    return oldest - MARGIN
