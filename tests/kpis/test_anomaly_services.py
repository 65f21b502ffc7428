"""Unusual days, found at night from a client's own figures; dismissed with a reason."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import Client, Membership
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.anomaly_queries import anomalies_of, dismissals_of, standing_within
from kpis.anomaly_services import anomalies_find, anomaly_dismiss, anomaly_restore
from kpis.calendar import Period
from kpis.models import Anomaly, DailyTotal
from kpis.night import night_work
from tests.cast import Cast
from tests.kpis.explain.world import total

TODAY = date(2026, 4, 15)  # a Wednesday; 14 April is the last complete day
YESTERDAY = date(2026, 4, 14)
#: Eight Tuesdays of KPIS D.3, 24 February to 14 April less one, and one more.
TUESDAYS = [52, 48, 55, 50, 47, 53, 51, 49]
DAY = timedelta(days=1)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """120 days of visits: Tuesdays as in the paper's example, every other day 200."""
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        with tenant_scope(cast.aurora.pk):
            client = cast.bodega
            SourceSync.objects.create(
                agency=cast.aurora, client=client, family="web", source="ga", is_live=True
            )
            DailyTotal.objects.bulk_create(
                DailyTotal(
                    agency=cast.aurora, client=client, family="web", day=day, channel="email",
                    currency="EUR", sessions=visits(day),
                )
                for day in (YESTERDAY - DAY * back for back in range(120))
            )  # fmt: skip
            yield client


def visits(day: date) -> int:
    if day.isoweekday() != 2:
        return 200
    weeks = (YESTERDAY - day).days // 7
    return TUESDAYS[(weeks - 1) % 8] if weeks else 50


def change(client: Client, day: date, **columns: Any) -> None:
    DailyTotal.objects.filter(client=client, family="web", day=day).update(**columns)


def found(client: Client) -> list[tuple[str, date, Decimal]]:
    return [(row.kpi, row.day, row.value) for row in anomalies_of(client)]


def test_usual_days_say_nothing(bodega: Client) -> None:
    assert anomalies_find(bodega, TODAY) == 0
    assert found(bodega) == []


def test_a_tuesday_of_twenty(bodega: Client) -> None:
    change(bodega, YESTERDAY, sessions=20)
    assert anomalies_find(bodega, TODAY) == 1
    row = anomalies_of(bodega).get()
    assert (row.kpi, row.day, row.value, row.rule) == ("sessions", YESTERDAY, 20, "robust")
    # Twelve Tuesdays: the eight and the first four again: 47 48 48 49 50 50 51 52 52 53 55 55;
    # median 50.5, deviations 0.5 0.5 0.5 1.5 1.5 1.5 2.5 2.5 2.5 3.5 4.5 4.5: MAD 2
    assert (row.expected, round(row.high, 4)) == (Decimal("50.5"), Decimal("60.8781"))
    assert round(row.low, 4) == Decimal("40.1219")


def test_twice_is_once_and_a_correction_takes_it_away(bodega: Client) -> None:
    change(bodega, YESTERDAY, sessions=20)
    anomalies_find(bodega, TODAY)
    first = anomalies_of(bodega).get()
    anomalies_find(bodega, TODAY)
    assert anomalies_of(bodega).get().pk == first.pk
    change(bodega, YESTERDAY, sessions=18)
    anomalies_find(bodega, TODAY)
    assert anomalies_of(bodega).get().value == 18
    change(bodega, YESTERDAY, sessions=50)
    assert anomalies_find(bodega, TODAY) == 0
    assert found(bodega) == []


def test_an_incomplete_day_is_not_judged(bodega: Client) -> None:
    change(bodega, YESTERDAY, sessions=1)
    SourceSync.objects.filter(client=bodega).update(
        is_live=False, complete_from=date(2025, 1, 1), complete_through=YESTERDAY - DAY
    )
    assert anomalies_find(bodega, TODAY) == 0
    SourceSync.objects.filter(client=bodega).update(complete_through=YESTERDAY)
    # The day that came late is judged by the next nights.
    with time_machine.travel(datetime(2026, 4, 17, 12, tzinfo=UTC), tick=False):
        assert anomalies_find(bodega, TODAY + DAY * 2) == 1


def test_a_young_client_is_left_alone(bodega: Client) -> None:
    DailyTotal.objects.filter(client=bodega, day__lt=YESTERDAY - DAY * 7 * 7).delete()
    SourceSync.objects.filter(client=bodega).update(
        is_live=False, complete_from=YESTERDAY - DAY * 7 * 7, complete_through=YESTERDAY
    )
    change(bodega, YESTERDAY, sessions=1)
    assert anomalies_find(bodega, TODAY) == 0


