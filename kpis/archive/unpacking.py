"""Rows of an archive become rows of a client here: new ids, whatever agency or client they name.

1. Each file streams into a temporary table; each row gets a number of ours.
2. Tables are filled in the order in which they point at each other; a reference to a row that the
   archive does not have refuses the whole.
"""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from kpis.archive.reading import Archive
from kpis.archive.tables import LATER, OF_THE_AGENCY, columns_of, references_of

#: Columns of a sort of our own, with what they become.
_SAID = {
    ("campaigns_importbatch", "file_path"): "''",
    ("kpis_restatement", "batch_ids"): "'[]'::jsonb",
}


def table_stage(archive: Archive, table: str) -> None:
    """Step 1 for one table. Twice the same id refuses the archive."""
    staged = _staged(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {staged} (line jsonb, old bigint, id bigint) ON COMMIT DROP"
        )
        with cursor.copy(f"COPY {staged} (line) FROM STDIN") as copy:
            for line in archive.lines(f"{table}.jsonl"):
                copy.write_row([line.decode().rstrip("\n")])
        cursor.execute(
            f"UPDATE {staged} SET old = (line ->> 'id')::bigint,"
            f" id = nextval(pg_get_serial_sequence('public.{table}', 'id'))"
        )
        cursor.execute(f"CREATE UNIQUE INDEX ON {staged} (old)")
        cursor.execute(f"ANALYZE {staged}")


def table_fill(table: str, agency_id: int, client_id: int) -> int:
    """Step 2 for one table; how many rows it got."""
    references = references_of(table)
    columns = columns_of(table)
    joins, values, checks = [], [], []
    for number, column in enumerate(columns):
        later = (table, column) in LATER
        if (table, column) in _SAID:
            values.append(_SAID[table, column])
        elif column not in references:
            values.append(f'row."{column}"')
        elif references[column] is None or later:
            values.append("NULL")
        else:
            alias = f"to_{number}"
            joins.append(
                f" LEFT JOIN {_staged(str(references[column]))} {alias}"
                f" ON {alias}.old = (s.line ->> '{column}')::bigint"
            )
            values.append(f"{alias}.id")
            checks.append(f"(s.line ->> '{column}' IS NOT NULL AND {alias}.id IS NULL)")
    source = f"FROM {_staged(table)} s{''.join(joins)}"
    with connection.cursor() as cursor:
        if checks:
            cursor.execute(f"SELECT EXISTS (SELECT 1 {source} WHERE {' OR '.join(checks)})")
            if cursor.fetchone()[0]:
                raise _points_nowhere(table)
        owner = ["%(agency)s"] if table in OF_THE_AGENCY else ["%(agency)s", "%(client)s"]
        head = ["id", "agency_id"] + ([] if table in OF_THE_AGENCY else ["client_id"])
        cursor.execute(
            f"""INSERT INTO {table} ({", ".join([*head, *(f'"{each}"' for each in columns)])})
                OVERRIDING SYSTEM VALUE
                SELECT {", ".join(["s.id", *owner, *values])} {source}
                 CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, s.line) AS row
                {"ON CONFLICT DO NOTHING" if table in OF_THE_AGENCY else ""}""",
            {"agency": agency_id, "client": client_id},
        )
        return cursor.rowcount


def later_fill(client_id: int) -> None:
    """The references that go against the order."""
    with connection.cursor() as cursor:
        for (table, column), target in LATER.items():
            cursor.execute(
                f"""UPDATE {table} t SET {column} = o.id
                      FROM {_staged(table)} s JOIN {_staged(target)} o
                           ON o.old = (s.line ->> '{column}')::bigint
                     WHERE t.client_id = %(client)s AND t.id = s.id""",
                {"client": client_id},
            )


def _staged(table: str) -> str:
    return f"archived_{table}"


def _points_nowhere(table: str) -> DomainError:
    return DomainError(
        "archive_invalid",
        _("This is no whole archive of a client. A row of %s names one that is not in it.") % table,
        {"table": table},
    )


def client_values(row: dict[str, Any]) -> dict[str, Any]:
    """The client's own settings, without what names one installation."""
    return {name: value for name, value in row.items() if name not in _OF_HERE}


_OF_HERE = {"id", "agency_id", "slug", "archived_at", "updated_at", "erase_on", "erase_by"}
