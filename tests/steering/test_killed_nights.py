"""A night killed at drawn moments, and at its most delicate ones: in the end it has happened once."""

import multiprocessing
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection, connections, transaction

from accounts.locks import Work
from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import Lead, SourceSync
from inbox.models import Notice
from kpis.calendar import Period
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.judging import FOUND, goals_evaluate
from kpis.models import Goal, GoalStanding, NightRun
from kpis.night import night_run
from steering.models import Incident, IncidentStep, Saying
from tests.cast import Cast
from tests.kpis.facts import refresh
from tests.kpis.test_goal_forecasts import WEEKS
from tests.processes import wait_until
from webhooks.models import Event

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
SUNDAY = date(2026, 6, 21)
NIGHT = SUNDAY + timedelta(days=1)
#: With 356 by Saturday: 107 %, 89 % and 76 % of what was expected. By Sunday all but the first are
#: beyond reach (KPIS C.6); the milder of both days is committed: on track, at risk, off track.
TARGETS = (500, 600, 700)
CHANNELS = ("", "paid_search")
DRAWN_KILLS = 4
FORK = multiprocessing.get_context("fork")


def at(day: date, hour: int) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), tick=False)


def furnish(client: Client) -> None:
    """Leads of the worked example, and goals whose first status is committed in Sunday's night."""
    SourceSync.objects.create(
        agency_id=client.agency_id, client=client, family="leads", source="crm", is_live=True
    )
    days = [date(2026, 5, 25) + timedelta(days=number) for number in range(len(WEEKS))]
    Lead.objects.bulk_create(
        Lead(
            agency_id=client.agency_id, client=client, source="crm", external_id=f"{day}-{number}",
            tz="UTC", created_date=day, channel="paid_search",
        )
        for day, count in zip(days, WEEKS, strict=True)
        for number in range(count)
    )  # fmt: skip
    refresh(client)
    for target in TARGETS:
        for channel in CHANNELS:
            wish = GoalWish(
                "leads", JUNE, "increase", "cumulative", Decimal(target), channel=channel
            )
            goal_set(client, wish)


@pytest.fixture
def clients(committed_cast: Cast) -> tuple[Client, Client]:
    """Two with the same facts and goals: the first will be killed, the second never."""
    both = committed_cast.bodega, committed_cast.cafe
    with at(SUNDAY, 12), tenant_transaction(committed_cast.aurora.pk):
        Client.objects.update(time_zone="UTC", currency="EUR")
        for client in both:
            client.refresh_from_db()
            furnish(client)
    return both


def start(client: Client) -> tuple[Any, Any]:
    """A process with the client's night to do, and what it waits for."""
    go = FORK.Event()
    connections.close_all()
    caches.close_all()
    process = FORK.Process(target=work, args=(client, go))
    process.start()
    return process, go


def work(client: Client, go: Any) -> None:
    go.wait(60)
    with at(NIGHT, 2):
        night_run(client.agency_id, client.pk, NIGHT)


def end(process: Any) -> None:
    """kill -9, and wait until PostgreSQL has noticed."""
    process.kill()
    process.join()
    connection.close()
    wait_until(lambda: not nights_at_work())


def nights_at_work() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND classid = %s AND datname = current_database()",
            [int(Work.NIGHT)],
        )
        return int(cursor.fetchone()[0])


