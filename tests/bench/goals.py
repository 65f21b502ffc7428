"""20,000 goals of 300 clients judged in nightly runs: time per goal, queries per client, two workers.

A night is here what it does for goals: they are judged, and what that sets off is written (incidents,
digests, events). Each client is a job of its own, taken by whichever worker is free.
"""

import multiprocessing
import random
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

import time_machine
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction
from config.celery import on_worker_init  # and a worker's settings of the vector libraries
from kpis.calendar import ONE_DAY, unit_of
from kpis.forecast import fitting
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.judging import goals_evaluate
from kpis.models import ForecastChoice, Goal, GoalStanding
from kpis.services import calendar_of, last_complete_of
from kpis.signals import night_judged
from steering.models import Incident
from tests.bench import recounted_goals
from tests.bench.crowd import fill_up, make_first
from tests.bench.million import vacuum
from tests.bench.timing import Timing, heading, say, step, timed
from webhooks.models import Event

#: What judging reads, parents first. The facts behind the sums are no part of it.
COPIED = (
    "campaigns_campaign", "campaigns_sourcesync", "kpis_snapshotstate", "kpis_dailytotal",
    "kpis_goal", "kpis_milestone",
)  # fmt: skip
#: What a night for goals fills.
FILLED = (
    "kpis_goalstanding", "kpis_forecastchoice", "steering_incident", "steering_incidentstep",
    "steering_saying", "inbox_notice", "webhooks_event",
)  # fmt: skip
NIGHTS = 4
UNITS = ("month", "quarter", "year")
CHANNELS = ("", "paid_search", "paid_social", "organic_search", "email", "direct")
#: KPI, kind, accumulation, target: what comes in, what may be spent, shares of cohorts and levels.
RECIPES = (
    ("leads", "increase", "cumulative", 800),
    ("ad_spend", "cap", "cumulative", 90_000),
    ("revenue", "increase", "cumulative", 60_000),
    ("cpl", "decrease", "period", 60),
    ("sales_count", "increase", "cumulative", 40),
    ("sessions", "increase", "cumulative", 500_000),
    ("roas", "increase", "period", 2),
    ("mqls", "increase", "cumulative", 400),
    ("new_customers", "increase", "cumulative", 30),
    ("cpl", "decrease", "level", 60),
    ("traffic_to_lead_rate", "increase", "level", "0.003"),
    ("lead_to_customer_rate", "increase", "level", "0.09"),
)


def measure(agency: Agency, clients: int, goals: int) -> None:
    """1. A client with its share of goals, copied. 2. The first night of all goals, nothing known, by
    one worker and by two. 3. The second, on which statuses are committed and people are told. 4. The
    third by one worker and the fourth by two: nights as they come. 5. Queries of one client."""
    ids, count = make_house(agency, clients, goals)
    _warm_up()
    heading(f"{count} goals of {len(ids)} clients judged in a night")
    today = timezone.now().replace(hour=12)
    first, second, third, fourth = (
        today - ONE_DAY * (NIGHTS - number) for number in range(1, NIGHTS + 1)
    )
    one = _night(agency, ids, first, 1, is_empty=True)
    two = _night(agency, ids, first, 2, is_empty=True)
    telling = _night(agency, ids, second, 2)
    plain = _night(agency, ids, third, 1)
    pair = _night(agency, ids, fourth, 2)
    fitted = "" if fitting.is_available() else "; no statsmodels, nothing fitted"
    _say("first night, nothing chosen yet, 1 worker", one, count, f"all models for a part{fitted}")
    _say("first night, 2 workers", two, count)
    _say("second night, statuses committed and told, 2 workers", telling, count)
    _say("a night as they come, 1 worker", plain, count)
    _say("a night as they come, 2 workers", pair, count)
    _say_speed("first night, 1 worker / 2 workers", one, two)
    _say_speed("a night as they come, 1 worker / 2 workers", plain, pair)
    _say_client(agency, ids, today + ONE_DAY)
    recounted_goals.measure(agency, ids[0], today + ONE_DAY)


def _say(text: str, timing: Timing, count: int, note: str = "") -> None:
    note = f"{timing.typical:.0f} s; {note}" if note else f"{timing.typical:.0f} s"
    say(f"a goal, {text}", f"{1000 * timing.typical / count:.1f} ms", "", note)


