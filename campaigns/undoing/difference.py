"""What the real tables become without a batch: the difference between two replays, row by row.

`with` is what the imports made together, `without` what they make without the batch. Where the real
row is not what `with` says, somebody has changed it by hand.

1. `with` is compared with the real tables: what differs is kept, column by column.
2. `without` is compared with `with`: what differs is what the batch did.
3. Of that, only what nobody has changed by hand since is changed: a row is removed, changed in the
   columns that are as the imports left them, or comes back. Else it stays.
"""

from collections.abc import Sequence
from typing import Any

from campaigns.imports.writing.staging import execute
from campaigns.undoing.tables import IMAGES, Written

EDITED, DEEDS = "rumbo_edited", "rumbo_deeds"
_REAL = "(SELECT *, xmin::text AS version FROM public.{0} WHERE agency_id = %(agency)s AND client_id = %(client)s)"
_WITH_CUSTOMER = ("campaigns_lead", "campaigns_sale", "campaigns_refund")


def edits_find(tables: Sequence[Written], which: dict[str, Any]) -> None:
    """Step 1: while the copies are `with`."""
    execute(
        f"CREATE TEMPORARY TABLE {EDITED} (name text, id bigint, said jsonb, PRIMARY KEY (name, id))"
        " ON COMMIT DROP"
    )
    for table in tables:
        execute(
            f"""INSERT INTO {EDITED} SELECT '{table.name}', COALESCE(t.id, w.id), to_jsonb(w)
                  FROM {_REAL.format(table.name)} t FULL JOIN pg_temp.{table.name} w ON w.id = t.id
                 WHERE {_differs(table, "w")}""",
            which,
        )


def deeds_find(tables: Sequence[Written], which: dict[str, Any]) -> None:
    """Steps 2 and 3: while the copies are `without`.

    A deed is `return`, `change`, `remove` or `stay`, with the row as it becomes, and the version of
    the row that it was decided on.
    """
    execute(
        f"""CREATE TEMPORARY TABLE {DEEDS} (name text, id bigint, deed text, after jsonb,
                customers bigint[], is_kept boolean, version text) ON COMMIT DROP"""
    )
    for table in tables:
        execute(_deeds(table), {**which, "compared": table.compared, "derived": table.derived})


def _differs(table: Written, other: str) -> str:
    mine = ", ".join(f"t.{column}" for column in table.compared)
    others = ", ".join(f"{other}.{column}" for column in table.compared)
    return f"(t.id IS NULL OR {other}.id IS NULL OR ({mine}) IS DISTINCT FROM ({others}))"


def _deeds(table: Written) -> str:
    customer = (
        "array_remove(ARRAY[(was ->> 'customer_id')::bigint, (after ->> 'customer_id')::bigint], NULL)"
        if table.name in _WITH_CUSTOMER
        else "'{}'::bigint[]"
    )
    return f"""
WITH differing AS (
    SELECT COALESCE(t.id, n.id) AS id, t.version,
           CASE WHEN t.id IS NOT NULL THEN to_jsonb(t) END AS was,
           CASE WHEN n.id IS NOT NULL THEN to_jsonb(n) END AS without,
           CASE WHEN e.id IS NOT NULL THEN NULLIF(e.said, 'null')
                WHEN t.id IS NOT NULL THEN to_jsonb(t) END AS said
      FROM {_REAL.format(table.name)} t FULL JOIN pg_temp.{table.name} n ON n.id = t.id
      LEFT JOIN {EDITED} e ON e.name = '{table.name}' AND e.id = COALESCE(t.id, n.id)
     WHERE e.id IS NOT NULL OR {_differs(table, "n")}
), judged AS (
    SELECT differing.*, part.*,
           EXISTS (SELECT FROM unnest(%(compared)s::text[]) AS name
                    WHERE was -> name IS DISTINCT FROM said -> name) AS is_edited
      FROM differing CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(name, without -> name)
                   FILTER (WHERE said -> name IS DISTINCT FROM without -> name) AS did,
               jsonb_object_agg(name, without -> name)
                   FILTER (WHERE said -> name IS DISTINCT FROM without -> name
                             AND was -> name IS NOT DISTINCT FROM said -> name) AS takes
          FROM unnest(%(compared)s::text[]) AS name) part
     WHERE (said IS NULL) <> (without IS NULL) OR part.did IS NOT NULL
), decided AS (
    SELECT id, was, version, did IS DISTINCT FROM takes AS is_kept,
           CASE WHEN was IS NULL AND said IS NULL THEN 'return'
                WHEN was IS NULL OR said IS NULL THEN NULL
                WHEN without IS NULL AND is_edited THEN 'stay'
                WHEN without IS NULL THEN 'remove'
                WHEN takes IS NOT NULL THEN 'change' ELSE 'stay' END AS deed,
           CASE WHEN was IS NULL THEN without
                WHEN without IS NOT NULL THEN was || COALESCE(takes, '{{}}')
                     || (SELECT COALESCE(jsonb_object_agg(name, without -> name), '{{}}')
                           FROM unnest(%(derived)s::text[]) AS name) END AS after
      FROM judged
)
INSERT INTO {DEEDS} SELECT '{table.name}', id, deed, after, {customer}, is_kept, version
  FROM decided WHERE deed IS NOT NULL"""


def images_merge(which: dict[str, Any]) -> None:
    """Later batches' images become those of the replay without the batch; what they knew of changes
    by hand they keep. The copies are `without`; `with` and real images were put aside before."""
    execute(
        f"""CREATE TEMPORARY TABLE rumbo_images ON COMMIT DROP AS
            SELECT n.batch_id, n.table_name, n.row_id,
                   n.before || COALESCE((
                      SELECT jsonb_object_agg(key, value) FROM jsonb_each(t.before)
                       WHERE n.before <> '{{}}' AND w.before <> '{{}}'
                         AND value IS DISTINCT FROM w.before -> key), '{{}}') AS before
              FROM ({_first(f"pg_temp.{IMAGES.name}")}) n
              LEFT JOIN ({_first(f"public.{IMAGES.name}")}) t USING (batch_id, table_name, row_id)
              LEFT JOIN rumbo_images_with w USING (batch_id, table_name, row_id)""",
        which,
    )


def images_keep() -> None:
    """Put the images of `with` aside."""
    execute(
        "CREATE TEMPORARY TABLE rumbo_images_with ON COMMIT DROP AS "
        + _first(f"pg_temp.{IMAGES.name}", "")
    )


def _first(
    name: str, condition: str = "WHERE agency_id = %(agency)s AND client_id = %(client)s"
) -> str:
    return f"""SELECT DISTINCT ON (batch_id, table_name, row_id) batch_id, table_name, row_id, before
                 FROM {name} {condition} ORDER BY batch_id, table_name, row_id, id"""


def workings_drop() -> None:
    """Another undo in the same transaction begins anew."""
    for name in (EDITED, DEEDS, "rumbo_images", "rumbo_images_with"):
        execute(f"DROP TABLE {name}")
