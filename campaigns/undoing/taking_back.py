"""What a batch replaced comes back, and what it made goes: in copies of the tables (see shadows)."""

from collections.abc import Sequence

from campaigns.imports.writing.staging import execute, rows_of
from campaigns.models import SaleLine
from campaigns.undoing.tables import IMAGES, SOURCES, Written

_OF_BATCH = "r.agency_id = %(agency)s AND r.client_id = %(client)s AND r.batch_id = %(batch)s"
#: A line's image may have been taken after its sale had moved: the day is the sale's, as it is now.
_DATE_LINES = """UPDATE campaigns_saleline line SET sold_on = sale.sold_on FROM campaigns_sale sale
    WHERE line.agency_id = %(agency)s AND line.client_id = %(client)s
      AND sale.agency_id = line.agency_id AND sale.client_id = line.client_id
      AND sale.id = line.sale_id AND line.sold_on <> sale.sold_on"""


def take_back(tables: Sequence[Written], which: dict[str, int]) -> None:
    """Undo the batch that wrote last. which: agency, client, batch.

    1. Rows that it changed or removed get back what they were.
    2. Rows that it made go; they still carry its number.
    """
    named = {row[0] for row in rows_of(_NAMED, which)}
    for table in tables:
        if table.name in named:
            _restore(table, which)
    for table in tables:
        if table.has_batch:
            execute(
                f"""DELETE FROM pg_temp.{table.name} r WHERE {_OF_BATCH}""",
                which,
            )
    execute(
        f"""DELETE FROM pg_temp.{SOURCES.name} t USING pg_temp.{IMAGES.name} r
             WHERE {_OF_BATCH} AND r.table_name = '{SOURCES.name}' AND r.before = '{{}}'
               AND t.id = r.row_id""",
        which,
    )
    execute(f"DELETE FROM pg_temp.{IMAGES.name} r WHERE {_OF_BATCH}", which)
    if any(table.model is SaleLine for table in tables):
        execute(_DATE_LINES, which)


_NAMED = f"""SELECT DISTINCT r.table_name FROM pg_temp.{IMAGES.name} r
              WHERE {_OF_BATCH} AND r.before <> '{{}}'"""


def _restore(table: Written, which: dict[str, int]) -> None:
    """Rows as they were before the batch; those it removed are there again, with their ids.

    The first image of a row is the oldest: a batch may have changed it twice. One whose key somebody
    has given to another row since stays away.
    """
    names = ", ".join(f'"{column}"' for column in table.columns)
    images = f"""SELECT image.* FROM (SELECT DISTINCT ON (r.row_id) r.before FROM pg_temp.{IMAGES.name} r
                          WHERE {_OF_BATCH} AND r.table_name = '{table.name}' AND r.before <> '{{}}'
                          ORDER BY r.row_id, r.id) r
                  CROSS JOIN LATERAL jsonb_populate_record(NULL::public.{table.name}, r.before) image"""
    same = " AND ".join(f"o.{column} IS NOT DISTINCT FROM image.{column}" for column in table.key)
    changes = ", ".join(
        f'"{column}" = EXCLUDED."{column}"' for column in table.columns if column != "id"
    )
    execute(
        f"""INSERT INTO pg_temp.{table.name} ({names}) SELECT {names} FROM ({images}) image
             WHERE NOT EXISTS (SELECT 1 FROM pg_temp.{table.name} o WHERE {same} AND o.id <> image.id)
            ON CONFLICT (id) DO UPDATE SET {changes}""",
        which,
    )
