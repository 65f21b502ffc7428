"""Olist end to end: files → import → snapshot → answer, against the CSV added up here by itself."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Count, F, Sum
from pytest_django import DjangoDbBlocker

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import Lead, Sale, Salesperson
from kpis.calendar import Period
from kpis.models import DirtyDay
from kpis.question import Question
from tests import real_data
from tests.real_data import asked, import_file, refresh, rows_of

pytestmark = real_data.needs("olist_funnel")

LEADS_FILE = ("olist_funnel", "derived_leads_with_outcome.csv")
COSTS_FILE = ("olist_funnel", "SYNTHETIC_channel_cost_by_month.csv")
ALL_DAYS = Period(date(2017, 6, 14), date(2018, 11, 14))
#: Months in which every file has every day.
COSTED = Period(date(2017, 7, 1), date(2018, 5, 31))
CHANNELS = {
    "paid_search": "paid_search", "organic_search": "organic_search", "social": "organic_social",
    "direct_traffic": "direct", "email": "email", "referral": "referral", "display": "display",
    "other_publicities": "paid_other",
}  # fmt: skip
PAID = ("paid_search", "display", "paid_other")


@dataclass(frozen=True)
class Row:
    """A line of the leads' file, as far as it matters here."""

    created: date
    source: str
    channel: str
    won: date | None
    revenue: Decimal
    seller: str


@dataclass(frozen=True)
class Imported:
    client: Client
    leads: dict[str, Any]
    costs: dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [
        Row(
            date.fromisoformat(row["first_contact_date"]),
            row["origin"],
            CHANNELS.get(row["origin"], "unassigned"),
            date.fromisoformat(row["won_date"][:10]) if row["won_date"] else None,
            Decimal(row["delivered_revenue_brl"] or 0),
            row["sr_id"],
        )
        for row in rows_of(*LEADS_FILE)
    ]


@pytest.fixture(scope="module")
def olist(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Imported]:
    about = {
        "name": "Olist", "slug": "olist", "currency": "BRL", "time_zone": "America/Sao_Paulo",
    }  # fmt: skip
    with django_db_blocker.unblock(), real_data.a_client(template_database, **about) as found:
        client = found[1]
        leads = import_file(client, "leads", "olist_leads.json", *LEADS_FILE)
        costs = import_file(client, "costs", "olist_costs.json", *COSTS_FILE)
        refresh(client)
        yield Imported(client, leads, costs)


def test_it_adds_up_to_the_known_totals(olist: Imported) -> None:
    keys = ("leads", "new_customers", "sales_count", "revenue")
    values = asked(olist.client, Question(keys, ALL_DAYS)).only.values
    assert {key: value.value for key, value in values.items()} == {
        "leads": 8000, "new_customers": 842, "sales_count": 842, "revenue": Decimal("664858.00"),
    }  # fmt: skip
    assert {value.state for value in values.values()} == {"final"}


def test_each_kpi_is_dated_by_its_own_date(olist: Imported, rows: list[Row]) -> None:
    created = Counter(f"{row.created:%Y-%m}" for row in rows)
    won = Counter(f"{row.won:%Y-%m}" for row in rows if row.won)
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row.won:
            revenue[f"{row.won:%Y-%m}"] += row.revenue
    reply = asked(
        olist.client, Question(("leads", "new_customers", "revenue"), ALL_DAYS, by="month")
    )
    given = {row.bucket_key: row.values for row in reply.rows}
    assert {month: values["leads"].value for month, values in given.items()} == {
        month: created[month] for month in given
    }
    assert {month: values["new_customers"].value for month, values in given.items()} == {
        month: won[month] for month in given
    }
    assert {month: values["revenue"].value for month, values in given.items()} == {
        month: revenue[month] for month in given
    }
    # Two published months, so that this cannot be wrong in the same way twice.
    assert (created["2018-04"], won["2018-04"]) == (1352, 207)


def test_by_channel_and_month(olist: Imported, rows: list[Row]) -> None:
    expected: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for row in rows:
        expected[f"{row.created:%Y-%m}", row.channel][0] += 1
        if row.won:
            expected[f"{row.won:%Y-%m}", row.channel][1] += 1
            expected[f"{row.won:%Y-%m}", row.channel][2] += row.revenue
    keys = ("leads", "new_customers", "revenue")
    reply = asked(olist.client, Question(keys, ALL_DAYS, by="month", split="channel"))
    given = {
        (row.bucket_key, row.split): [row.values[key].value for key in keys] for row in reply.rows
    }
    assert {place: values for place, values in given.items() if any(values)} == expected