def _say_speed(text: str, one: Timing, two: Timing) -> None:
    say(text, f"{one.typical / two.typical:.2f}", "aim ≥ 1.7")


def _say_client(agency: Agency, ids: Sequence[int], at: datetime) -> None:
    with tenant_transaction(agency.pk), time_machine.travel(at, tick=False):
        client = Client.objects.get(pk=ids[0])
        with CaptureQueriesContext(connection) as captured:
            _judge(client)
        its = Goal.objects.filter(client=client).count()
        judged = GoalStanding.objects.filter(client__in=ids)
        foreseen = judged.exclude(probability=None).count()
        choices = ForecastChoice.objects.filter(client__in=ids).count()
        incidents, events = Incident.objects.count(), Event.objects.count()
    say("queries for a client's night", str(len(captured)), "", f"{its} goals")
    say("goals with a probability", str(foreseen), "", f"{choices} choices of a model")
    say("incidents", str(incidents), "", f"{events} events")


def make_house(agency: Agency, clients: int, goals: int) -> tuple[list[int], int]:
    """(the clients' ids, how many goals they have together). One client's are copied to the others."""
    first = make_first(agency)
    with step("its goals"), tenant_transaction(first.agency_id):
        mine = Goal.objects.filter(client=first.client).count()
        for number in range(max(0, goals // clients - mine)):
            goal_set(first.client, _wish(first.client, number))
    fill_up(first, clients, COPIED)
    with tenant_transaction(first.agency_id):
        named = Client.objects.filter(slug__startswith="load").order_by("pk")
        ids = list(named.values_list("pk", flat=True))
        return ids, Goal.objects.filter(client__in=ids).count()


def _wish(client: Client, number: int) -> GoalWish:
    """Each recipe for this month, quarter and year, and that for two parts of the client."""
    turn, place = divmod(number, len(RECIPES))
    kpi, kind, way, usual = RECIPES[place]
    period = unit_of(last_complete_of(client), UNITS[turn % 3], calendar_of(client))
    channel = CHANNELS[(turn // 3 + place) % len(CHANNELS)]
    target = Decimal(usual) * random.Random(number).randint(50, 150) / 100
    baseline = (
        None if way == "cumulative" else target * (2 if kind == "decrease" else Decimal("0.5"))
    )
    return GoalWish(kpi, period, kind, way, target=target, baseline=baseline, channel=channel)


def _warm_up() -> None:
    """A worker has its libraries in memory long before a night begins."""
    if fitting.is_available():
        import_module("statsmodels.tsa.exponential_smoothing.ets")


def _night(
    agency: Agency, ids: Sequence[int], at: datetime, workers: int, *, is_empty: bool = False
) -> Timing:
    """The night's seconds, with so many workers; with `is_empty` as if it were the first."""
    with step(f"night of {at:%d %B}, {workers} worker{'s' * (workers > 1)}"):
        timing = timed(
            lambda: _evaluate(agency.pk, ids, at, workers), 1, _empty if is_empty else None
        )
    vacuum(*FILLED)
    return timing


def _empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(FILLED)} CASCADE")


def _evaluate(agency: int, ids: Sequence[int], at: datetime, workers: int) -> None:
    """Processes that take the next client until there is none, a transaction for each."""
    context = multiprocessing.get_context("fork")
    turn = context.Value("i", 0)
    for each in connections.all():
        each.close()
    them = [
        context.Process(target=_work, args=(agency, ids, at, turn)) for _number in range(workers)
    ]
    for worker in them:
        worker.start()
    for worker in them:
        worker.join()
        if worker.exitcode:
            raise AssertionError(f"a worker ended with {worker.exitcode}")


def _work(agency: int, ids: Sequence[int], at: datetime, turn: Any) -> None:
    on_worker_init()
    with time_machine.travel(at, tick=False):
        while True:
            with turn.get_lock():
                place, turn.value = turn.value, turn.value + 1
            if place >= len(ids):
                break
            with tenant_transaction(agency):
                _judge(Client.objects.get(pk=ids[place]))
    for each in connections.all():
        each.close()


def _judge(client: Client) -> None:
    """As the night does."""
    goals_evaluate(client)
    day = last_complete_of(client) + ONE_DAY
    night_judged.send(sender=Client, client=client, day=day)
