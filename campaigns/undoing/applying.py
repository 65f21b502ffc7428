"""The decided deeds, done on the real tables: set-wise, children before what they point at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.imports.writing.staging import execute, rows_of
from campaigns.undoing.difference import DEEDS
from campaigns.undoing.tables import IMAGES, PARENTS, SOURCES, Written, references_to

_OURS = "t.agency_id = %(agency)s AND t.client_id = %(client)s"


class ChangedMeanwhile(RuntimeError):
    """Somebody wrote a row between the decision and the deed: decide again."""


@dataclass(frozen=True)
class Deeds:
    """How many rows of facts an undo removes, takes back, leaves to later imports, leaves as edited."""

    removed: int = 0
    restored: int = 0
    left: int = 0
    edited: int = 0


def deeds_counted(tables: Sequence[Written], later: Sequence[int]) -> Deeds:
    """later: the batches that were run again. Sources and what facts point at do not count."""
    parents = {table.name for table in (*PARENTS, SOURCES)}
    facts = [table.name for table in tables if table.name not in parents]
    is_later = "(after ->> 'batch_id')::bigint = ANY(%(later)s)"
    counts = rows_of(
        f"""SELECT count(*) FILTER (WHERE deed = 'remove'),
                   count(*) FILTER (WHERE deed IN ('change', 'return') AND NOT is_kept
                                       AND {is_later} IS NOT TRUE),
                   count(*) FILTER (WHERE deed IN ('change', 'return') AND NOT is_kept AND {is_later}),
                   count(*) FILTER (WHERE deed = 'stay' OR deed = 'change' AND is_kept)
              FROM {DEEDS} WHERE name = ANY(%(facts)s)""",
        {"facts": facts, "later": list(later)},
    )[0]
    return Deeds(*counts)


def deeds_do(tables: Sequence[Written], which: dict[str, Any]) -> None:
    """1. Lock what is to be written, and see that it is what was decided on.
    2. Rows come back, parents first. Rows change, children first.
    3. Rows go, children first; a row that something still points at stays. What stays is nobody's batch.
    """
    found = {row[0] for row in rows_of(f"SELECT DISTINCT name FROM {DEEDS}")}
    written = [table for table in tables if table.name in found]
    for table in written:
        _lock(table, which)
    for table in written:
        _return(table)
    for table in reversed(written):
        _change(table, which)
    for table in reversed(written):
        _remove(table, which)


def images_replace(which: dict[str, Any]) -> None:
    """which: agency, client and `batches`: the one that goes, and those run again."""
    execute(f"DELETE FROM {IMAGES.name} t WHERE {_OURS} AND t.batch_id = ANY(%(batches)s)", which)
    execute(
        f"""INSERT INTO {IMAGES.name} (agency_id, client_id, batch_id, table_name, row_id, before)
            SELECT %(agency)s, %(client)s, batch_id, table_name, row_id, before FROM rumbo_images""",
        which,
    )


def customers_moved() -> list[int]:
    """Customers of the sales, refunds and leads that were written, then and now, if they stand."""
    rows = rows_of(
        f"""SELECT DISTINCT c.id FROM {DEEDS} d CROSS JOIN unnest(d.customers) AS named (id)
              JOIN campaigns_customer c ON c.id = named.id
            UNION
            SELECT x.customer_id FROM {DEEDS} d JOIN campaigns_refund r ON r.id = d.id
              JOIN campaigns_sale x ON x.id = r.sale_id
             WHERE d.name = 'campaigns_refund' AND x.customer_id IS NOT NULL
            UNION
            SELECT x.customer_id FROM {DEEDS} d
              JOIN campaigns_sale x ON x.id = (d.after ->> 'sale_id')::bigint
             WHERE d.name = 'campaigns_refund' AND x.customer_id IS NOT NULL"""
    )
    return sorted(row[0] for row in rows)


def _lock(table: Written, which: dict[str, Any]) -> None:
    wanted = f"{DEEDS} d WHERE d.name = '{table.name}' AND d.version IS NOT NULL"
    locked = execute(
        f"""SELECT 1 FROM {table.name} t JOIN {DEEDS} d ON d.name = '{table.name}' AND d.id = t.id
             WHERE {_OURS} AND t.xmin::text = d.version ORDER BY t.id FOR UPDATE OF t""",
        which,
    )
    if locked != rows_of(f"SELECT count(*) FROM {wanted}")[0][0]:
        raise ChangedMeanwhile(table.name)


def _after(table: Written, deed: str) -> str:
    return f"""SELECT image.* FROM {DEEDS} d
                CROSS JOIN LATERAL jsonb_populate_record(NULL::{table.name}, d.after) image
                WHERE d.name = '{table.name}' AND d.deed = '{deed}'"""


def _return(table: Written) -> None:
    names = ", ".join(f'"{column}"' for column in table.columns)
    execute(
        f"""INSERT INTO {table.name} ({names}) OVERRIDING SYSTEM VALUE
            SELECT {names} FROM ({_after(table, "return")}) image"""
    )


def _change(table: Written, which: dict[str, Any]) -> None:
    changes = ", ".join(f'"{column}" = n."{column}"' for column in table.columns if column != "id")
    execute(
        f"""UPDATE {table.name} t SET {changes} FROM ({_after(table, "change")}) n
             WHERE {_OURS} AND t.id = n.id""",
        which,
    )


def _remove(table: Written, which: dict[str, Any]) -> None:
    free = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {name} r WHERE r.agency_id = t.agency_id"
        f" AND r.{column} = t.id)"
        for name, column in references_to(table.model)
    )
    mine = f"{_OURS} AND d.name = '{table.name}' AND d.id = t.id"
    execute(
        f"DELETE FROM {table.name} t USING {DEEDS} d WHERE {mine} AND d.deed = 'remove'{free}",
        which,
    )
    if table.has_batch:
        execute(
            f"""UPDATE {table.name} t SET batch_id = NULL FROM {DEEDS} d
                 WHERE {mine} AND d.deed IN ('remove', 'stay') AND t.batch_id = %(batch)s""",
            which,
        )
