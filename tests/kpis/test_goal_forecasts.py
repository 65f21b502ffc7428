"""Goals by probability: the example of KPIS C.5 and C.6, ratios, guards, closing, few queries."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.calendar import Period
from kpis.forecast.turns import WEEK
from kpis.goal_setting.services import GoalWish, goal_set
from kpis.goal_standing.afterwards import afterwards_of
from kpis.goal_standing.choices import place_of
from kpis.goal_standing.judging import goals_evaluate
from kpis.goal_standing.progress import progress_of
from kpis.models import DailyTotal, ForecastChoice, Goal, GoalStanding, Restatement
from kpis.signals import goals_judged
from tests.cast import Cast

JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
#: KPIS C.6: Monday to Sunday from 25 May 2026.
WEEKS = (
    18, 25, 21, 16, 20, 6, 4,
    24, 19, 27, 22, 15, 9, 7,
    17, 26, 20, 24, 19, 8, 3,
    23, 21, 28, 18, 16, 10, 8,
)  # fmt: skip
CHANNELS = ("paid_search", "email", "organic_search", "referral", "direct")


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        for family in ("ads", "leads"):
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source="manual", is_live=True
            )
        yield cast.bodega


def days(client: Client, family: str, first: date, **columns: tuple[int, ...]) -> None:
    DailyTotal.objects.bulk_create(
        DailyTotal(
            agency_id=client.agency_id, client=client, family=family, channel="paid_search",
            day=first + timedelta(days=n), currency=client.currency if family == "ads" else "",
            **dict(zip(columns, each, strict=True)),
        )
        for n, each in enumerate(zip(*columns.values(), strict=True))
    )  # fmt: skip


def on(day: date) -> time_machine.travel:
    """Noon after the last complete day."""
    after = day + timedelta(days=1)
    return time_machine.travel(
        datetime(after.year, after.month, after.day, 12, tzinfo=UTC), tick=False
    )


def leads_goal(client: Client, target: int, **more: object) -> Goal:
    return goal_set(
        client, GoalWish("leads", JUNE, "increase", "cumulative", Decimal(target), **more)
    )  # type: ignore[arg-type]


def standing(goal: Goal) -> GoalStanding:
    return GoalStanding.objects.get(goal=goal)


def test_the_example_of_june(bodega: Client) -> None:
    """525.75 expected; P(≥ 540) = 0.1758: at risk, where the pace of 96.30 % would say on track."""
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        found = {target: standing(leads_goal(bodega, target)) for target in (500, 520, 540, 560)}
    assert {target: round(float(each.probability or 0), 4) for target, each in found.items()} == {
        500: 0.9500, 520: 0.6477, 540: 0.1758, 560: 0.0163,
    }  # fmt: skip
    assert {target: each.status for target, each in found.items()} == {
        500: "on_track", 520: "on_track", 540: "at_risk", 560: "off_track",
    }  # fmt: skip
    one = found[540]
    assert (one.forecast_model, one.forecast_value) == ("run_rate", Decimal("525.75"))
    assert one.forecast_low is not None and one.forecast_high is not None
    assert round(one.forecast_low, 2) == Decimal("505.95")
    assert round(one.forecast_high, 2) == Decimal("545.55")
    assert round(float(one.pace or 0), 4) == 0.9630  # 364 / (540 × 21/30)
    assert (one.actual, one.reason) == (364, "probability")


def test_bands_of_its_own(bodega: Client) -> None:
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        goal = leads_goal(bodega, 540)
        Goal.objects.filter(pk=goal.pk).update(
            thresholds={"probability": {"on_track": "0.15", "back_on_track": "0.16"}}
        )
        GoalStanding.objects.filter(goal=goal).update(judged_on=None)
        goals_evaluate(bodega)
        assert standing(goal).candidate == "on_track"


def test_a_cap_is_forecast_to_its_other_side(bodega: Client) -> None:
    with on(date(2026, 6, 21)):
        days(bodega, "ads", date(2026, 5, 25), ad_spend=WEEKS)
        wish = GoalWish("ad_spend", JUNE, "cap", "cumulative", Decimal(540))
        found = standing(goal_set(bodega, wish))
        assert found.forecast_value == Decimal("525.75")
        # Money has one variance for all weekdays; it is noisier than the counts, and P is above half.
        assert found.probability is not None and 0.6 < found.probability < 0.95
        assert found.status == "on_track"


def test_a_ratio_divides_two_forecasts(bodega: Client) -> None:
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        days(bodega, "ads", date(2026, 5, 25), ad_spend=tuple(10 * each for each in WEEKS))
        wish = GoalWish("cpl", JUNE, "decrease", "period", Decimal(11), baseline=Decimal(12))
        found = standing(goal_set(bodega, wish))
        # Ten a lead on every day: 5,257.50 / 525.75; both sides move together, so it is certain.
        assert found.forecast_value == Decimal(10)
        assert found.probability is not None and found.probability > Decimal("0.99")
        assert found.status == "on_track"


def test_a_level_and_a_short_past_have_no_forecast(bodega: Client) -> None:
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 6, 1), leads=WEEKS[:21])
        # 20 of the last days are too few for eight cut-offs and a week.
        found = standing(leads_goal(bodega, 700))
        assert (found.forecast_model, found.probability) == ("", None)
        assert found.status == "off_track"  # by pace: 372 / 490 = 76 %
        year = Period(date(2026, 6, 1), date(2026, 8, 31))
        level = GoalWish("leads", year, "increase", "level", Decimal(600), baseline=Decimal(300))
        assert standing(goal_set(bodega, level)).forecast_model == ""


def test_a_broken_guard_keeps_it_at_risk(bodega: Client) -> None:
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        days(bodega, "ads", date(2026, 5, 25), ad_spend=tuple(10 * each for each in WEEKS))
        goal = leads_goal(bodega, 500)
        guard = {"guard_kpi": "cpl", "guard_operator": "at_most"}
        for limit, status, reason in ((9, "at_risk", "guard"), (10, "on_track", "")):
            Goal.objects.filter(pk=goal.pk).update(**guard, guard_limit=limit)
            GoalStanding.objects.filter(goal=goal).update(judged_on=None)
            goals_evaluate(bodega)
            assert (standing(goal).candidate, standing(goal).reason) == (status, reason)


def test_a_status_is_committed_on_the_second_day_and_said_once(bodega: Client) -> None:
    heard: list[tuple[str, str]] = []

    def hear(changes: list[object], **_: object) -> None:
        heard.extend((each.before, each.after) for each in changes)  # type: ignore[attr-defined]

    goals_judged.connect(hear)
    try:
        with on(date(2026, 6, 21)):
            days(bodega, "leads", date(2026, 5, 25), leads=(*WEEKS, 20))
            goal = leads_goal(bodega, 540)
            goals_evaluate(bodega)
            assert (standing(goal).committed, standing(goal).candidate_days) == ("", 1)
        with on(date(2026, 6, 22)):
            assert [each.after for each in goals_evaluate(bodega)] == ["at_risk"]
            before = GoalStanding.objects.filter(goal=goal).values().get()
            assert goals_evaluate(bodega) == []  # twice is once
            assert GoalStanding.objects.filter(goal=goal).values().get() == before
            assert before["committed"] == "at_risk"
    finally:
        goals_judged.disconnect(hear)
    assert heard == [("", "at_risk")]


def test_what_is_over_and_settled_is_closed_once(bodega: Client) -> None:
    with on(date(2026, 6, 30)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        goal = leads_goal(bodega, 364)
        goals_evaluate(bodega)
        goal.refresh_from_db()
        assert goal.closed_on is None  # the last day may still change
    with on(date(2026, 7, 20)):
        assert [each.after for each in goals_evaluate(bodega)] == []  # reached while it ran
        goal = Goal.objects.get(pk=goal.pk)
        assert (goal.closed_status, goal.closed_value) == ("achieved", 364)
        assert goal.closed_on == date(2026, 7, 21)
        DailyTotal.objects.filter(family="leads", day=date(2026, 6, 1)).update(leads=0)
        assert goals_evaluate(bodega) == []
        goal = Goal.objects.get(pk=goal.pk)
        assert (goal.closed_status, goal.closed_value) == ("achieved", 364)


def test_the_model_is_chosen_with_all_models_within_a_week(bodega: Client) -> None:
    wish = GoalWish(
        "leads", Period(date(2026, 6, 1), date(2026, 7, 12)), "increase", "cumulative", Decimal(900)
    )
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 3, 2), leads=WEEKS * 4)
        goal_set(bodega, wish)
        assert not ForecastChoice.objects.exists()  # a page chooses nothing for good
        goals_evaluate(bodega)
        choice = ForecastChoice.objects.get()
        assert (choice.kpi, choice.part, choice.horizon) == ("leads", "value", 31)
        assert (choice.cutoffs, choice.chosen_on) == (12, date(2026, 6, 21))
    for number in range(1, 8):
        with on(date(2026, 6, 21) + timedelta(days=number)):
            goals_evaluate(bodega)
            before = list(ForecastChoice.objects.order_by("pk").values_list())
            goals_evaluate(bodega)  # twice is once
            assert list(ForecastChoice.objects.order_by("pk").values_list()) == before
    found = ForecastChoice.objects.get(horizon=31)
    place = place_of(bodega, found.scope)
    assert (found.chosen_on.toordinal() - place) % WEEK == 0  # on its weekday, with all models


def test_equal_series_are_chosen_for_once(bodega: Client) -> None:
    """Leads, and the leads that the cost per lead divides by: one model with one record."""
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 3, 2), leads=WEEKS * 4)
        days(bodega, "ads", date(2026, 3, 2), ad_spend=tuple(10 * each for each in WEEKS * 4))
        leads_goal(bodega, 500)
        goal_set(
            bodega, GoalWish("cpl", JUNE, "decrease", "period", Decimal(11), baseline=Decimal(12))
        )
        goals_evaluate(bodega)
        said = ("model", "error", "coverage", "cutoffs", "width", "settings", "chosen_on")
        one = ForecastChoice.objects.values(*said).get(kpi="leads")
        assert one == ForecastChoice.objects.values(*said).get(kpi="cpl", part="denominator")


def test_a_part_of_a_part_has_a_forecast(bodega: Client) -> None:
    """Leads of paid channels, of paid search alone: the same days as paid search's own leads."""
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        days(bodega, "ads", date(2026, 5, 25), ad_spend=tuple(10 * each for each in WEEKS))
        SourceSync.objects.create(
            agency=bodega.agency, client=bodega, family="sales", source="manual", is_live=True
        )
        days(bodega, "sales", date(2026, 5, 25), order_value=tuple(30 * each for each in WEEKS))
        wish = GoalWish(
            "roas", JUNE, "increase", "period", Decimal(2), baseline=Decimal(1),
            channel="paid_search",
        )  # fmt: skip
        found = standing(goal_set(bodega, wish))
    # 30 for every 10, on every day: 3, whatever comes.
    assert (found.actual, found.forecast_value) == (3, 3)
    assert found.probability is not None and found.probability > Decimal("0.99")


