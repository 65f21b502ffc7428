"""Temporary tables that stand before the real ones, under their names, with one client's rows in them.

The writers of imports name tables without a schema, and PostgreSQL looks for temporary ones first: they
work in the copies, where no trigger marks a day and no reference is checked. A row that is made there
gets the id of the real row that has its key. A sale that moves takes its lines along at once, as in the
real tables: a line that is late would look changed to the file that moved it, and become that file's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from campaigns.imports.writing.staging import execute
from campaigns.models import Sale
from campaigns.undoing.tables import IMAGES, STAMP, Written

IDS = "rumbo_ids"
OURS = "agency_id = %(agency)s AND client_id = %(client)s"

#: As `campaigns.line_days` has it. Not its function: that may remember the real table of lines.
_DATE_LINES = """
CREATE FUNCTION pg_temp.date_lines_of_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pg_temp.campaigns_saleline AS line SET sold_on = n.sold_on
      FROM new_rows AS n JOIN old_rows AS o USING (id)
     WHERE n.has_lines AND n.sold_on <> o.sold_on
       AND line.agency_id = n.agency_id AND line.client_id = n.client_id
       AND line.sale_id = n.id AND line.sold_on <> n.sold_on;
    RETURN NULL;
END $$;
CREATE TRIGGER date_lines AFTER UPDATE ON pg_temp.campaigns_sale
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.date_lines_of_copies()"""


@contextmanager
def shadows(tables: Sequence[Written], about: dict[str, Any]) -> Iterator[None]:
    """about: agency, client, and `batches`, whose images are copied too. Gone when the block ends."""
    execute(
        f"CREATE TEMPORARY TABLE {IDS} (name text, key jsonb, id bigint, PRIMARY KEY (name, key))"
        " ON COMMIT DROP"
    )
    for table in tables:
        _shadow(table, OURS, about)
    _shadow(IMAGES, f"{OURS} AND batch_id = ANY(%(batches)s)", about)
    has_sales = any(table.model is Sale for table in tables)
    if has_sales:
        execute(_DATE_LINES)
    yield
    for table in (*tables, IMAGES):
        execute(f"DROP TABLE pg_temp.{table.name}")
        execute(f"DROP FUNCTION pg_temp.{_function(table)}()")
    if has_sales:
        execute("DROP FUNCTION pg_temp.date_lines_of_copies()")
    execute(f"DROP TABLE {IDS}")


def _shadow(table: Written, condition: str, about: dict[str, Any]) -> None:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    execute(
        f"CREATE TEMPORARY TABLE {table.name} (LIKE public.{table.name} INCLUDING DEFAULTS"
        " INCLUDING GENERATED INCLUDING INDEXES) ON COMMIT DROP"
    )
    execute(
        f"INSERT INTO pg_temp.{table.name} ({columns})"
        f" SELECT {columns} FROM public.{table.name} WHERE {condition}",
        about,
    )
    if STAMP in table.columns:
        execute(f"ALTER TABLE pg_temp.{table.name} ALTER COLUMN {STAMP} SET DEFAULT now()")
    execute(f"ANALYZE pg_temp.{table.name}")
    execute(_known_id(table) if table.key else _next_id(table))
    execute(
        f"CREATE TRIGGER give_id BEFORE INSERT ON pg_temp.{table.name} FOR EACH ROW"
        f" WHEN (NEW.id IS NULL) EXECUTE FUNCTION pg_temp.{_function(table)}()"
    )


def _function(table: Written) -> str:
    return f"give_id_to_{table.name}"


def _next(table: Written) -> str:
    return f"NEW.id := nextval(pg_get_serial_sequence('public.{table.name}', 'id'));"


def _next_id(table: Written) -> str:
    return f"""CREATE FUNCTION pg_temp.{_function(table)}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {_next(table)} RETURN NEW; END $$"""


def _known_id(table: Written) -> str:
    """The id of the real row with this key; else the one that the key got before; else a new one."""
    may_be_null = {each.column for each in table.model._meta.concrete_fields if each.null}
    same = " AND ".join(
        f"{column} {'IS NOT DISTINCT FROM' if column in may_be_null else '='} NEW.{column}"
        for column in table.key
    )
    key = ", ".join(f"NEW.{column}" for column in table.key)
    return f"""CREATE FUNCTION pg_temp.{_function(table)}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE said jsonb;
        BEGIN
            SELECT id INTO NEW.id FROM public.{table.name}
             WHERE agency_id = NEW.agency_id AND client_id = NEW.client_id AND {same};
            IF NEW.id IS NULL THEN
                said := jsonb_build_array({key});
                SELECT id INTO NEW.id FROM pg_temp.{IDS}
                 WHERE name = '{table.name}' AND {IDS}.key = said;
                IF NEW.id IS NULL THEN
                    {_next(table)}
                    INSERT INTO pg_temp.{IDS} VALUES ('{table.name}', said, NEW.id);
                END IF;
            END IF;
            RETURN NEW;
        END $$"""
