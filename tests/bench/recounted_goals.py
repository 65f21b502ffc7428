"""Goals on KPIs that are counted from facts, beside as many on stored sums: what judging each takes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Agency, Client
from accounts.tenancy import tenant_transaction
from kpis.calendar import unit_of
from kpis.goal_setting.queries import goals_of
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.progress import progress_of
from kpis.models import Goal
from kpis.services import calendar_of, last_complete_of
from tests.bench.timing import heading, say, timed

UNITS = ("month", "quarter", "year")
CHANNELS = ("", "paid_search", "email")
#: KPI, kind, accumulation; of different people, of middle values, and of a sum to hold them against.
COUNTED = (
    ("speed_to_lead", "decrease", "level"),
    ("speed_to_lead", "maintain", "level"),
    ("sales_cycle_median", "decrease", "level"),
    ("revenue_per_customer", "increase", "level"),
)
STORED = (
    ("cpl", "decrease", "level"),
    ("cpl", "maintain", "level"),
    ("cpl", "decrease", "level"),
    ("roas", "increase", "level"),
)


def measure(agency: Agency, number: int, at: datetime) -> None:
    """Each recipe for this month, quarter and year, and for three parts of the client."""
    heading("Goals on figures that are counted from facts")
    with tenant_transaction(agency.pk), time_machine.travel(at, tick=False):
        client = Client.objects.get(pk=number)
        for name, recipes in (("counted", COUNTED), ("stored", STORED)):
            with transaction.atomic():
                goals = _goals(client, recipes)
                _say(name, client, goals)
                transaction.set_rollback(True)


def _goals(client: Client, recipes: Sequence[tuple[str, str, str]]) -> list[Goal]:
    wishes = [
        _wish(client, recipe, unit, channel)
        for recipe in recipes
        for unit in UNITS
        for channel in CHANNELS
    ]
    made = [goal_set(client, wish).pk for wish in wishes]
    return list(goals_of(client).filter(pk__in=made))


def _wish(client: Client, recipe: tuple[str, str, str], unit: str, channel: str) -> GoalWish:
    kpi, kind, way = recipe
    period = unit_of(last_complete_of(client), unit, calendar_of(client))
    if kind == "maintain":
        return GoalWish(kpi, period, kind, way, low=Decimal(1), high=Decimal(50), channel=channel)
    target, baseline = (Decimal(50), Decimal(90))
    if kind == "increase":
        target, baseline = baseline, target
    return GoalWish(kpi, period, kind, way, target=target, baseline=baseline, channel=channel)


def _say(name: str, client: Client, goals: Sequence[Goal]) -> None:
    timing = timed(lambda: progress_of(client, goals), 3, None)
    with CaptureQueriesContext(connection) as captured:
        found = progress_of(client, goals)
    known = sum(each.value is not None and each.value.value is not None for each in found)
    note = f"{len(captured)} statements; {known} of {len(goals)} have a value"
    say(f"a goal, {name}", f"{1000 * timing.typical / len(goals):.1f} ms", "", note)
