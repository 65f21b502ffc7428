"""Olist: real leads with their outcome, and a cost file, against sums made straight from the CSV."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, F, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import Cost, Customer, Lead, Sale, Salesperson, SourceSync
from tests.campaigns.imports.sending import DATA, example, needs_data, send
from tests.cast import Cast

pytestmark = needs_data
LEADS = DATA / "olist_funnel" / "derived_leads_with_outcome.csv"
COSTS = DATA / "olist_funnel" / "SYNTHETIC_channel_cost_by_month.csv"
CHANNELS = {
    "paid_search": "paid_search",
    "organic_search": "organic_search",
    "social": "organic_social",
    "direct_traffic": "direct",
    "email": "email",
    "referral": "referral",
    "display": "display",
    "other_publicities": "paid_other",
}


def rows(path: object) -> list[dict[str, str]]:
    with open(str(path), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def olist(cast: Cast) -> Client:
    """Bodega, in São Paulo and reais, with Olist's leads."""
    with tenant_scope(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(
            currency="BRL", time_zone="America/Sao_Paulo"
        )
        cast.bodega.refresh_from_db()
    batch = send(cast.bodega, LEADS, example("olist_leads"))
    assert batch.state == "done", batch.error
    assert batch.counts == {
        "rows": 8000, "new": 8000, "changed": 0, "same": 0, "refused": 0,
        "sales_new": 842, "sales_changed": 0, "sales_removed": 0,
    }  # fmt: skip
    # The one deal won before its first contact is kept, and named.
    assert batch.notes == [{"code": "won_before_created", "count": 1, "lines": [6359]}]
    return cast.bodega


def test_it_makes_leads_customers_and_sales(olist: Client) -> None:
    with tenant_scope(olist.agency_id):
        assert Lead.objects.count() == 8000
        assert Customer.objects.count() == 842
        assert Sale.objects.count() == 842
        assert Sale.objects.aggregate(total=Sum("amount"))["total"] == Decimal("664858.00")
        # 22 closers, each the salesperson of every later stage of their leads.
        assert Salesperson.objects.count() == 22
        won = Lead.objects.filter(outcome="won")
        assert won.count() == won.filter(
            mql_at=F("closed_at"), sql_at=F("closed_at"), opp_at=F("closed_at"),
            closed_salesperson=F("opp_salesperson"), first_salesperson=F("mql_salesperson"),
        ).count() == 842  # fmt: skip
        assert not Lead.objects.filter(outcome="").exclude(mql_at=None).exists()


def test_by_source_channel_and_month_it_equals_the_file(olist: Client) -> None:
    file = rows(LEADS)
    won = [row for row in file if row["won_date"]]
    with tenant_scope(olist.agency_id):
        by_source = dict(Lead.objects.values_list("utm_source").annotate(Count("id")))
        by_channel = dict(Lead.objects.values_list("channel").annotate(Count("id")))
        created = dict(
            Lead.objects.annotate(month=TruncMonth("created_on"))
            .values_list("month").annotate(Count("id"))
        )  # fmt: skip
        sold = {
            month: (count, total)
            for month, count, total in Sale.objects.annotate(month=TruncMonth("sold_on"))
            .values_list("month").annotate(Count("id"), Sum("amount"))
        }  # fmt: skip
        revenue = dict(Sale.objects.values_list("channel").annotate(Sum("amount")))
        top_seller = Sale.objects.values_list("salesperson__external_id").annotate(
            sales=Count("id")
        ).latest("sales")  # fmt: skip
    assert by_source == Counter(row["origin"] for row in file)
    assert by_channel == Counter(CHANNELS.get(row["origin"], "unassigned") for row in file)
    assert created == Counter(_month(row["first_contact_date"]) for row in file)
    assert sold == {
        month: (
            sum(_month(row["won_date"]) == month for row in won),
            sum(_revenue(row) for row in won if _month(row["won_date"]) == month),
        )
        for month in {_month(row["won_date"]) for row in won}
    }
    for channel in {*CHANNELS.values(), "unassigned"}:
        assert revenue[channel] == sum(
            _revenue(row) for row in won if CHANNELS.get(row["origin"], "unassigned") == channel
        )
    assert top_seller[0].startswith("4ef15afb") and top_seller[1] == 133


def _month(text: str) -> date:
    return date(int(text[:4]), int(text[5:7]), 1)


def _revenue(row: dict[str, str]) -> Decimal:
    return Decimal(row["delivered_revenue_brl"] or "0")


def test_costs_are_spread_over_their_month(olist: Client) -> None:
    batch = send(olist, COSTS, example("olist_costs"))
    file = rows(COSTS)
    assert batch.state == "done", batch.error
    with tenant_scope(olist.agency_id):
        assert Cost.objects.count() == len(file) == batch.counts["new"]
        stored = dict(Cost.objects.values_list("channel").annotate(Sum("amount")))
        june = Cost.objects.get(starts_on=date(2017, 6, 1), channel="display")
    assert (june.ends_on, june.layer, june.is_shared, june.currency) == (
        date(2017, 6, 30), "media", True, "BRL",
    )  # fmt: skip
    for channel in {*CHANNELS.values(), "unassigned"}:
        assert stored[channel] == sum(
            Decimal(row["cost_brl"])
            for row in file
            if CHANNELS.get(row["origin"], "unassigned") == channel
        )


def test_the_source_is_complete_from_first_to_last_day(olist: Client) -> None:
    with tenant_scope(olist.agency_id):
        synced = list(
            SourceSync.objects.order_by("family").values_list(
                "family", "source", "complete_from", "complete_through", "is_live"
            )
        )
    days = (date(2017, 6, 14), date(2018, 11, 14))
    assert synced == [("leads", "olist", *days, False), ("sales", "olist", *days, False)]


def test_twice_is_once(olist: Client) -> None:
    again = send(olist, LEADS, example("olist_leads"))
    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 8000)
    assert (again.counts["sales_new"], again.counts["sales_changed"]) == (0, 0)
    with tenant_scope(olist.agency_id):
        assert (Lead.objects.count(), Sale.objects.count(), Customer.objects.count()) == (
            8000, 842, 842,
        )  # fmt: skip
