"""kill -9 of a worker during a refresh: nothing is lost or doubled, and the work goes on by itself."""

import random
import time
from datetime import date
from pathlib import Path

from django.db import connection

from accounts.locks import Work
from accounts.models import Client
from accounts.tenancy import tenant_transaction
from kpis.heartbeat import missing_processes
from kpis.models import DirtyDay
from tests.cast import Cast
from tests.kpis.facts import refresh
from tests.kpis.recompute import assert_snapshot_is_recomputed, stored
from tests.processes import processes, wait_until

KILLS = 20
LEADS = 60_000


def write_leads(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_lead (agency_id, client_id, source, external_id, tz, status,"
            " name, email, phone, created_date, mql_date, opp_date, closed_date, outcome, amount,"
            " currency, channel, utm_source, utm_medium, device, country, lost_reason, was_customer)"
            " SELECT %s, %s, 'test', n::text, 'UTC', 'valid', '', '', '', day,"
            "   CASE WHEN n %% 3 = 0 THEN day + 4 END, CASE WHEN n %% 9 = 0 THEN day + 6 END,"
            "   CASE WHEN n %% 18 = 0 THEN day + 16 END, CASE WHEN n %% 18 = 0 THEN 'won' ELSE '' END,"
            "   CASE WHEN n %% 9 = 0 THEN n * 1.25 END, CASE WHEN n %% 9 = 0 THEN 'EUR' ELSE '' END,"
            "   (ARRAY['email', 'direct', 'paid_search'])[1 + n %% 3], '', '',"
            "   (ARRAY['mobile', 'desktop'])[1 + n %% 2], '', '', false"
            "   FROM (SELECT n, date '2026-01-01' + n %% 60 AS day"
            "           FROM generate_series(1, %s) AS n) AS drawn",
            [client.agency_id, client.pk, LEADS],
        )


def touch(client: Client, number: int) -> None:
    """Change most days of the client, and add one lead."""
    with tenant_transaction(client.agency_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_lead SET device = %s WHERE agency_id = %s AND client_id = %s"
            " AND id %% 4 = %s",
            [f"d{number}", client.agency_id, client.pk, number % 4],
        )
        cursor.execute(
            "INSERT INTO campaigns_lead (agency_id, client_id, source, external_id, tz, status, name,"
            " email, phone, created_date, channel, utm_source, utm_medium, device, country, outcome,"
            " lost_reason, currency, was_customer) VALUES (%s, %s, 'touch', %s, 'UTC', 'valid', '',"
            " '', '', %s, 'email', '', '', '', '', '', '', '', false)",
            [client.agency_id, client.pk, str(number), date(2026, 1, 1 + number)],
        )


def seconds_of_a_refresh(client: Client) -> float:
    """How long the work to be interrupted takes here and now."""
    touch(client, KILLS)
    began = time.monotonic()
    with tenant_transaction(client.agency_id):
        refresh(client)
    return time.monotonic() - began


def at_work() -> str | None:
    """The name of the worker that is refreshing, as PostgreSQL sees it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND classid = %s AND granted"
            " AND application_name LIKE 'worker-%%'",
            [int(Work.REFRESH)],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def is_clean(client: Client) -> bool:
    with tenant_transaction(client.agency_id):
        return not DirtyDay.objects.filter(client=client).exists()


def test_a_worker_killed_twenty_times(committed_cast: Cast, committed: str, tmp_path: Path) -> None:
    """Two workers and the scheduler run; whichever refreshes is killed and replaced, 20 times."""
    client = committed_cast.bodega
    chance = random.Random(20)
    waits, interrupted = [], 0
    with tenant_transaction(client.agency_id):
        write_leads(client)
    longest = seconds_of_a_refresh(client)
    assert missing_processes() == ("scheduler", "worker")
    with processes(committed, tmp_path) as them:
        them.start_scheduler()
        for _ in range(2):
            them.start_worker()
        for number in range(KILLS):
            touch(client, number)
            found: list[str] = []

            def is_at_work(found: list[str] = found) -> bool:
                name = at_work()
                found.extend([name] if name in them.running else [])
                return bool(found)

            waits.append(wait_until(is_at_work))
            # Early moments more often: the first refresh, which was measured, is by far the slowest.
            moment = longest * chance.random() ** 3
            _let_pass(moment)
            them.kill(found[0])
            interrupted += not is_clean(client)
            them.start_worker()
        rest = wait_until(lambda: is_clean(client))
    with tenant_transaction(client.agency_id):
        assert_snapshot_is_recomputed(client)
        leads = sum(row.get("leads", 0) for row in stored(client).values())
        assert leads == LEADS + KILLS + 1
    # Some kills come just after the commit, how many is the machine's business; but not all may.
    assert interrupted
    print(f"{interrupted} of {KILLS} interrupted; seconds until work went on:"
          f" {sorted(round(each, 1) for each in waits)}, last {rest:.1f}")  # fmt: skip


def _let_pass(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])