def test_thirty_goals_need_no_more_queries_than_three(bodega: Client) -> None:
    with on(date(2026, 6, 21)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        days(bodega, "ads", date(2026, 5, 25), ad_spend=tuple(10 * each for each in WEEKS))
        counts = []
        for many in (3, 30):
            for number in range(Goal.objects.count(), many):
                _some_goal(bodega, number)
            # As on a first day: nothing is committed, so that nobody has to be told of anything.
            GoalStanding.objects.update(judged_on=None, as_of=None, candidate_days=0, candidate="")
            ForecastChoice.objects.all().delete()
            with CaptureQueriesContext(connection) as captured:
                goals_evaluate(bodega)
            counts.append(len(captured))
            assert GoalStanding.objects.exclude(as_of=None).count() == many
    assert counts[1] <= counts[0] <= 20


def _some_goal(client: Client, number: int) -> Goal:
    """Every third a ratio, some of one channel, each with days of its own."""
    period = Period(date(2026, 6, 1 + number % 5), date(2026, 6, 26 + number % 4))
    channel = CHANNELS[number % 5] if number % 2 else ""
    if number % 3 == 0:
        wish = GoalWish(
            "cpl", period, "decrease", "period", Decimal(9), baseline=Decimal(12), channel=channel
        )
    elif number % 3 == 1:
        wish = GoalWish("leads", period, "increase", "cumulative", Decimal(500), channel=channel)
    else:
        wish = GoalWish("ad_spend", period, "cap", "cumulative", Decimal(900), channel=channel)
    return goal_set(client, wish)


def test_what_is_restated_after_the_decision_is_listed_beside_it(bodega: Client) -> None:
    with on(date(2026, 6, 30)):
        days(bodega, "leads", date(2026, 5, 25), leads=WEEKS)
        goal = leads_goal(bodega, 364)
        (running,) = progress_of(bodega, [goal])
        assert afterwards_of(bodega, running, sees_costs=True) is None
    with on(date(2026, 7, 20)):
        goals_evaluate(bodega)
        own = {"agency_id": bodega.agency_id, "client": bodega, "family": "leads"}
        for day, difference, hour in ((1, -18, 1), (2, 3, 23), (3, 5, 23)):
            Restatement.objects.create(
                **own, day=date(2026, 6 if day < 3 else 5, day), channel="paid_search", measure="leads",
                difference=difference, reasons=["import"],
                recorded_at=datetime(2026, 7, 21, hour, tzinfo=UTC),
            )  # fmt: skip
        DailyTotal.objects.filter(family="leads", day=date(2026, 6, 2)).update(leads=22)  # 19 + 3
        (found,) = progress_of(bodega, [Goal.objects.get(pk=goal.pk)])
        after = afterwards_of(bodega, found, sees_costs=True)
    assert after is not None
    # Decided at noon of 21 July on 364; the line of 1 June came before, that of May is not its own.
    assert (after.status, after.decided, after.now, after.is_other) == ("achieved", 364, 367, True)
    assert [(each.day, each.difference) for each in after.corrections] == [(date(2026, 6, 2), 3)]
