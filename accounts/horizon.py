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
    for table in ("accounts_auditentry", "kpis_restatement", "webhooks_event")
)


@dataclass(frozen=True)
class Horizon:
    """Every transaction with a smaller number is over; the server that gave the numbers out."""

    number: int
    server: int


#: The oldest transaction that is open, or the next one. A server numbers those of all its databases
#: together: one that surely belongs to another database (its lock on itself says whose session it
#: is) writes nothing here, and is not waited for.
_OLDEST = """
WITH held AS (
    SELECT lock.transactionid::text::bigint AS number
      FROM pg_locks AS lock JOIN pg_stat_activity AS session USING (pid)
     WHERE lock.locktype = 'transactionid' AND lock.mode = 'ExclusiveLock' AND lock.granted
       AND session.datid <> (SELECT oid FROM pg_database WHERE datname = current_database())),
open AS (
    SELECT number::text::bigint AS number FROM pg_snapshot_xip(pg_current_snapshot()) AS number
     UNION ALL SELECT pg_current_xact_id_if_assigned()::text::bigint)
SELECT COALESCE(
           (SELECT min(number) FROM open WHERE number & 4294967295 NOT IN (SELECT number FROM held)),
           pg_snapshot_xmax(pg_current_snapshot())::text::bigint),
       system_identifier
  FROM pg_control_system()
"""


def horizon() -> Horizon:
    """As of this statement; what later statements of the transaction see is at least that."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        return Horizon(*cursor.fetchone())
