"""Visitors, buyers and orders of a product: counted once per range and group, never added up."""

from collections.abc import Iterator
from datetime import date

import pytest

from accounts.models import Client
from campaigns.models import Campaign
from kpis.calendar import Period
from tests.cast import Cast
from tests.kpis.facts import new_daily, refresh
from tests.kpis.recounts.world import (
    MARCH,
    D,
    asked,
    by_split,
    customer,
    in_april,
    mar,
    one,
    order,
    product,
    reported,
    visit,
)

THREE_DAYS = Period(mar(1), mar(3))
#: The specification's days: their sum is 8, the people are 4.
DAYS = {1: "abc", 2: "bcd", 3: "ad"}


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with in_april(cast) as client:
        yield client


def test_visitors_of_three_days_are_four_not_eight(bodega: Client) -> None:
    for day, people in DAYS.items():
        for person in people:
            visit(bodega, mar(day), person, has_conversion=person == "d")
    rows = asked(bodega, "users", "visitor_conversion_rate", period=THREE_DAYS, by="day").rows
    assert [row.values["users"].value for row in rows] == [3, 3, 2]
    assert [row.values["visitor_conversion_rate"].value for row in rows] == [
        0, D(1) / 3, D(1) / 2,
    ]  # fmt: skip
    assert one(bodega, "users", THREE_DAYS).value == 4
    assert one(bodega, "visitor_conversion_rate", THREE_DAYS).value == D("0.25")


def test_a_visitor_counts_in_each_channel_and_once_in_both(bodega: Client) -> None:
    for channel, people in {"email": "ab", "direct": "bc"}.items():
        for person in people:
            visit(bodega, mar(5), person, channel=channel)
    assert by_split(bodega, "users", "channel") == {"direct": 2, "email": 2}
    assert one(bodega, "users").value == 3
    both = {"channel": ("email", "direct")}
    assert one(bodega, "users", filters=both).value == 3
    assert one(bodega, "users", filters={"channel": ("email",)}).value == 2


def test_days_without_visitors_are_zero_once_visitors_are_known(bodega: Client) -> None:
    visit(bodega, mar(1), "a")
    assert one(bodega, "users", Period(mar(2), mar(3))).value == 0


def test_imported_users_hold_for_exactly_the_range_reported(bodega: Client) -> None:
    reported(bodega, "users", MARCH, 200)
    reported(bodega, "users_with_conversion", MARCH, 20)
    assert one(bodega, "users").value == 200
    assert one(bodega, "visitor_conversion_rate").value == D("0.1")
    for other in (THREE_DAYS, Period(mar(1), mar(30)), Period(date(2026, 2, 28), mar(31))):
        value = one(bodega, "users", other)
        assert (value.value, value.reason) == (None, "range_not_reported")
    split = asked(bodega, "users", split="channel").rows
    assert [row.values["users"].value for row in split] == []
    filtered = one(bodega, "users", filters={"channel": ("email",)})
    assert (filtered.value, filtered.reason) == (None, "range_not_reported")


def test_reach_by_platform_campaign_and_whole(bodega: Client) -> None:
    spring = Campaign.objects.create(
        agency_id=bodega.agency_id, client=bodega, external_id="s", name="Spring"
    )
    reported(bodega, "platform_reach", MARCH, 950)
    reported(bodega, "platform_reach", MARCH, 600, platform="meta_ads")
    reported(bodega, "platform_reach", MARCH, 500, platform="google_ads")
    reported(bodega, "platform_reach", MARCH, 90, platform="meta_ads", campaign=spring)
    new_daily(bodega, mar(4), impressions=2375)
    refresh(bodega)
    assert one(bodega, "reach").value == 950  # not 600 + 500
    assert one(bodega, "frequency").value == D("2.5")  # 2375 / 950
    assert by_split(bodega, "reach", "platform") == {"google_ads": 500, "meta_ads": 600}
    assert one(bodega, "reach", filters={"platform": ("meta_ads",)}).value == 600
    of_campaign = {"campaign": (str(spring.pk),), "platform": ("meta_ads",)}
    assert one(bodega, "reach", filters=of_campaign).value == 90
    two = one(bodega, "reach", filters={"platform": ("meta_ads", "google_ads")})
    assert (two.value, two.reason) == (None, "range_not_reported")
    april = one(bodega, "reach", Period(date(2026, 4, 1), date(2026, 4, 10)))
    assert (april.value, april.reason) == (None, "range_not_reported")
    frequency = one(bodega, "frequency", THREE_DAYS)
    assert (frequency.value, frequency.reason) == (None, "range_not_reported")


def test_the_only_platform_stands_for_the_whole(bodega: Client) -> None:
    reported(bodega, "post_reach", MARCH, 330, platform="instagram")
    assert one(bodega, "organic_reach").value == 330
    reported(bodega, "post_reach", THREE_DAYS, 40, platform="linkedin")
    assert one(bodega, "organic_reach").value is None


def test_two_figures_for_one_range_contradict_each_other(bodega: Client) -> None:
    for value in (19, 18):
        reported(bodega, "staff_stayed", MARCH, value)
    reported(bodega, "staff_start", MARCH, 20)
    assert one(bodega, "employee_retention").reason == "range_not_reported"


def test_staff_of_an_entered_period(bodega: Client) -> None:
    reported(bodega, "staff_stayed", MARCH, 19)
    reported(bodega, "staff_start", MARCH, 20)
    assert one(bodega, "employee_retention").value == D("0.95")
    quarter = one(bodega, "employee_retention", Period(date(2026, 1, 1), mar(31)))
    assert (quarter.value, quarter.reason) == (None, "range_not_reported")


def test_an_order_counts_in_each_product_it_contains(bodega: Client) -> None:
    pen, ink = product(bodega, "Pen"), product(bodega, "Ink")
    ana = customer(bodega, "Ana")
    order(ana, mar(2), (pen, 3, ""), (ink, 1, ""))  # 40.00, pens 30.00
    order(ana, mar(9), (pen, 1, ""))  # 10.00
    order(ana, mar(9))  # of nothing known
    refresh(bodega)
    assert one(bodega, "sales_count").value == 3
    assert by_split(bodega, "sales_count", "product") == {"": 1, "Pen": 2, "Ink": 1}
    assert by_split(bodega, "aov", "product")["Pen"] == 20  # 40.00 of pens in 2 orders
    assert by_split(bodega, "items_per_order", "product")["Pen"] == 2  # 4 pens in 2 orders
    only_pens = {"product": (str(pen.pk),)}
    assert one(bodega, "sales_count", filters=only_pens).value == 2
    assert one(bodega, "revenue", filters=only_pens).value == 40


def test_nobody_sees_another_clients_people(cast: Cast, bodega: Client) -> None:
    visit(cast.cafe, mar(2), "a")
    order(customer(cast.cafe, "Eva"), mar(2))
    reported(cast.cafe, "platform_reach", MARCH, 7)
    assert one(bodega, "users").value is None
    assert one(bodega, "revenue_per_customer").reason == "zero_denominator"
    assert one(bodega, "reach").value is None
