"""kill -9 of a worker during a fit: it is made again by itself, once."""

from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils import timezone

from accounts.locks import Work
from accounts.tenancy import tenant_transaction
from kpis.customer_value.services import value_model_queue
from kpis.models import ValueModel
from tests.cast import Cast
from tests.kpis.value.buyers import draw, write
from tests.processes import processes, wait_until

#: How many fits may be over before a kill hits one; a busy machine may look away for that long.
TRIES = 5


def at_work(model_id: int) -> str:
    """The name of the worker that holds the fit's lock, as PostgreSQL sees it; "" if none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted"
            " AND application_name LIKE 'worker-%%'",
            [int(Work.VALUE), model_id],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def test_a_killed_fit_starts_again(committed_cast: Cast, committed: str, tmp_path: Path) -> None:
    client = committed_cast.bodega
    today = timezone.now().date()
    with tenant_transaction(client.agency_id):
        write(client, draw(1500, today - timedelta(days=400), today - timedelta(days=1)))
        models = [value_model_queue(client)]

    def as_it_stands() -> ValueModel:
        with tenant_transaction(client.agency_id):
            return ValueModel.objects.get(pk=models[-1].pk)

    with processes(committed, tmp_path) as them:
        them.start_scheduler()
        them.start_worker()
        found: list[str] = []
        while True:
            wait_until(lambda: found.append(at_work(models[-1].pk)) or found[-1])
            them.kill(found[-1])
            killed = as_it_stands()
            them.start_worker()
            if killed.state == "queued" or len(models) == TRIES:
                break
            with tenant_transaction(client.agency_id):  # it was over before the kill: the next one
                models.append(value_model_queue(client))
        assert killed.state == "queued", "no kill hit the work"
        wait_until(lambda: as_it_stands().state != "queued")
    ended = as_it_stands()
    assert (ended.state, ended.counts["customers"]) == ("done", 1500)
    assert ended.attempts >= killed.attempts
    with tenant_transaction(client.agency_id):
        assert ValueModel.objects.count() == len(models)
