"""Values of many goals at once: what is counted from facts shares questions, and is what one alone says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_scope
from kpis.book import book_of
from kpis.calendar import STANDARD, Period, buckets
from kpis.goal_standing.steps import Stretch, stretches_of
from kpis.goal_standing.values import Ask, Asker, Filters
from kpis.parameters import parameters_change
from kpis.question import Question
from kpis.services import answer, standing_of
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast
from tests.kpis.varied_facts import write_facts
from tests.kpis.varied_ranges import report_ranges

FACTS = (date(2025, 9, 1), date(2026, 3, 20))
WINTER = Period(date(2025, 11, 1), date(2026, 3, 31))
MARCH_TO_DATE = Period(date(2026, 3, 1), date(2026, 3, 20))


def months() -> list[Period]:
    return [each.period for each in buckets(WINTER, "month", STANDARD)]


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Facts of seven months, and ranges that platforms reported."""
    with (
        time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        world = write_facts(cast.bodega, 20261122, *FACTS, leads=60)
        report_ranges(world, (WINTER, months()[1]))
        snapshot_refresh(cast.bodega)
        yield cast.bodega


def test_steps_that_follow_each_other_are_one_stretch() -> None:
    winter = months()
    january, march, quarter = winter[2], winter[4], Period(date(2026, 1, 1), date(2026, 3, 31))
    assert stretches_of([*winter, *winter], STANDARD) == [
        Stretch(WINTER, "month", tuple(winter)),
    ]
    asked = [MARCH_TO_DATE, march, quarter, january]
    alone = [january, quarter, march, MARCH_TO_DATE]
    assert [set(each.periods) for each in stretches_of(asked, STANDARD)] == [
        {each} for each in sorted(alone, key=lambda each: (each.first, each.last))
    ]


@pytest.mark.parametrize("changed_on", [None, date(2026, 1, 1), date(2026, 1, 15)])
def test_each_is_what_it_would_be_alone(bodega: Client, changed_on: date | None) -> None:
    """Every KPI, by month and over a part of one, of the whole client and of one channel; also where
    the client's choices change between two months, or within one."""
    if changed_on:
        choices = {"clock": "office", "cohort_days": 45, "margin": Decimal("0.4")}
        parameters_change(bodega, changed_on, choices, "", None)
    standing, kpis = standing_of(bodega), book_of(bodega).values()
    parts: list[Filters] = [(), (("channel", ("email",)),)]
    places = [(period, part) for part in parts for period in (*months(), MARCH_TO_DATE)]
    asks = [Ask(kpi, *place) for kpi in kpis for place in places]
    together = dict(zip(asks, Asker(bodega, standing).values(asks), strict=True))
    for period, part in places:
        question = Question(tuple(kpi.key for kpi in kpis), period, filters=dict(part))
        alone = answer(bodega, question, sees_costs=False, standing=standing).only.values
        found = {kpi.key: together[Ask(kpi, period, part)] for kpi in kpis}
        assert {key for key, value in found.items() if value != alone[key]} == set()


def test_the_statements_do_not_grow_with_the_steps(bodega: Client) -> None:
    def statements(*periods: Period) -> int:
        kpi = book_of(bodega)["speed_to_lead"]
        asker = Asker(bodega, standing_of(bodega))
        with CaptureQueriesContext(connection) as captured:
            asker.values([Ask(kpi, each) for each in periods])
        return len(captured)

    winter = months()
    assert statements(*winter) == statements(*winter[:2]) == statements(winter[0]) == 1
