"""What must hold of every answer, whatever the facts and the question (KPIS G.9, 1 to 7, 10, 17)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import time_machine
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Lead, Sale
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.catalogue import KPIS, Kpi
from kpis.question import Question
from kpis.services import answer
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast
from tests.kpis.facts import new_lead, new_sale, refresh, rows_of
from tests.kpis.recompute import recomputed
from tests.kpis.varied_facts import write_facts

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
DAYS = (LAST - FIRST).days
#: Far enough after the facts that every cohort is ripe.
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)


def is_plain(kpi: Kpi) -> bool:
    """All of it read over the days asked for, none recounted."""
    return all(
        atom.period == "current" and atom.measure.is_stored for atom in kpi.atoms()
    ) and not any(atom.measure.aggregation == "last" for atom in kpi.atoms())


SUMS = tuple(key for key, kpi in KPIS.items() if kpi.aggregation == "sum" and is_plain(kpi))
RATIOS = tuple(key for key, kpi in KPIS.items() if kpi.aggregation == "ratio" and is_plain(kpi))
COHORTS = tuple(key for key, kpi in KPIS.items() if kpi.cohort_days)
periods = st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)).map(
    lambda ends: Period(FIRST + timedelta(days=min(ends)), FIRST + timedelta(days=max(ends)))
)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """A client with varied facts, beside another one."""
    with time_machine.travel(NOW, tick=False), tenant_scope(cast.aurora.pk):
        write_facts(cast.bodega, 11, FIRST, LAST, leads=150)
        write_facts(cast.cafe, 12, FIRST, LAST, leads=20)
        snapshot_refresh(cast.bodega)
        snapshot_refresh(cast.cafe)
        yield cast.bodega


def values(client: Client, keys: tuple[str, ...], period: Period, **asked: Any) -> dict[str, Value]:
    return answer(client, Question(keys, period, **asked), sees_costs=True).only.values


def cut(period: Period, places: list[int]) -> list[Period]:
    """The period in parts, cut after these days of it."""
    ends = sorted({place % period.days for place in places} - {0})
    firsts = [period.first + timedelta(days=each) for each in [0, *ends]]
    lasts = [*(first - timedelta(days=1) for first in firsts[1:]), period.last]
    return [Period(first, last) for first, last in zip(firsts, lasts, strict=True)]


def test_the_catalogue_has_something_to_try() -> None:
    assert len(SUMS) >= 10 and len(RATIOS) >= 10 and COHORTS


@settings(max_examples=25)
@given(data=st.data(), period=periods)
def test_1_rolled_up_is_the_facts_added_up(
    bodega: Client, data: st.DataObject, period: Period
) -> None:
    """Any range, any filter by channel: the totals of the answer are those of a Python recompute."""
    channels = data.draw(st.sampled_from([(), ("email",), ("paid_search", "direct")]))
    keys = ("sessions", "clicks", "leads", "mqls", "sales_count", "new_customers")
    found = values(bodega, keys, period, filters={"channel": channels} if channels else {})
    expected: dict[str, Decimal] = {}
    for key, row in recomputed(bodega).items():
        _family, is_stock, day, channel = key[:4]
        if not is_stock and day in period and (not channels or channel in channels):
            for name, amount in row.items():
                expected[name] = expected.get(name, Decimal(0)) + amount
    for value in found.values():
        for name, total in value.inputs.items():
            assert total == expected.get(name, 0), name


@settings(max_examples=25)
@given(period=periods, places=st.lists(st.integers(1, 90), max_size=4))
def test_2_any_partition_of_a_range_adds_up(
    bodega: Client, period: Period, places: list[int]
) -> None:
    whole = values(bodega, SUMS, period)
    parts = [values(bodega, SUMS, part) for part in cut(period, places)]
    for key in SUMS:
        known = [part[key].value for part in parts]
        if whole[key].value is None:
            assert set(known) == {None}, key
        else:
            assert sum(each or 0 for each in known) == whole[key].value, key


@settings(max_examples=15)
@given(period=periods, places=st.lists(st.integers(1, 90), max_size=3))
def test_2_of_a_stock_only_the_last_day_matters(
    bodega: Client, period: Period, places: list[int]
) -> None:
    stocks = tuple(
        key
        for key, kpi in KPIS.items()
        if kpi.aggregation == "last" and all(atom.period == "current" for atom in kpi.atoms())
    )
    assert stocks
    whole = values(bodega, stocks, period)
    last_part = values(bodega, stocks, cut(period, places)[-1])
    last_day = values(bodega, stocks, Period(period.last, period.last))
    for key in stocks:
        assert whole[key].value == last_part[key].value == last_day[key].value, key


@settings(max_examples=12)
@given(
    period=periods,
    dimension=st.sampled_from(
        ["channel", "campaign", "device", "landing_page", "salesperson", "country"]
    ),
)
def test_3_any_split_adds_to_the_total(bodega: Client, period: Period, dimension: str) -> None:
    """What is not set is a part like any other."""
    keys = tuple(key for key in SUMS if dimension in KPIS[key].dimensions())
    assume(keys)
    whole = values(bodega, keys, period)
    rows = answer(bodega, Question(keys, period, split=dimension), sees_costs=True).rows
    for key in keys:
        if whole[key].value is not None:
            assert sum(row.values[key].value or 0 for row in rows) == whole[key].value, key


@settings(max_examples=25)
@given(period=periods, place=st.integers(1, 90))
def test_4_the_ratio_of_the_whole_lies_between_those_of_its_parts(
    bodega: Client, period: Period, place: int
) -> None:
    parts = [values(bodega, RATIOS, part) for part in cut(period, [place])]
    assume(len(parts) == 2)
    whole = values(bodega, RATIOS, period)
    tiny = Decimal("1e-20")
    for key in RATIOS:
        known = [part[key].value for part in parts]
        inputs = [amount for part in parts for amount in part[key].inputs.values()]
        # Money may be negative where refunds outweigh sales: then nothing lies between.
        if None in known or any(amount is not None and amount < 0 for amount in inputs):
            continue
        low, high = sorted(each for each in known if each is not None)
        found = whole[key].value
        assert found is not None and low - tiny <= found <= high + tiny, key


@settings(max_examples=15)
@given(period=periods, places=st.lists(st.integers(1, 90), max_size=3))
def test_5_a_union_has_no_more_than_its_parts_together_and_no_fewer_than_the_largest(
    bodega: Client, period: Period, places: list[int]
) -> None:
    """Of customers, whatever KPI counts them."""
    counting = next(
        key
        for key, kpi in KPIS.items()
        if "customers" in {atom.text for atom in kpi.atoms()} and kpi.unit != "percent"
    )

    def customers(part: Period) -> Decimal:
        return values(bodega, (counting,), part)[counting].inputs["customers"] or Decimal(0)

    counts = [customers(part) for part in cut(period, places)]
    assert max(counts) <= customers(period) <= sum(counts)


@settings(max_examples=15)
@given(period=periods, by=st.sampled_from([None, "day", "week", "month"]))
def test_6_a_value_or_its_reason_and_never_a_number_that_is_none(
    bodega: Client, period: Period, by: str | None
) -> None:
    reply = answer(bodega, Question(tuple(KPIS), period, by=by), sees_costs=True)
    for row in reply.rows:
        for key, value in row.values.items():
            assert (value.value is None) != (value.reason is None), key
            assert value.value is None or value.value.is_finite(), key


@settings(max_examples=12)
@given(period=periods)
def test_7_cohort_rates_lie_between_nothing_and_all_and_only_grow(
    bodega: Client, period: Period
) -> None:
    """Asked again later, a rate over the same leads is no smaller: outcomes are added, not lost."""
    reached: dict[str, Decimal] = {}
    for months in (0, 3):
        with time_machine.travel(NOW + timedelta(days=30 * months), tick=False):
            for key, value in values(bodega, COHORTS, period).items():
                if value.value is not None and KPIS[key].unit == "percent":
                    assert 0 <= value.value <= 1, key
                    assert value.value >= reached.get(key, Decimal(0)), key
                    reached[key] = value.value
    assume(reached)


@settings(max_examples=10)
@given(order=st.integers(0, 10_000))
def test_10_the_order_in_which_facts_arrive_is_irrelevant(cast: Cast, order: int) -> None:
    """The same facts written in any order, with refreshes between, end in the same snapshot."""
    day = date(2026, 3, 10)
    with time_machine.travel(NOW, tick=False), tenant_scope(cast.aurora.pk):
        for client, is_shuffled in ((cast.bodega, True), (cast.cafe, False)):
            client.refresh_from_db()
            writers = [
                lambda c, n=n: new_lead(c, day + timedelta(days=n % 3), channel="email", country="ES"[: n % 2 * 2])
                for n in range(5)
            ] + [
                lambda c, n=n: new_sale(c, day + timedelta(days=n), 10 + n, is_first=bool(n % 2))
                for n in range(4)
            ]  # fmt: skip
            if is_shuffled:
                Random(order).shuffle(writers)
            for place, write in enumerate(writers):
                write(client)
                if is_shuffled and place % 3 == order % 3:
                    refresh(client)
            refresh(client)
        assert rows_of(cast.bodega) == rows_of(cast.cafe)
        assert rows_of(cast.bodega)
        # Back to nothing for the next order.
        _forget(cast)


def _forget(cast: Cast) -> None:
    for client in (cast.bodega, cast.cafe):
        Sale.objects.filter(client=client).delete()
        Lead.objects.filter(client=client).delete()
        refresh(client)


def test_17_another_clients_facts_change_nothing(cast: Cast, bodega: Client) -> None:
    period = Period(FIRST, LAST)
    before = values(bodega, tuple(KPIS), period)
    snapshot = rows_of(bodega)
    Lead.objects.filter(client=cast.cafe).update(channel="email")
    for day in range(5):
        new_sale(cast.cafe, FIRST + timedelta(days=day), 1000)
    snapshot_refresh(cast.cafe)
    assert values(bodega, tuple(KPIS), period) == before
    assert rows_of(bodega) == snapshot


def test_17_nor_do_those_of_another_tenant(cast: Cast) -> None:
    period = Period(FIRST, LAST)
    with time_machine.travel(NOW, tick=False):
        with tenant_scope(cast.aurora.pk):
            write_facts(cast.bodega, 3, FIRST, LAST, leads=60)
            snapshot_refresh(cast.bodega)
            before = values(cast.bodega, tuple(KPIS), period)
        with tenant_scope(cast.boreal.pk):
            write_facts(cast.dulce, 3, FIRST, LAST, leads=60)
            snapshot_refresh(cast.dulce)
            theirs = values(cast.dulce, tuple(KPIS), period)
        with tenant_scope(cast.aurora.pk):
            assert values(cast.bodega, tuple(KPIS), period) == before
            snapshot_refresh(cast.bodega)
            assert values(cast.bodega, tuple(KPIS), period) == before
    # The same dice give the same facts, so the other tenant's numbers are these, and no sum of both.
    assert {key: value.value for key, value in theirs.items()} == {
        key: value.value for key, value in before.items()
    }


def test_the_parts_of_a_cut_tile_the_range() -> None:
    """Of the test's own scissors."""
    for period, places in ((Period(FIRST, LAST), [3, 40, 3]), (Period(FIRST, FIRST), [5])):
        parts = cut(period, places)
        assert (parts[0].first, parts[-1].last) == (period.first, period.last)
        assert all(b.first - a.last == timedelta(days=1) for a, b in pairwise(parts))
