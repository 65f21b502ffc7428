"""A whole nightly run over many clients, by real workers, against bare INSERTs of the same rows."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import connections

from accounts.models import Agency
from accounts.tenancy import tenant_transaction
from kpis.models import DirtyDay, NightRun
from tests.bench.million import Million, make_million, vacuum
from tests.bench.rebuild import TWIN, empty, insert_into_twin, make_twin
from tests.bench.timing import Timing, heading, rows_text, say, say_ratio, step, timed
from tests.processes import processes, wait_until

#: What a night fills; emptied between runs, so that each does the same work.
FILLED = (
    "kpis_dailysnapshot", "kpis_dailytotal", "kpis_snapshotstate", "kpis_dayclose",
    "kpis_nightrun", "kpis_restatement", "kpis_dirtyday",
)  # fmt: skip
FACTS = ("campaigns_lead", "campaigns_sale", "campaigns_dailyfact", "campaigns_cost")
DAYS = 548
#: 4 sales for 30 leads: see `million`.
SALES_PER_LEAD = 0.1067
HOURS = 3600.0
#: Seconds between two looks at how far the night is: who asks all the time takes a worker's processor.
EVERY = 0.25


def measure(name: str, agency: Agency, clients: int, rows: int, runs: int) -> None:
    """Everything of every client is due: the night after all of it came in.

    1. The clients, with `rows` leads and sales in all over 18 months. 2. The bare yardstick.
    3. The night by one worker process, then by two.
    """
    leads = round(rows / (1 + SALES_PER_LEAD) / clients)
    heading(f"Nightly run over {clients} clients, {rows_text(rows)} leads and sales in all")
    with step(f"{clients} clients"):
        crowd = [
            make_million(agency, leads, name=f"crowd{number}", days=DAYS, is_quiet=True)
            for number in range(clients)
        ]
        vacuum(*FACTS)
    _say_facts()
    make_twin("kpis_dailysnapshot", TWIN)
    twin = timed(lambda: [insert_into_twin(each) for each in crowd], runs, lambda: empty(TWIN))
    empty(TWIN)
    with tempfile.TemporaryDirectory() as directory, own_broker():
        one = _nights(name, Path(directory), crowd, 1, runs)
        two = _nights(name, Path(directory), crowd, 2, runs)
    say_ratio(
        "night, 1 worker / one INSERT … SELECT … GROUP BY per family into a twin", one, twin, 1.5
    )
    speed = one.typical / two.typical
    say("night, 1 worker / night, 2 workers", f"{speed:.2f}", "aim ≥ 1.7", two.spread)


class own_broker:
    """A Valkey database that no worker of the house listens to."""

    def __enter__(self) -> None:
        self.before = settings.CELERY_BROKER_URL
        url = settings.CACHES["default"]["LOCATION"].rpartition("/")[0] + "/15"
        settings.CELERY_BROKER_URL = current_app.conf.broker_url = url

    def __exit__(self, *_: object) -> None:
        settings.CELERY_BROKER_URL = current_app.conf.broker_url = self.before


def _nights(
    database: str, directory: Path, crowd: list[Million], workers: int, runs: int
) -> Timing:
    with processes(database, directory) as them:
        for _ in range(workers):
            them.start_worker()
        wait_until(lambda: _ready(directory, them.started))
        return timed(_sender(crowd), runs, lambda: _make_due(crowd))


def _ready(directory: Path, started: int) -> bool:
    logs = [directory / f"worker-{number + 1}.log" for number in range(started)]
    return all(" ready." in log.read_text(errors="replace") for log in logs if log.exists())


def _make_due(crowd: list[Million]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(FILLED)}")
    with tenant_transaction(crowd[0].agency_id):
        DirtyDay.objects.bulk_create(
            DirtyDay(agency_id=each.agency_id, client=each.client) for each in crowd
        )


def _sender(crowd: list[Million]) -> Callable[[], object]:
    today = date.today()

    def send() -> None:
        for each in crowd:
            current_app.send_task(
                "kpis.tasks.night",
                kwargs={
                    "agency_id": each.agency_id,
                    "client_id": each.client.pk,
                    "day": today.isoformat(),
                },
            )
        wait_until(lambda: _done(crowd) == len(crowd), HOURS, EVERY)

    return send


def _done(crowd: list[Million]) -> int:
    with tenant_transaction(crowd[0].agency_id):
        failed = NightRun.objects.exclude(error="").values_list("error", flat=True).first()
        if failed:
            raise AssertionError(f"a night failed: {failed}")
        return NightRun.objects.filter(state="done").count()


def _say_facts() -> None:
    with connections["owner"].cursor() as cursor:
        counts = []
        for table in FACTS:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
            counts.append(f"{rows_text(cursor.fetchone()[0])} {table.partition('_')[2]}s")
    say("rows, as the planner sees them", "", "", ", ".join(counts))