def is_waited_for() -> bool:
    """Whether another session waits for what this one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def killed_at(client: Client, hold: Callable[[], object]) -> None:
    """Kill it where it waits for what `hold` holds in a transaction that will come to nothing."""
    process, go = start(client)
    with tenant_transaction(client.agency_id):
        hold()
        go.set()
        wait_until(is_waited_for)
        process.kill()
        process.join()
        transaction.set_rollback(True)
    end(process)


def delicate(client: Client, goal: Goal) -> list[Callable[[], object]]:
    """Before standings are read; when an incident, an event, a digest is being written."""
    mine = {"agency_id": client.agency_id, "client": client}
    event = f"goal.at_risk:goal:{goal.pk}:{SUNDAY}:at_risk"
    digest = f"digest:{client.pk}:{NIGHT}"
    return [
        lambda: list(GoalStanding.objects.select_for_update().filter(client=client)),
        lambda: Incident.objects.create(**mine, goal=goal, opened_on=SUNDAY, severity="warning",
                                        status="at_risk"),
        lambda: Event.objects.create(**mine, kind="goal.at_risk", key=event, payload={}),
        lambda: Notice.objects.create(**mine, kind="digest_news", key=digest, data={"lines": []}),
    ]  # fmt: skip


def outcome(client: Client) -> dict[str, list[Any]]:
    """All that a night leaves of goals, with their ids told as places among the client's own."""
    goals = list(Goal.objects.filter(client=client).order_by("pk").values_list("pk", flat=True))
    incidents = list(Incident.objects.filter(client=client).order_by("goal_id"))
    numbers = {each.pk: goals.index(each.goal_id) for each in incidents}

    def told(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: told(each, key) for key, each in value.items() if key != "client"}
        if isinstance(value, list | tuple):
            return [told(each) for each in value]
        if name in ("goal", "number") and isinstance(value, int):
            return goals.index(value)
        if name == "incident" and isinstance(value, int):
            return numbers[value]
        if isinstance(value, str):
            value = re.sub(r"goal:(\d+)", lambda found: f"goal:{goals.index(int(found[1]))}", value)
            return re.sub(rf"^(digest|reviews_due):{client.pk}:", r"\1:", value)
        return value

    rows = {
        "standings": GoalStanding.objects.order_by("goal_id").values_list(*FOUND),
        "incidents": Incident.objects.order_by("goal_id").values_list(
            "opened_on", "status", "state", "told", "told_on", "data"
        ),
        "steps": IncidentStep.objects.order_by("incident__goal_id", "pk").values_list(
            "act", "status", "day"
        ),
        "sayings": Saying.objects.order_by("pk").values_list("key", "is_loud", "line", "notice"),
        "notices": Notice.objects.order_by("key").values_list("kind", "key", "data", "due_at"),
        "events": Event.objects.order_by("pk").values_list("kind", "key", "payload"),
    }
    return {
        name: [told(row) for row in found.filter(client=client)] for name, found in rows.items()
    }


def test_a_night_killed_again_and_again_happens_once(clients: tuple[Client, Client]) -> None:
    killed, spared = clients
    process, go = start(spared)
    began = time.monotonic()
    go.set()
    process.join()
    longest = time.monotonic() - began
    assert process.exitcode == 0
    with tenant_transaction(killed.agency_id):
        goal = Goal.objects.get(client=killed, target=600, channel="")
    for kills, hold in enumerate(delicate(killed, goal), start=1):
        killed_at(killed, hold)
        with tenant_transaction(killed.agency_id):
            run = NightRun.objects.get(client=killed)
            assert (run.state, run.attempts) == ("due", kills)
            assert not Incident.objects.filter(client=killed).exists()
    chance = random.Random(67)
    for _number in range(DRAWN_KILLS):
        process, go = start(killed)
        go.set()
        time.sleep(longest * chance.random())
        end(process)
    with at(NIGHT, 2):
        night_run(killed.agency_id, killed.pk, NIGHT)
        with tenant_transaction(killed.agency_id):
            run = NightRun.objects.get(client=killed)
            assert run.state == "done"
            found, wanted = outcome(killed), outcome(spared)
            assert found == wanted
            # Three targets, whole and by channel: four goals of six are told of, each once, in one
            # digest; the other notice is of the first reviews, which are due.
            assert [len(found[name]) for name in ("standings", "incidents", "steps")] == [6, 4, 4]
            assert [len(found[name]) for name in ("sayings", "notices", "events")] == [4, 2, 4]
            assert goals_evaluate(killed) == []
            assert outcome(killed) == wanted
