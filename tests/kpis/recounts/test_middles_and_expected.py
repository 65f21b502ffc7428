"""The median of the sales cycle, and the orders that a running month may still bring."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from accounts.models import Client
from kpis.calendar import Period
from tests.cast import Cast
from tests.kpis.facts import new_lead, new_sale, refresh
from tests.kpis.recounts.world import D, by_split, customer, in_april, mar, one

APRIL_TO_DATE = Period(date(2026, 4, 1), date(2026, 4, 14))


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with in_april(cast) as client:
        yield client


def deal(client: Client, days: int, channel: str = "email", outcome: str = "won") -> None:
    new_lead(
        client, date(2025, 11, 1), opp_date=mar(20) - timedelta(days=days), closed_date=mar(20),
        outcome=outcome, channel=channel, amount=D(100), currency=client.currency,
    )  # fmt: skip


def test_the_median_of_an_even_count_is_the_mean_of_the_two_in_the_middle(bodega: Client) -> None:
    for days in (12, 30, 31, 95):
        deal(bodega, days)
    deal(bodega, 1, outcome="lost")
    refresh(bodega)
    assert one(bodega, "sales_cycle_median").value == D("30.5")
    assert one(bodega, "sales_cycle_days").value == 42  # 168 / 4
    deal(bodega, 0, channel="direct")
    assert one(bodega, "sales_cycle_median").value == 30
    assert by_split(bodega, "sales_cycle_median", "channel") == {"direct": 0, "email": D("30.5")}
    assert one(bodega, "sales_cycle_median", APRIL_TO_DATE).reason == "no_rows"


def sell(client: Client, first: date, last: date, per_day: dict[int, int]) -> None:
    """So many orders of 60.00 on each weekday (Monday 0) from one day to another."""
    who = customer(client, f"C{first}")
    day = first
    while day <= last:
        for _ in range(per_day.get(day.weekday(), 0)):
            new_sale(client, day, 60, customer=who)
        day += timedelta(days=1)


def test_a_running_month_is_projected_by_weekday(bodega: Client) -> None:
    """Four weeks to 14 April 2026, a Tuesday: 2 orders each Monday, 1 each Friday.

    1–14 April: Mondays 6 and 13, Fridays 3 and 10: 4 + 2 = 6 orders. 15–30 April: Mondays 20 and 27,
    Fridays 17 and 24: 4 + 2 more. 12 orders × 60.00 = 720.00.
    """
    sell(bodega, date(2026, 3, 16), date(2026, 4, 14), {0: 2, 4: 1})
    refresh(bodega)
    value = one(bodega, "projected_revenue", APRIL_TO_DATE)
    assert value.inputs["expected_orders"] == 12
    assert value.value == 720
    whole = one(bodega, "projected_revenue", Period(date(2026, 4, 1), date(2026, 4, 30)))
    assert whole.value == 720


def test_what_is_over_is_what_it_was(bodega: Client) -> None:
    sell(bodega, date(2026, 3, 1), date(2026, 4, 14), {0: 2, 4: 1})
    refresh(bodega)
    # March 2026: five Mondays, four Fridays.
    assert one(bodega, "projected_revenue").inputs["expected_orders"] == 14


def test_under_four_weeks_every_day_has_the_same_mean(bodega: Client) -> None:
    """20 days, 26 March to 14 April: 2 on 3 Mondays, 1 on 3 Fridays and on the first day: 10.

    10 / 20 on each of 16 days still to come is 8, beside the 6 of April so far: 14.
    """
    new_sale(bodega, date(2026, 3, 26), 60)
    sell(bodega, date(2026, 3, 26), date(2026, 4, 14), {0: 2, 4: 1})
    refresh(bodega)
    assert one(bodega, "projected_revenue", APRIL_TO_DATE).inputs["expected_orders"] == 14


def test_under_two_weeks_there_is_no_pace(bodega: Client) -> None:
    sell(bodega, date(2026, 4, 2), date(2026, 4, 14), {0: 2})
    refresh(bodega)
    assert one(bodega, "projected_revenue", APRIL_TO_DATE).reason == "too_few_days"
