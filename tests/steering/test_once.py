"""Judged by several at once, or killed half way: one incident, one line, one event."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from accounts.tenancy import tenant_transaction
from inbox.models import Notice
from kpis.models import Goal
from steering.models import Incident, IncidentStep, Saying
from tests.cast import Cast
from tests.databases import app_url
from tests.processes import wait_until
from tests.steering.scene import MONDAY, judged, new_goal
from webhooks.models import Event

SUNDAY = MONDAY - timedelta(days=1)


@pytest.fixture
def goals(committed_cast: Cast) -> list[Goal]:
    with tenant_transaction(committed_cast.aurora.pk):
        return [new_goal(committed_cast.bodega), new_goal(committed_cast.bodega, channel="email")]


def judge_all(goals: list[Goal]) -> None:
    with tenant_transaction(goals[0].agency_id):
        for goal in goals:
            judged(goal, "on_track", "at_risk", SUNDAY)


def counted(agency_id: int) -> dict[str, int]:
    with tenant_transaction(agency_id):
        lines = [len(row.data["lines"]) for row in Notice.objects.all()]
        tables = (Incident, IncidentStep, Saying, Event)
        return {each.__name__: each.objects.count() for each in tables} | {"lines": sum(lines)}


ONCE = {"Incident": 2, "IncidentStep": 2, "Saying": 2, "Event": 2, "lines": 2}


def test_four_at_once(goals: list[Goal]) -> None:
    start, failed = threading.Barrier(4), []

    def work() -> None:
        try:
            start.wait(30)
            judge_all(goals)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert counted(goals[0].agency_id) == ONCE


#: Judges one goal, says so by a lock, and waits for its death with the transaction open.
VICTIM = """
import django, sys, time
from datetime import timedelta
django.setup()
from django.db import connection
from accounts.tenancy import tenant_transaction
from kpis.models import Goal
from tests.steering.scene import MONDAY, judged
agency, goal = int(sys.argv[1]), int(sys.argv[2])
with tenant_transaction(agency):
    judged(Goal.objects.get(pk=goal), "on_track", "at_risk", MONDAY - timedelta(days=1))
    connection.cursor().execute("SELECT pg_advisory_xact_lock(77001)")
    time.sleep(600)
"""


def has_come_so_far() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 77001")
        return cursor.fetchone() is not None


def test_kill_9_half_way(goals: list[Goal], tmp_path: Path) -> None:
    agency_id = goals[0].agency_id
    database = connection.settings_dict["NAME"]
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(agency_id), str(goals[0].pk)],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": app_url(database),
            "REDIS_URL": settings.CELERY_BROKER_URL,
            "CACHE_URL": settings.CACHES["default"]["LOCATION"],
            "RUMBO_ENV": "local",
            "RUMBO_HOME": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
    )
    try:
        wait_until(has_come_so_far, 60)
    finally:
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait(30)
    assert counted(agency_id) == dict.fromkeys(ONCE, 0)
    for _again in range(2):
        judge_all(goals)
    assert counted(agency_id) == ONCE
