"""An import of leads against COPY of the same file, and the memory it needs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connections

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction
from tests.bench.rebuild import empty, make_twin
from tests.bench.timing import Timing, heading, rows_text, say, say_ratio, step, timed
from tests.databases import app_url, owner_connection

TWIN, BARE = "bench_lead_twin", "bench_lead_bare"
#: The file's columns → the importer's targets; ids are numbers, so that COPY can take them too.
COLUMNS = {
    "id": "external_id", "created": "created", "name": "name", "email": "email",
    "source": "utm_source", "medium": "utm_medium", "channel": "channel",
    "campaign_id": "campaign_id", "salesperson": "salesperson", "device": "device",
    "country": "country", "answered": "answered", "mql": "mql", "sql": "sql",
}  # fmt: skip
#: The twin's columns for COPY, in the file's order.
COPIED = (
    "external_id", "created_at", "name", "email", "utm_source", "utm_medium", "channel",
    "campaign_id", "salesperson_id", "device", "country", "answered_at", "mql_at", "sql_at",
)  # fmt: skip
#: What the file does not say and the table does not allow to be empty.
DEFAULTS = {
    "agency_id": "1", "client_id": "1", "source": "'bench'", "tz": "'Europe/Madrid'",
    "status": "'valid'", "phone": "''", "lost_reason": "''", "outcome": "''", "currency": "''",
    "was_customer": "false", "updated_at": "now()",
}  # fmt: skip
#: Emptied between runs by the owner (the app has no right to), with what points at them, which is empty.
WRITTEN = "campaigns_lead, campaigns_sale, kpis_dirtyday CASCADE"


def measure(database: str, agency: Agency, rows: int, runs: int) -> None:
    heading(f"Import of {rows_text(rows)} leads")
    with TemporaryDirectory() as folder:
        file, tenth = Path(folder, "leads.csv"), Path(folder, "tenth.csv")
        with step("the file"):
            _write_file(database, file, rows)
            _write_file(database, tenth, rows // 10)
        mapping = Path(folder, "mapping.json")
        mapping.write_text(
            json.dumps(
                {
                    "kind": "leads",
                    "source": "bench",
                    "columns": {target: name for name, target in COLUMNS.items()},
                }
            )
        )
        _make_tables()
        imports, twin, bare, peaks = [], [], [], []
        for _ in range(runs):
            done = _import(database, agency, file, mapping, rows)
            imports.append(done["seconds"])
            peaks.append(done["peak"])
            twin.append(timed(_copy(TWIN, COPIED, file), 1, lambda: empty(TWIN)).typical)
            bare.append(timed(_copy(BARE, tuple(COLUMNS), file), 1, lambda: empty(BARE)).typical)
        small = _import(database, agency, tenth, mapping, rows // 10)
    one = Timing(tuple(imports))
    say_ratio(
        "import / COPY into a twin with the same columns, keys and indexes",
        one,
        Timing(tuple(twin)),
        3,
    )
    say_ratio("import / COPY into a bare table", one, Timing(tuple(bare)))
    say("rows imported per second", rows_text(int(rows / one.typical)))
    say("memory at its peak", f"{max(peaks):.0f} MB", "flat",
        f"{small['peak']:.0f} MB for a tenth of the rows; {small['before']:.0f} MB before it began")  # fmt: skip


def _write_file(database: str, file: Path, rows: int) -> None:
    """Half of the leads become MQL, a fifth SQL; written by PostgreSQL, the same for any run."""
    select = f"""
        SELECT 'L' || i AS id, to_char(at, 'YYYY-MM-DD HH24:MI:SS') AS created, 'Person ' || i AS name,
               'person' || i || '@example.com' AS email, 'google' AS source, 'cpc' AS medium,
               'paid_search' AS channel, 1000 + i % 12 AS campaign_id, 1 + i % 9 AS salesperson,
               CASE WHEN i % 3 = 0 THEN 'desktop' ELSE 'mobile' END AS device, 'ES' AS country,
               CASE WHEN i % 5 > 0 THEN to_char(at + interval '2 hours', 'YYYY-MM-DD HH24:MI:SS') END AS answered,
               CASE WHEN i % 2 = 0 THEN to_char(at + interval '3 days', 'YYYY-MM-DD HH24:MI:SS') END AS mql,
               CASE WHEN i % 5 = 0 THEN to_char(at + interval '9 days', 'YYYY-MM-DD HH24:MI:SS') END AS sql
          FROM (SELECT i, timestamp '2023-01-01' + i * (interval '1000 days' / {rows}) AS at
                  FROM generate_series(1, {rows}) AS i) AS drawn"""
    with owner_connection(database) as owner, owner.cursor() as cursor, file.open("wb") as target:
        with cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv, HEADER)") as copy:
            for piece in copy:
                target.write(piece)


def _make_tables() -> None:
    make_twin("campaigns_lead", TWIN)
    with connections["owner"].cursor() as cursor:
        for column, value in DEFAULTS.items():
            cursor.execute(f"ALTER TABLE {TWIN} ALTER {column} SET DEFAULT {value}")
        cursor.execute(f"CREATE TABLE {BARE} ({', '.join(f'{name} text' for name in COLUMNS)})")
        cursor.execute(f"GRANT ALL ON {BARE} TO rumbo_app")


def _copy(table: str, columns: tuple[str, ...], file: Path) -> Callable[[], None]:
    """What psql's \\copy does: the file through COPY FROM STDIN, committed, as rumbo_app."""

    def run() -> None:
        with connections["default"].cursor() as cursor, file.open("rb") as source:
            with cursor.copy(
                f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv, HEADER)"
            ) as copy:
                while piece := source.read(256 * 1024):
                    copy.write(piece)

    return run


def _import(database: str, agency: Agency, file: Path, mapping: Path, rows: int) -> dict[str, Any]:
    """Into a new client and empty tables, in a process of its own that reports on itself."""
    empty(WRITTEN)
    with tenant_transaction(agency.pk):
        number = Client.objects.filter(agency=agency).count()
        client = Client.objects.create(agency=agency, name="Files", slug=f"files-{number}")
    return imported(database, file, client, mapping, rows)


def imported(database: str, file: Path, client: Client, mapping: Path, rows: int) -> dict[str, Any]:
    """What the import of a file into a client took, in a process of its own."""
    environment = dict(os.environ) | {
        "DATABASE_URL": app_url(database), "REDIS_URL": settings.CELERY_BROKER_URL,
        "CACHE_URL": str(settings.CACHES["default"]["LOCATION"]), "RUMBO_ENV": "local",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.import_child", str(file), client.slug, str(mapping)],
        env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if result["new"] != rows:
        raise AssertionError(f"{result['new']} of {rows} rows were imported")
    return result
