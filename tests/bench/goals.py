"""20,000 goals of 300 clients judged in one night: time per goal, queries per client, two workers."""

import multiprocessing
import random
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction
from kpis.calendar import unit_of
from kpis.forecast import fitting
from kpis.goal_services import GoalWish, goal_set
from kpis.goal_standings import goals_evaluate
from kpis.models import ForecastChoice, Goal, GoalStanding
from kpis.services import calendar_of, last_complete_of
from tests.bench.crowd import fill_up, make_first
from tests.bench.timing import Timing, heading, say, step, timed

EMPTIED = ("kpis_goalstanding", "kpis_forecastchoice")
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
    """1. A client with its share of goals, copied. 2. The first evaluation of all of them, by one
    process and by two. 3. The next one, which finds its models chosen. 4. Queries of one client."""
    ids, count = make_house(agency, clients, goals)
    heading(f"{count} goals of {len(ids)} clients judged in a night")
    for each in connections.all():
        each.close()
    with step("one process"):
        one = timed(lambda: _evaluate(agency.pk, [ids]), 1, _empty)
    with step("two processes"):
        two = timed(lambda: _evaluate(agency.pk, [ids[::2], ids[1::2]]), 1, _empty)
    with step("again"):
        again = timed(lambda: _evaluate(agency.pk, [ids]), 1)
    _say(one, two, again, count, agency.pk, ids)


def _say(
    one: Timing, two: Timing, again: Timing, count: int, agency: int, ids: Sequence[int]
) -> None:
    note = f"a seventh of the models fitted{'' if fitting.is_available() else ' (no statsmodels)'}"
    say("a goal, nothing chosen yet", f"{1000 * one.typical / count:.1f} ms", "", note)
    say("a goal, the same night again", f"{1000 * again.typical / count:.1f} ms")
    speed = one.typical / two.typical
    say(
        "1 process / 2 processes",
        f"{speed:.2f}",
        "aim ≥ 1.7",
        f"{one.typical:.0f} s, {two.typical:.0f} s",
    )
    with tenant_transaction(agency):
        client = Client.objects.get(pk=ids[0])
        with CaptureQueriesContext(connection) as captured:
            goals_evaluate(client)
        its = Goal.objects.filter(client=client).count()
        judged = GoalStanding.objects.filter(client__in=ids)
        foreseen = judged.exclude(probability=None).count()
        choices = ForecastChoice.objects.filter(client__in=ids).count()
    say("queries for a client", str(len(captured)), "", f"{its} goals")
    say("goals with a probability", str(foreseen), "", f"{choices} choices of a model")


def make_house(agency: Agency, clients: int, goals: int) -> tuple[list[int], int]:
    """(the clients' ids, how many goals they have together). One client's are copied to the others."""
    first = make_first(agency)
    with step("its goals"), tenant_transaction(first.agency_id):
        mine = Goal.objects.filter(client=first.client).count()
        for number in range(max(0, goals // clients - mine)):
            goal_set(first.client, _wish(first.client, number))
    fill_up(first, clients)
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


def _empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(EMPTIED)}")
    for each in connections.all():
        each.close()


def _evaluate(agency: int, parts: Sequence[Sequence[int]]) -> None:
    """Each part in a process of its own, a transaction for each client, as the nights do."""
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_judge, args=(agency, list(part))) for part in parts]
    for each in connections.all():
        each.close()
        if getattr(each, "pool", None):
            each.close_pool()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise AssertionError(f"a worker ended with {worker.exitcode}")


def _judge(agency: int, ids: list[int]) -> None:
    for pk in ids:
        with tenant_transaction(agency):
            goals_evaluate(Client.objects.get(pk=pk))
    for each in connections.all():
        each.close()
