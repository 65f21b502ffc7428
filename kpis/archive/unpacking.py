"""Rows of an archive become rows of a client here: new ids, whatever agency or client they name.

1. Each file streams into a temporary table; each row gets a number of ours.
2. Tables are filled in the order in which they point at each other; a reference to a row that the
   archive does not have refuses the whole.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from campaigns.import_notes import BROUGHT_IN
from kpis.archive.reading import Archive
from kpis.archive.tables import LATER, OF_THE_AGENCY, columns_of, files_of, references_of, usual_of

#: Columns of a sort of our own, with what they become. No import is under way here, and none can be
#: undone: what that needs stayed where it was made. Nor is the giving of a template.
_SAID = {
    ("campaigns_importbatch", "file_path"): "''",
    ("campaigns_importbatch", "state"): """CASE row.state WHEN 'undoing' THEN 'done'
        WHEN 'preview' THEN 'failed' WHEN 'queued' THEN 'failed' ELSE row.state END""",
    ("campaigns_importbatch", "notes"): f"row.notes || '[{json.dumps(dict(BROUGHT_IN))}]'::jsonb",
    ("kpis_restatement", "batch_ids"): "'[]'::jsonb",
    ("kpis_kpiset", "application"): "''",
    ("kpis_kpiset", "before"): "NULL",
}


def table_stage(archive: Archive, table: str) -> None:
    """Step 1 for one table. Twice the same id refuses the archive. is_here: it is a row of ours, see
    `meeting`."""
    staged = staged_of(table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {staged} (line jsonb, old bigint, id bigint,"
            " is_here boolean NOT NULL DEFAULT false) ON COMMIT DROP"
        )
        # Django's cursor hands COPY on as it is: without this, psycopg's own errors come out of it.
        copying = cursor.copy(f"COPY {staged} (line) FROM STDIN")
        with connection.wrap_database_errors, copying as copy:
            for line in archive.lines(f"{table}.jsonl"):
                copy.write_row([line.decode().rstrip("\n")])
        cursor.execute(
            f"UPDATE {staged} SET old = (line ->> 'id')::bigint,"
            f" id = nextval(pg_get_serial_sequence('public.{table}', 'id'))"
        )
        cursor.execute(f"CREATE UNIQUE INDEX ON {staged} (old)")
        cursor.execute(f"ANALYZE {staged}")


def stages_drop(tables: Iterable[str]) -> None:
    """All is filled: another archive may come in within the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(map(staged_of, tables))}")


def table_fill(table: str, agency_id: int, client_id: int, schema: int) -> int:
    """Step 2 for one table; how many rows it got. schema: the archive's; what it has no table of is null."""
    references = references_of(table, files_of(schema))
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
                f" LEFT JOIN {staged_of(str(references[column]))} {alias}"
                f" ON {alias}.old = (s.line ->> '{column}')::bigint"
            )
            values.append(f"{alias}.id")
            checks.append(f"(s.line ->> '{column}' IS NOT NULL AND {alias}.id IS NULL)")
    usual = json.dumps(usual_of(table), cls=DjangoJSONEncoder)
    source = f"FROM {staged_of(table)} s{''.join(joins)}"
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
                 CROSS JOIN LATERAL jsonb_populate_record(
                     NULL::{table}, %(usual)s::jsonb || s.line) AS row
                 WHERE NOT s.is_here
                {"ON CONFLICT DO NOTHING" if table in OF_THE_AGENCY else ""}""",
            {"agency": agency_id, "client": client_id, "usual": usual},
        )
        return cursor.rowcount


def later_fill(client_id: int) -> None:
    """The references that go against the order."""
    with connection.cursor() as cursor:
        for (table, column), target in LATER.items():
            cursor.execute(
                f"""UPDATE {table} t SET {column} = o.id
                      FROM {staged_of(table)} s JOIN {staged_of(target)} o
                           ON o.old = (s.line ->> '{column}')::bigint
                     WHERE t.client_id = %(client)s AND t.id = s.id""",
                {"client": client_id},
            )


def staged_of(table: str) -> str:
    """The temporary table of this transaction that has a table's lines."""
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


_OF_HERE = {
    "id",
    "agency_id",
    "slug",
    "archived_at",
    "updated_at",
    "erase_on",
    "erase_by",
    "erase_asked_at",
}
