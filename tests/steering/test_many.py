"""Twenty goals that change in one night are taken with as many statements as two."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_scope
from inbox.models import Notice
from kpis.models import Goal, GoalStanding
from kpis.signals import GoalChange
from steering.alerts.nightly import incidents_night
from steering.alerts.opening import goals_take
from steering.models import Incident, IncidentStep
from tests.cast import Cast
from tests.steering.scene import MONDAY, new_goal, night
from webhooks.models import Event

CHANNELS = ("", "email", "direct", "paid_search", "paid_social")


@pytest.fixture
def client(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


def goals_of(client: Client, many: int) -> list[Goal]:
    return [new_goal(client, channel=CHANNELS[number % 5]) for number in range(many)]


def take(client: Client, goals: list[Goal], before: str, after: str, day: date) -> None:
    GoalStanding.objects.filter(goal__in=goals).update(status=after)
    on = day - timedelta(days=1)
    goals_take(client, [GoalChange(goal, before, after, on) for goal in goals], day, night(day))


def statements(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def a_life(client: Client, many: int) -> list[int]:
    """Statements for a first warning, for a worse one, for reminders, and for the recovery."""
    goals = goals_of(client, many)
    week = MONDAY + timedelta(days=7)
    return [
        statements(lambda: take(client, goals, "", "at_risk", MONDAY)),
        statements(lambda: take(client, goals, "at_risk", "off_track", week)),
        statements(
            lambda: incidents_night(
                client, week + timedelta(days=7), night(week + timedelta(days=7))
            )
        ),
        statements(lambda: take(client, goals, "off_track", "on_track", week + timedelta(days=8))),
        statements(lambda: take(client, goals, "off_track", "on_track", week + timedelta(days=8))),
    ]


def test_twenty_need_as_many_statements_as_two(client: Client) -> None:
    a_life(client, 1)  # what is kept between requests is kept from here on
    Notice.objects.all().delete()
    two = a_life(client, 2)
    Notice.objects.all().delete()
    twenty = a_life(client, 20)
    assert twenty == two and max(two) <= 20
    assert Incident.objects.filter(state="resolved").count() == 23
    acts = list(IncidentStep.objects.values_list("act", flat=True))
    assert {act: acts.count(act) for act in acts} == dict.fromkeys(
        ("opened", "worsened", "reminded", "recovered"), 23
    )
    assert Event.objects.count() == 2 * 23  # at risk, and off track
    lines = [line for notice in Notice.objects.all() for line in notice.data["lines"]]
    assert len({line["key"] for line in lines}) == len(lines) == 4 * 20
