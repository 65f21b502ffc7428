"""20,000 goals of 300 clients judged in one night: time per goal, queries per client, two workers."""

import multiprocessing
import random
from collections.abc import Sequence
from decimal import Decimal

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction
from kpis.calendar import Period, unit_of
from kpis.forecast import fitting
from kpis.goal_services import GoalWish, goal_set
from kpis.goal_standings import goals_evaluate
from kpis.models import ForecastChoice, Goal, GoalStanding
from kpis.services import calendar_of, last_complete_of
from tests.bench.crowd import fill_up, make_first
from tests.bench.timing import Timing, heading, say, step, timed

EMPTIED = ("kpis_goalstanding", "kpis_forecastchoice")
CHANNELS = ("", "paid_search", "paid_social", "organic_search", "email", "direct")
UNITS = ("month", "quarter", "year")


def measure(agency: Agency, clients: int, goals: int) -> None:
    """1. A client with its share of goals, copied. 2. The first evaluation of all of them, by one
    process and by two. 3. The next one, which finds its models chosen. 4. Queries of one client."""
    first = make_first(agency)
    with tenant_transaction(first.agency_id):
        mine = Goal.objects.filter(client=first.client).count()
        for number in range(mine, max(1, goals // clients)):
            goal_set(first.client, _wish(first.client, number))
    fill_up(first, clients)
    with tenant_transaction(first.agency_id):
        named = Client.objects.filter(slug__startswith="load").order_by("pk")
        ids = list(named.values_list("pk", flat=True))
        count = Goal.objects.filter(client__in=ids).count()
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


def _wish(client: Client, number: int) -> GoalWish:
    """Leads, spend, revenue and cost per lead, whole and by channel, of this month, quarter or year."""
    draw = random.Random(number)
    last = last_complete_of(client)
    period: Period = unit_of(last, UNITS[number % 3], calendar_of(client))
    channel = CHANNELS[number // 3 % len(CHANNELS)]
    target = Decimal(draw.randint(50, 4000))
    kpi, kind, way = (
        ("leads", "increase", "cumulative"),
        ("ad_spend", "cap", "cumulative"),
        ("revenue", "increase", "cumulative"),
        ("cpl", "decrease", "period"),
    )[number // 18 % 4]
    baseline = target * 2 if way == "period" else None
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
