"""The order of what has been committed: which transaction wrote a row, and which are over for good.

Ids and instants are given out before the commit, so a reader who goes by them passes over rows that
commit later with a smaller one. Here a row carries its transaction's number, and a reader goes no
further than the oldest transaction that is still open: below it nothing can come any more.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, models


class TransactionNumber(models.Func):
    """The number of the transaction that writes the row, as a column's default."""

    output_field = models.BigIntegerField()

    def as_sql(self, *args: Any, **context: Any) -> Any:
        return "(pg_current_xact_id()::text::bigint)", []


def written_in() -> models.BigIntegerField:
    return models.BigIntegerField(db_default=TransactionNumber(), editable=False)


#: Numbers begin anew in another server. What a restored backup brings is over, whatever its number:
#: run as the owner of the tables.
SETTLE_RESTORED = tuple(
    "DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.columns"
    f" WHERE table_name = '{table}' AND column_name = 'written_in')"
    f" THEN ALTER TABLE {table} ALTER COLUMN written_in TYPE bigint USING 0; END IF; END $$"
    for table in ("accounts_auditentry", "kpis_restatement")
)


@dataclass(frozen=True)
class Horizon:
    """Every transaction with a smaller number is over; the server that gave the numbers out."""

    number: int
    server: int


def horizon() -> Horizon:
    """As of this statement; what later statements of the transaction see is at least that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, system_identifier"
            " FROM pg_control_system()"
        )
        return Horizon(*cursor.fetchone())
