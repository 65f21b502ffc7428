"""Judged by several at once: one incident, one line, one event. Killed half way: test_killed_nights."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from accounts.tenancy import tenant_transaction
from inbox.models import Notice
from kpis.models import Goal
from steering.models import Incident, IncidentStep, Saying
from tests.cast import Cast
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
