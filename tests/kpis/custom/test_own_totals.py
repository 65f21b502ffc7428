"""Own measures through the one way to a number: sums, stocks, splits, money, and what is not known."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Campaign, OwnMeasure
from campaigns.own_services import Entry, MeasureWish, own_measure_define, own_values_enter
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period
from kpis.question import Question
from kpis.services import answer, standing_of
from tests.cast import Cast

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def define(client: Client, **wish: str) -> OwnMeasure:
    return own_measure_define(
        client.agency, client, MeasureWish(**{"name": "Calls booked", **wish})
    )


def enter(client: Client, measure: OwnMeasure, *entries: Entry) -> None:
    own_values_enter(client, measure, entries)


def ask(
    client: Client, key: str, period: Period = MARCH, **how: object
) -> dict[tuple[str, str | None], Value]:
    found = answer(client, Question((key,), period, **how), sees_costs=True)  # type: ignore[arg-type]
    return {(row.bucket_key, row.split): row.values[key] for row in found.rows}


def test_what_adds_up_is_known_from_the_first_to_the_last_entry(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        calls = define(cast.bodega)
        assert calls.key == "own_calls_booked"
        before = ask(cast.bodega, calls.key)["", None]
        assert (before.value, before.reason) == (None, "no_data")
        enter(cast.bodega, calls, Entry(day(3), Decimal(4)), Entry(day(10), Decimal(6)))
        # 4 + 6 over 3 to 10 March; the 1st, 2nd and everything after the 10th are not known.
        march = ask(cast.bodega, calls.key)["", None]
        assert (march.value, march.state) == (Decimal(10), "partial")
        assert [(gap.first, gap.last) for gap in march.missing] == [
            (day(1), day(2)), (day(11), day(31))
        ]  # fmt: skip
        inside = ask(cast.bodega, calls.key, Period(day(4), day(9)))["", None]
        assert (inside.value, inside.state) == (Decimal(0), "final")  # nothing entered is zero
        days = ask(cast.bodega, calls.key, Period(day(9), day(11)), by="day")
        assert [each.value for each in days.values()] == [0, 6, None]


def test_a_stock_stands_until_it_changes(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        members = define(cast.bodega, name="Club members", aggregation="last")
        enter(
            cast.bodega, members,
            Entry(day(5), Decimal(100), "email"), Entry(day(20), Decimal(130), "email"),
            Entry(day(10), Decimal(7), "direct"),
        )  # fmt: skip
        assert ask(cast.bodega, members.key)["", None].value == 137  # 130 + 7
        assert ask(cast.bodega, members.key, Period(day(6), day(9)))["", None].value == 100
        days = ask(cast.bodega, members.key, Period(day(4), day(11)), by="day")
        assert [each.value for each in days.values()] == [None, 100, 100, 100, 100, 100, 107, 107]
        # Long after the last entry it still stands.
        april = ask(cast.bodega, members.key, Period(day(1, 4), day(30, 4)), split="channel")
        assert {split: each.value for (_b, split), each in april.items()} == {
            "email": 130, "direct": 7
        }  # fmt: skip


def test_splits_filters_and_formulas_filters_hold_together(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        calls = define(cast.bodega)
        spring = Campaign.objects.create(
            agency=cast.aurora, client=cast.bodega, external_id="1", name="Spring"
        )
        enter(
            cast.bodega, calls,
            Entry(day(1), Decimal(1)), Entry(day(1), Decimal(2), "email"),
            Entry(day(31), Decimal(4), "email", spring), Entry(day(31), Decimal(8), "paid_search"),
        )  # fmt: skip
        by_channel = ask(cast.bodega, calls.key, split="channel")
        assert {split: each.value for (_b, split), each in by_channel.items()} == {
            "": 1, "email": 6, "paid_search": 8
        }  # fmt: skip
        only = {"channel": ("email",)}
        assert ask(cast.bodega, calls.key, filters=only)["", None].value == 6
        by_campaign = ask(cast.bodega, calls.key, split="campaign", filters=only)
        assert {split: each.value for (_b, split), each in by_campaign.items()} == {
            "": 2, str(spring.pk): 4
        }  # fmt: skip
        refused = ask(cast.bodega, calls.key, filters={"device": ("mobile",)})["", None]
        assert (refused.value, refused.reason) == (None, "not_applicable")


def test_money_is_the_clients_and_foreign_money_needs_a_rate(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        fair = define(cast.bodega, name="Fair sales", unit="money")
        enter(cast.bodega, fair, Entry(day(1), Decimal("10.50")), Entry(day(31), Decimal(20)))
        assert ask(cast.bodega, fair.key)["", None].value == Decimal("30.50")
        enter(cast.bodega, fair, Entry(day(15), Decimal(5), currency="USD"))
        without_rate = ask(cast.bodega, fair.key)["", None]
        # The 15th is left out and named; the other days stand: 10.50 + 20.
        assert (without_rate.value, without_rate.state) == (Decimal("30.50"), "partial")


def test_each_client_has_its_own_and_the_agencys(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        mine = define(cast.bodega)
        shared = own_measure_define(cast.aurora, None, MeasureWish("Fairs", aggregation="sum"))
        enter(cast.bodega, mine, Entry(day(1), Decimal(5)))
        enter(cast.bodega, shared, Entry(day(1), Decimal(1)))
        enter(cast.cafe, shared, Entry(day(1), Decimal(2)))
        one = Period(day(1), day(1))
        assert ask(cast.bodega, shared.key, one)["", None].value == 1
        assert ask(cast.cafe, shared.key, one)["", None].value == 2
        with pytest.raises(KeyError):
            ask(cast.cafe, mine.key, one)


def test_today_counts_once_it_is_over(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        calls = define(cast.bodega)
        yesterday = standing_of(cast.bodega).last_complete
        today = yesterday + ONE_DAY
        enter(cast.bodega, calls, Entry(yesterday, Decimal(3)), Entry(today, Decimal(9)))
        found = ask(cast.bodega, calls.key, Period(yesterday, today))["", None]
        assert (found.value, found.state) == (Decimal(3), "partial")
