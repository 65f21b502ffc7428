"""The three readings of a number: as first reported, as of a moment, and current (KPIS G.3)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.as_of import AsOf, as_of_from
from kpis.book import book_of
from kpis.calendar import Period
from kpis.models import DailyTotal, DayClose, Restatement, SnapshotState
from kpis.question import Question, QuestionInvalid, question_from_params
from kpis.rates.services import RateRow, rates_put
from kpis.services import answer
from tests.cast import Cast

FAMILIES = ("web", "ads", "leads", "sales", "costs")
FIRST = AsOf()


def march(day: int) -> date:
    return date(2026, 3, day)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    """Bodega on 15 April 2026: sources since 1 March, each of its days closed two days later."""
    with (
        time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        own: dict[str, Any] = {"agency": cast.aurora, "client": cast.bodega}
        for family in FAMILIES:
            SourceSync.objects.create(
                **own, family=family, source=family, is_live=True, complete_from=march(1)
            )
            for step in range(31):
                day = march(1) + timedelta(days=step)
                DayClose.objects.create(
                    **own, family=family, day=day, closed_at=noon(day + timedelta(days=2))
                )
        SnapshotState.objects.create(**own, stock_through=date(2026, 4, 14))
        yield cast.bodega


def total(client: Client, family: str, day: date, **columns: Any) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id,
        client=client,
        family=family,
        day=day,
        **{"currency": client.currency, **columns},
    )


def restated(client: Client, measure: str, day: date, on: date, by: object, **where: Any) -> None:
    """A line of the ledger, written at noon of a day."""
    Restatement.objects.create(
        agency_id=client.agency_id,
        client=client,
        family="leads",
        day=day,
        measure=measure,
        difference=Decimal(str(by)),
        recorded_at=noon(on),
        **{"currency": client.currency if measure == "order_value" else "", **where},
    )


def read(client: Client, key: str, period: Period, as_of: AsOf | None, **asked: Any) -> Any:
    question = Question((key,), period, as_of=as_of, **asked)
    return answer(client, question, sees_costs=True).only


def on(day: int) -> AsOf:
    return AsOf(day=march(day))


def test_the_example_of_the_definition(bodega: Client) -> None:
    """KPIS G.3: closed with 40 on the 12th; +3 on the 13th, −1 on the 20th; now 42."""
    total(bodega, "leads", march(10), leads=42)
    restated(bodega, "leads", march(10), march(13), 3)
    restated(bodega, "leads", march(10), march(20), -1)
    day = Period(march(10), march(10))
    found = {}
    for name, as_of in {
        "first": FIRST, "10": on(10), "11": on(11), "12": on(12), "16": on(16), "now": None,
    }.items():  # fmt: skip
        row = read(bodega, "leads", day, as_of)
        value = row.values["leads"]
        found[name] = (value.value, value.state, "leads" in row.read_back)
    assert found == {
        "first": (40, "final", True),
        "10": (42, "provisional", False),
        "11": (42, "provisional", False),
        "12": (40, "final", True),  # 42 + 1 − 3
        "16": (43, "final", True),  # 42 + 1
        "now": (42, "final", False),
    }


def test_a_range_is_read_back_as_soon_as_all_its_days_were_closed(bodega: Client) -> None:
    total(bodega, "leads", march(10), leads=42)
    total(bodega, "leads", march(11), leads=10)
    restated(bodega, "leads", march(10), march(20), 2)
    both = Period(march(10), march(11))
    # The 11th was closed at noon of the 13th: the end of the 12th is too early for the range.
    assert read(bodega, "leads", both, on(12)).values["leads"].value == 52
    assert read(bodega, "leads", both, on(12)).values["leads"].state == "provisional"
    assert read(bodega, "leads", both, on(13)).values["leads"].value == 50
    by_day = answer(
        bodega, Question(("leads",), both, by="day", as_of=on(12)), sees_costs=True
    ).rows
    assert [(row.values["leads"].value, row.values["leads"].state) for row in by_day] == [
        (40, "final"),
        (10, "provisional"),
    ]


def test_a_ratio_reads_both_sides_as_of_then(bodega: Client) -> None:
    total(bodega, "ads", march(10), ad_spend="100")
    total(bodega, "leads", march(10), leads=10)
    restated(bodega, "leads", march(10), march(20), 5)
    restated(bodega, "ad_spend", march(10), march(21), 40, currency="EUR")
    day = Period(march(10), march(10))
    assert read(bodega, "cpl", day, None).values["cpl"].value == 10  # 100 ÷ 10
    assert read(bodega, "cpl", day, on(20)).values["cpl"].value == 6  # 60 ÷ 10
    assert read(bodega, "cpl", day, FIRST).values["cpl"].value == 12  # 60 ÷ 5


def test_by_channel_what_was_reclassified_goes_back(bodega: Client) -> None:
    total(bodega, "leads", march(10), leads=7, channel="email")
    restated(bodega, "leads", march(10), march(20), 3, channel="email")
    restated(bodega, "leads", march(10), march(20), -3, channel="direct")
    day = Period(march(10), march(10))
    asked = Question(("leads",), day, split="channel", as_of=FIRST)
    rows = answer(bodega, asked, sees_costs=True).rows
    assert {row.split: row.values["leads"].value for row in rows} == {"direct": 3, "email": 4}
    only = read(bodega, "leads", day, FIRST, filters={"channel": ("direct",)})
    assert only.values["leads"].value == 3


def test_the_comparison_is_read_by_the_same_rule(bodega: Client) -> None:
    total(bodega, "leads", march(9), leads=5)
    total(bodega, "leads", march(10), leads=8)
    restated(bodega, "leads", march(9), march(20), 1)
    restated(bodega, "leads", march(10), march(20), 2)
    row = read(bodega, "leads", Period(march(10), march(10)), on(15), compare="previous")
    assert (row.values["leads"].value, row.previous["leads"].value) == (6, 4)
    assert row.previous_read_back == {"leads"}


def test_a_reading_of_then_never_changes_when_the_ledger_grows(bodega: Client) -> None:
    """KPIS G.9.9: the total and the ledger move together."""
    total(bodega, "leads", march(10), leads=42)
    restated(bodega, "leads", march(10), march(13), 2)
    day = Period(march(10), march(10))
    before = read(bodega, "leads", day, on(16)).values["leads"]
    total(bodega, "leads", march(10), leads=9, channel="email")
    restated(bodega, "leads", march(10), march(30), 9, channel="email")
    assert read(bodega, "leads", day, on(16)).values["leads"] == before
    assert read(bodega, "leads", day, None).values["leads"].value == 51


def test_what_is_counted_anew_has_its_present_reading_only(bodega: Client) -> None:
    row = read(bodega, "revenue_per_customer", Period(march(10), march(10)), on(20))
    assert row.read_back == frozenset()


def test_money_takes_the_rates_that_were_known_then(bodega: Client) -> None:
    total(bodega, "sales", march(10), order_value="10", currency="USD")
    agency = bodega.agency
    for on_day, rate in ((11, "0.9"), (25, "0.8")):
        with time_machine.travel(noon(march(on_day)), tick=False):
            rates_put(agency, [RateRow(march(10), "USD", "EUR", Decimal(rate))], "test")
    restated(bodega, "order_value", march(10), march(28), 4, currency="USD")
    day = Period(march(10), march(10))
    assert read(bodega, "revenue", day, on(26)).values["revenue"].value == Decimal("4.8")  # 6 × 0.8
    assert read(bodega, "revenue", day, on(20)).values["revenue"].value == Decimal("5.4")  # 6 × 0.9
    assert read(bodega, "revenue", day, FIRST).values["revenue"].value == Decimal("5.4")
    assert read(bodega, "revenue", day, None).values["revenue"].value == 8


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("first_reported", AsOf()),
        ("2026-03-12", AsOf(day=march(12))),
        ("2026-03-12T10:00:00+01:00", AsOf(datetime(2026, 3, 12, 9, tzinfo=UTC))),
    ],
)
def test_it_is_asked_in_an_address(text: str, found: AsOf) -> None:
    assert as_of_from(text) == found


def test_a_day_ends_at_the_clients_midnight() -> None:
    # Córdoba is three hours behind: the 12th ends there at 03:00 UTC of the 13th.
    found = AsOf(day=march(12)).in_zone("America/Argentina/Cordoba")
    assert found.at == datetime(2026, 3, 13, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"as_of": "yesterday"}, "bad_as_of"),
        ({"as_of": "2026-02-31"}, "bad_as_of"),
        ({"as_of": "2026-03-12T10:00:00"}, "bad_as_of"),
        ({"as_of": "9999-12-31"}, "bad_as_of"),
        ({"as_of": "2026-03-12", "split": "device"}, "as_of_dimension"),
        ({"as_of": "2026-03-12", "country": "ES"}, "as_of_dimension"),
    ],
)
def test_it_refuses(bodega: Client, params: dict[str, str], code: str) -> None:
    with pytest.raises(QuestionInvalid) as refused:
        question_from_params({"keys": "leads", **params}, book_of(bodega), march(31))
    assert refused.value.code == code
