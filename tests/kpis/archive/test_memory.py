"""However many rows a client has, its export holds a few of them at a time."""

import json
import tracemalloc
from pathlib import Path

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_scope
from kpis.archive.packing import archive_write
from kpis.archive.tables import columns_of, usual_of
from tests.cast import Cast

TABLE = "campaigns_dailyfact"
ROWS = 8_000


def many_rows(client: Client) -> None:
    own = {"family": "web", "source": "ga4", "tz": "Europe/Madrid", "channel": "email"}
    columns = [each for each in columns_of(TABLE) if each not in ("external_id", "day")]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {TABLE} (agency_id, client_id, external_id, day, {", ".join(columns)})
                SELECT %s, %s, 'row ' || n, date '2025-01-01' + n %% 365,
                       {", ".join(f"usual.{each}" for each in columns)}
                  FROM generate_series(1, %s) n,
                       jsonb_populate_record(NULL::{TABLE}, %s::jsonb) usual""",
            [client.agency_id, client.pk, ROWS, json.dumps(usual_of(TABLE) | own, cls=DjangoJSONEncoder)],
        )  # fmt: skip


def test_rows_stream_into_the_file(cast: Cast, tmp_path: Path) -> None:
    with tenant_scope(cast.aurora.pk):
        many_rows(cast.bodega)
        tracemalloc.start()
        try:
            manifest = archive_write(cast.bodega, tmp_path / "bodega.zip", "2025-12-31")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    said = manifest["files"][f"{TABLE}.jsonl"]
    assert said["rows"] == ROWS
    # 500 rows of about 1 kB at a time, and what zip and hashing hold.
    assert peak < said["bytes"] / 2, (peak, said["bytes"])