def test_by_source_and_seller(olist: Imported, rows: list[Row]) -> None:
    """The source is readable on the facts; sellers are a dimension of the numbers."""
    with tenant_transaction(olist.client.agency_id):
        leads = Lead.objects.filter(client=olist.client).values_list("utm_source")
        by_source = dict(leads.annotate(Count("pk")))
        sales = Sale.objects.filter(client=olist.client).values_list("lead__utm_source")
        sold = {
            source: (count, sum_)
            for source, count, sum_ in sales.annotate(Count("pk"), Sum("amount"))
        }
        sellers = dict(
            Salesperson.objects.filter(client=olist.client).values_list("pk", "external_id")
        )
    assert by_source == Counter(row.source for row in rows)
    assert by_source["unknown"] == 1099
    assert sold == {
        source: (len(won), sum(row.revenue for row in won))
        for source, won in _grouped(rows, lambda row: row.source).items()
    }
    reply = asked(olist.client, Question(("new_customers",), ALL_DAYS, split="salesperson"))
    given = {
        sellers[int(row.split or 0)]: row.values["new_customers"].value
        for row in reply.rows
        if row.split
    }
    assert given == {
        seller: len(won) for seller, won in _grouped(rows, lambda row: row.seller).items()
    }


def _grouped(rows: list[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        if row.won:
            found[key(row)].append(row)
    return found


def test_costs_by_channel(olist: Imported, rows: list[Row]) -> None:
    """CPL, CAC and ROAS; the same month's costs, leads, wins and revenue on both sides."""
    spend: dict[str, Decimal] = defaultdict(Decimal)
    for cost in rows_of(*COSTS_FILE):
        if cost["month"] != "2017-06":
            spend[CHANNELS.get(cost["origin"], "unassigned")] += Decimal(cost["cost_brl"])
    inside = [row for row in rows if COSTED.first <= row.created <= COSTED.last]
    leads = Counter(row.channel for row in inside)
    wins = [row for row in rows if row.won and COSTED.first <= row.won <= COSTED.last]
    won = Counter(row.channel for row in wins)
    reply = asked(
        olist.client, Question(("ad_spend", "cpl", "cac", "roas"), COSTED, split="channel")
    )
    given = {row.split or "": row.values for row in reply.rows}
    assert {channel: values["ad_spend"].value for channel, values in given.items()} == spend
    for channel, values in given.items():
        revenue = sum((row.revenue for row in wins if row.channel == channel), Decimal(0))
        assert values["cpl"].value == _ratio(spend[channel], leads[channel])
        assert values["cac"].value == _ratio(spend[channel], won[channel])
        is_paid = channel in PAID
        assert values["roas"].value == (_ratio(revenue, spend[channel]) if is_paid else None)
    whole = asked(olist.client, Question(("cpl", "cac", "roas"), COSTED)).only.values
    paid = sum((row.revenue for row in wins if row.channel in PAID), Decimal(0))
    assert whole["cpl"].value == _ratio(sum(spend.values()), sum(leads.values()))
    assert whole["cac"].value == _ratio(sum(spend.values()), sum(won.values()))
    assert whole["roas"].value == _ratio(paid, sum(spend[channel] for channel in PAID))


def _ratio(above: Any, below: Any) -> Decimal | None:
    return Decimal(above) / Decimal(below) if below else None


def test_the_cohort_follows_the_same_people(olist: Imported, rows: list[Row]) -> None:
    """Of the leads of a month, those won within 90 days; who had bought before is no prospect."""
    asked_for: Counter[str] = Counter()
    bought: Counter[str] = Counter()
    for row in rows:
        if row.won and row.won < row.created:
            continue
        asked_for[f"{row.created:%Y-%m}"] += 1
        if row.won and row.won - row.created <= timedelta(days=90):
            bought[f"{row.created:%Y-%m}"] += 1
    period = Period(date(2017, 6, 14), date(2018, 5, 31))
    reply = asked(olist.client, Question(("lead_to_customer_rate",), period, by="month"))
    assert {row.bucket_key: row.values["lead_to_customer_rate"].inputs for row in reply.rows} == {
        month: {"prospect_cohort": count, "prospect_cohort_won": bought[month]}
        for month, count in asked_for.items()
    }
    assert sum(asked_for.values()) == 7999


def test_the_deal_won_before_its_contact_is_kept_and_flagged(olist: Imported) -> None:
    notes = [note for note in olist.leads["notes"] if note["code"] == "won_before_created"]
    assert [note["count"] for note in notes] == [1]
    with tenant_transaction(olist.client.agency_id):
        lead = Lead.objects.get(client=olist.client, closed_on__lt=F("created_on"))
        assert Sale.objects.filter(lead=lead, sold_on=lead.closed_on, is_first=True).count() == 1


def test_the_same_files_again_change_nothing(olist: Imported) -> None:
    again = import_file(olist.client, "leads", "olist_leads.json", *LEADS_FILE)
    costs = import_file(olist.client, "costs", "olist_costs.json", *COSTS_FILE)
    for counts in (again["counts"], costs["counts"]):
        assert (counts["new"], counts["changed"]) == (0, 0)
    with tenant_transaction(olist.client.agency_id):
        assert not DirtyDay.objects.filter(client=olist.client).exists()
