"""A target that is no round number: reached exactly, it is reached."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module

import pytest
import time_machine
from django.db import connection

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.formats import to_decimal
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.judging import goals_evaluate
from kpis.goals.terms import absolute_target, kept
from kpis.models import DailyTotal, Goal, GoalVersion, Milestone
from tests.cast import Cast
from tests.kpis.goal_examples import BOUNCE, CLOSE_RATE, HALF_YEAR, GoalTerms
from tests.kpis.test_goal_status import status

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        for family in ("ads", "leads"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source="manual", is_live=True
            )
        yield cast.bodega


def cost(client: Client, day: date, spent: int, leads: int) -> None:
    own = {"agency_id": client.agency_id, "client": client, "day": day, "channel": "paid_search"}
    DailyTotal.objects.create(**own, family="leads", leads=leads)
    DailyTotal.objects.create(**own, family="ads", ad_spend=spent, currency=client.currency)


@pytest.mark.parametrize(
    ("kpi", "kind", "baseline", "share", "reached", "short"),
    [
        # 5/6 and a tenth more is 11/12 = 0.91666…; 10,999,999 of 12 million are not it
        (CLOSE_RATE, "increase", (5, 6), "0.10", (11, 12), (10_999_999, 12_000_000)),
        # 5/3 and a fifth less is 4/3 = 1.33333…
        (BOUNCE, "decrease", (5, 3), "-0.20", (4, 3), (4_000_001, 3_000_000)),
        # a twelfth, halved: 0.041666…
        (BOUNCE, "decrease", (1, 12), "-0.50", (1, 24), (1_000_001, 24_000_000)),
    ],
)
def test_a_value_that_is_the_target_meets_it(kpi, kind, baseline, share, reached, short) -> None:
    def over(above: int, below: int) -> Decimal:
        return Decimal(above) / below

    target = absolute_target("relative", Decimal(share), over(*baseline))
    known = {"is_closed": True, "members": 100}
    for stored in (target, kept(target)):  # as it was asked for, and as it is read back
        terms = GoalTerms(kpi, HALF_YEAR, kind, "period", target=stored, baseline=over(*baseline))
        found = [status(terms, "2026-06-30", over(*each), **known)[0] for each in (reached, short)]
        assert found == ["achieved", "missed"]


def test_a_cap_that_is_spent_to_the_last_digit_is_kept() -> None:
    third = to_decimal(absolute_target("relative", Decimal("-0.5"), Decimal(2) / 3))
    terms = GoalTerms(BOUNCE, HALF_YEAR, "cap", "cumulative", target=kept(third))
    assert status(terms, "2026-06-29", third)[0] == "on_track"  # 180/181 were expected by then
    assert status(terms, "2026-06-30", third, is_closed=True)[0] == "achieved"


def test_from_the_form_to_the_close(bodega: Client) -> None:
    """Cost per lead 10/6 in December; a fifth less is 4/3, and 8 spent for 6 leads is just that."""
    with time_machine.travel(datetime(2026, 2, 10, 12, tzinfo=UTC), tick=False):
        cost(bodega, date(2025, 12, 15), 10, 6)
        usual = Period(date(2025, 12, 1), date(2025, 12, 31))
        goal = goal_set(
            bodega,
            GoalWish(
                "cpl", QUARTER, "decrease", "period", Decimal("-0.2"), target_as="relative",
                baseline_period=usual,
            ),
        )  # fmt: skip
        assert (goal.baseline, goal.target) == (Decimal("1.6666666667"), Decimal("1.3333333333"))
    cost(bodega, date(2026, 1, 20), 8, 6)
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC), tick=False):
        goals_evaluate(bodega)
        goal.refresh_from_db()
        assert goal.target == Milestone.objects.filter(goal=goal).latest("starts_on").value
        assert (goal.closed_status, goal.closed_value) == ("achieved", Decimal("1.3333333333"))


def test_goals_of_before_get_their_digits_back(bodega: Client) -> None:
    """What was rounded to six digits is its last milestone again; what people wrote stays."""
    own = {
        "agency_id": bodega.agency_id, "client": bodega, "kpi": "cpl", "kind": "decrease",
        "starts_on": QUARTER.first, "ends_on": QUARTER.last,
    }  # fmt: skip
    places = {"agency_id": bodega.agency_id, "client": bodega}
    days = {"starts_on": QUARTER.first, "ends_on": QUARTER.last}
    exact, rounded, other = Decimal("1.3333333333"), Decimal("1.333333"), Decimal("1.3")
    for way, target in (("relative", rounded), ("absolute", rounded), ("relative", other)):
        goal = Goal.objects.create(**own, accumulation="period", target=target, entered_as=way)
        Milestone.objects.create(**places, **days, goal=goal, value=exact)
        path = [[str(QUARTER.first), str(QUARTER.last), str(exact)]]
        GoalVersion.objects.create(
            **places, goal=goal, valid_from=QUARTER.first, ends_on=QUARTER.last, target=target,
            entered_as=way, milestones=path,
        )  # fmt: skip
    module = import_module("kpis.migrations.0026_exact_targets")
    for _twice in range(2):
        with connection.cursor() as cursor:
            cursor.execute(module.GOALS)
            cursor.execute(module.VERSIONS)
        for rows in (Goal.objects, GoalVersion.objects):
            targets = rows.order_by("pk").values_list("target", flat=True)
            assert list(targets) == [exact, rounded, other]