def test_flagged_days_are_no_baseline(bodega: Client) -> None:
    last_week = YESTERDAY - DAY * 7
    change(bodega, last_week, sessions=500)
    with time_machine.travel(datetime(2026, 4, 8, 12, tzinfo=UTC), tick=False):
        anomalies_find(bodega, TODAY - DAY * 7)
    assert [day for _kpi, day, _value in found(bodega)] == [last_week]
    change(bodega, YESTERDAY, sessions=20)
    anomalies_find(bodega, TODAY)
    row = anomalies_of(bodega).get(day=YESTERDAY)
    # Eleven Tuesdays, without the 500: sorted 47 48 48 49 50 50 51 53 53 55 55 or so; never 500.
    assert row.high < 70


def test_a_ratio_needs_thirty_cases(bodega: Client) -> None:
    tuesdays = [YESTERDAY - DAY * 7 * weeks for weeks in range(13)]
    for weeks, day in enumerate(tuesdays):
        change(bodega, day, sessions=40, sessions_with_lead=20 + weeks % 3)
    change(bodega, YESTERDAY, sessions=29, sessions_with_lead=1)
    anomalies_find(bodega, TODAY)
    assert [kpi for kpi, _day, _value in found(bodega)] == ["sessions"]
    change(bodega, YESTERDAY, sessions=40, sessions_with_lead=1)
    anomalies_find(bodega, TODAY)
    assert [kpi for kpi, _day, _value in found(bodega)] == ["traffic_to_lead_rate"]


def test_dismissed_with_a_reason_and_taken_back(bodega: Client, cast: Cast) -> None:
    change(bodega, YESTERDAY, sessions=20)
    anomalies_find(bodega, TODAY)
    (row,) = standing_within(bodega, Period(YESTERDAY, YESTERDAY))
    author = Membership.objects.get(user=cast.alicia, agency=cast.aurora)
    first = anomaly_dismiss(bodega, row, "  The site\n was moved ", author.pk)
    assert (first.reason, first.author_id) == ("The site was moved", author.pk)
    assert anomaly_dismiss(bodega, row, "again", None).pk == first.pk
    assert standing_within(bodega, Period(YESTERDAY, YESTERDAY)) == []
    # Even when it is no longer unusual, what somebody wrote stays.
    change(bodega, YESTERDAY, sessions=50)
    anomalies_find(bodega, TODAY)
    assert list(dismissals_of(bodega, [row])) == [row.pk]
    anomaly_restore(bodega, row)
    anomalies_find(bodega, TODAY)
    assert found(bodega) == []


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 301])
def test_a_dismissal_needs_a_reason(bodega: Client, reason: str) -> None:
    row = Anomaly.objects.create(
        agency_id=bodega.agency_id, client=bodega, day=YESTERDAY, kpi="sessions",
        value=1, expected=2, low=1, high=3, p=0.01, rule="robust",
    )  # fmt: skip
    with pytest.raises(DomainError):
        anomaly_dismiss(bodega, row, reason, None)


def test_the_night_looks(bodega: Client) -> None:
    change(bodega, YESTERDAY, sessions=20)
    # The night recomputes the last days from the facts, and there are none: zeros, not twenties.
    assert night_work(bodega, TODAY).watched["unusual"] >= 1
    assert {row.day for row in anomalies_of(bodega)} >= {YESTERDAY}


def test_spend_is_watched_in_its_smallest_unit(bodega: Client) -> None:
    SourceSync.objects.create(
        agency_id=bodega.agency_id, client=bodega, family="ads", source="ads", is_live=True
    )
    for weeks in range(13):
        spend = 30 if weeks == 0 else 10
        total(bodega, "ads", YESTERDAY - DAY * 7 * weeks, ad_spend=spend, channel="display")
    anomalies_find(bodega, TODAY)
    (row,) = anomalies_of(bodega)
    assert (row.kpi, row.rule, row.expected, row.low, row.high) == (
        "ad_spend", "any_change", 10, Decimal("9.99"), Decimal("10.01"),
    )  # fmt: skip


def test_a_new_level_is_reported_for_a_week_and_then_usual(bodega: Client) -> None:
    for back in range(21):
        day = YESTERDAY - DAY * back
        change(bodega, day, sessions=2 * visits(day))
    for back in range(21, -1, -1):
        with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC) - DAY * back, tick=False):
            anomalies_find(bodega, TODAY - DAY * back)
    days = [day for _kpi, day, _value in found(bodega)]
    # 25 to 30 March. On the 31st all seven days before stand above their weekdays: six at twice
    # the visits, and the 24th with 55 where 50.5 is the middle.
    assert sorted(days) == [date(2026, 3, day) for day in range(25, 31)]


def test_money_that_mostly_is_none_is_not_judged(bodega: Client) -> None:
    SourceSync.objects.create(
        agency_id=bodega.agency_id, client=bodega, family="sales", source="shop", is_live=True
    )
    total(bodega, "sales", YESTERDAY, order_value=5000, orders=1, channel="email")
    anomalies_find(bodega, TODAY)
    assert found(bodega) == []
