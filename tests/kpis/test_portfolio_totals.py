"""Totals over clients: in the agency's report currency if rates exist for all, else by currency."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from accounts.models import Agency, Client
from accounts.tenancy import tenant_scope
from campaigns.models import SourceSync
from kpis.models import DailyTotal, SnapshotState
from kpis.rates.services import RateRow, rates_put
from tests.cast import Cast

MARCH = "?period=custom&from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def two(cast: Cast) -> Cast:
    """Bodega in euros and Cafe in dollars: 100 EUR and 50 USD on 10 March, 4 and 6 leads."""
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.cafe.pk).update(currency="USD")
        for client, currency, amount, leads in (
            (cast.bodega, "EUR", "100", 4),
            (cast.cafe, "USD", "50", 6),
        ):
            own: dict[str, Any] = {"agency": cast.aurora, "client": client}
            for family in ("web", "ads", "leads", "sales", "costs"):
                SourceSync.objects.create(**own, family=family, source=family, is_live=True)
            SnapshotState.objects.create(**own, stock_through=date(2026, 4, 14))
            day = date(2026, 3, 10)
            DailyTotal.objects.create(
                **own, family="sales", day=day, currency=currency, order_value=amount, orders=1,
                new_customers=1,
            )  # fmt: skip
            DailyTotal.objects.create(**own, family="leads", day=day, leads=leads)
            DailyTotal.objects.create(
                **own, family="ads", day=day, currency=currency, ad_spend="20",
                channel="paid_search",
            )  # fmt: skip
    return cast


def totals(cast: Cast) -> list[tuple[str, int, tuple[str, ...], bool]]:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.alicia)
    page = browser.get(f"/a/aurora/{MARCH}")
    assert page.status_code == 200
    found = page.context["portfolio"].totals
    return [
        (
            each.currency,
            each.count,
            tuple(text.replace("\xa0", " ") for text in each.texts),
            each.is_converted,
        )
        for each in found
    ]


def put(cast: Cast, *rows: tuple[int, str, str, str]) -> None:
    with tenant_scope(cast.aurora.pk):
        rates_put(
            cast.aurora,
            [RateRow(date(2026, 3, day), code, to, Decimal(rate)) for day, code, to, rate in rows],
            "test",
        )


def test_without_rates_the_parts_are_listed(two: Cast) -> None:
    found = totals(two)
    assert [(row[0], row[1], row[3]) for row in found] == [("EUR", 1, False), ("USD", 1, False)]
    assert [(row[2][0], row[2][4]) for row in found] == [("4", "100,00 €"), ("6", "50,00 US$")]


def test_with_rates_for_all_there_is_one_total(two: Cast) -> None:
    put(two, (10, "USD", "EUR", "0.9"), (31, "USD", "EUR", "0.8"))
    ((currency, count, texts, is_converted),) = totals(two)
    assert (currency, count, is_converted) == ("EUR", 2, True)
    # leads 4 + 6; CPL (20 + 20 × 0.9) / 10 = 3.80; revenue 100 + 50 × 0.9 = 145
    assert (texts[0], texts[1], texts[4]) == ("10", "3,80 €", "145,00 €")


def test_a_rate_that_lacks_on_some_day_is_not_enough(two: Cast) -> None:
    put(two, (31, "USD", "EUR", "0.8"))  # none for the 10th
    assert [(row[0], row[3]) for row in totals(two)] == [("EUR", False), ("USD", False)]


def test_it_is_the_agencys_report_currency(two: Cast) -> None:
    with tenant_scope(two.aurora.pk):
        Agency.objects.filter(pk=two.aurora.pk).update(currency="BRL")
    put(
        two,
        *(
            (day, code, "BRL", rate)
            for day in (10, 31)
            for code, rate in (("EUR", "6"), ("USD", "5"))
        ),
    )
    ((currency, _count, texts, _is_converted),) = totals(two)
    assert (currency, texts[4]) == ("BRL", "850,00 R$")  # 100 × 6 + 50 × 5
