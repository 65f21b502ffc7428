"""Mail, networks, budgets, contacts, contracts, visitors, ranges and months: what a file of each makes.

For each kind: the rows and the measures by hand, twice is once, and undone there is nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import (
    Budget,
    Customer,
    CustomerTerm,
    DailyFact,
    ImportBatch,
    Interaction,
    ManualMonth,
    RefusedRow,
    ReportedRange,
    SourceSync,
    VisitorDay,
)
from campaigns.services import batch_undo
from kpis.models import DailySnapshot, DirtyDay, SnapshotState
from kpis.snapshots import snapshot_refresh
from tests.campaigns.imports.sending import send
from tests.cast import Cast
from tests.kpis.recompute import assert_snapshot_is_recomputed

MARCH_31 = date(2026, 3, 31)


@dataclass
class Case:
    """A file, what it makes of which model, and what the snapshot then has in all of March."""

    preset: str
    file: str
    model: Any
    made: dict[str, list[Any]]
    kind: str = ""
    march: dict[str, Any] = field(default_factory=dict)
    covers: list[tuple[str, date | None]] = field(default_factory=list)


CASES = {
    "mail": Case(
        "mail_daily",
        "Send date,Title,Total recipients,Successful deliveries,Hard bounces,Soft bounces,"
        "Unique opens,Unique clicks,Unsubscribes\n"
        "2026-03-02,Spring,2000,1960,25,15,420,63,7\n"
        "2026-03-09,Spring,1000,990,6,4,200,30,1\n",
        DailyFact,
        {"family": ["mail", "mail"], "channel": ["email", "email"], "emails_sent": [2000, 1000]},
        kind="daily",
        march={"emails_sent": 3000, "emails_delivered": 2950, "unique_opens": 620,
               "hard_bounces": 31, "soft_bounces": 19, "unique_clicks": 93, "unsubscribes": 8},
        covers=[("mail", date(2026, 3, 9))],
    ),
    "social": Case(
        "social_daily",
        "Date,Network,Impressions,Engagements,Followers\n"
        "2026-03-01,instagram,1000,30,10240\n"
        "2026-03-02,instagram,800,24,10310\n"
        "2026-03-02,linkedin,200,6,500\n",
        DailyFact,
        {"family": ["social"] * 3, "platform": ["instagram", "instagram", "linkedin"]},
        kind="daily",
        # Followers are carried to the end of the month: 10,310 + 500, never added over days.
        march={"post_impressions": 2000, "post_engagements": 60, "followers": 10_810},
        covers=[("social", date(2026, 3, 2))],
    ),
    "budgets": Case(
        "generic_budgets",
        "Month,Channel,Amount\n2026-03,paid_search,1000.00\n2026-03,display,310\n",
        Budget,
        {"starts_on": [date(2026, 3, 1)] * 2, "ends_on": [MARCH_31] * 2,
         "amount": [Decimal(1000), Decimal(310)], "channel": ["paid_search", "display"]},
        march={"ad_budget": Decimal(1310)},
        covers=[("budget", MARCH_31)],
    ),
    "contacts": Case(
        "generic_contacts",
        "Date,Type,Customer,Owner,Answered,Held,Bulk\n"
        "2026-03-02 10:00,call,ann,Eva,yes,,\n"
        "2026-03-03 10:00,email,ann,Eva,,,yes\n"
        "2026-03-03 11:00,chat,,Eva,,,\n"
        "2026-03-04 10:00,meeting,ann,Eva,,yes,\n"
        "2026-03-05 10:00,meeting,bob,Eva,,no,\n",
        Interaction,
        {"kind": ["call", "mail", "chat", "meeting", "meeting"],
         "is_held": [False, False, False, True, False],
         "is_inbound": [True, False, False, False, False]},
        # One call to a customer: the mail went to many, the chat to nobody known.
        march={"interactions": 1, "meetings_held": 1},
        covers=[("activity", date(2026, 3, 5))],
    ),
    "terms": Case(
        "generic_terms",
        "Customer id,Start date,End date,Country\nann,2026-01-01,,ES\nbob,2026-02-01,2026-03-30,PT\n",
        CustomerTerm,
        {"customer__external_id": ["ann", "bob"], "ends_on": [None, date(2026, 3, 30)]},
        # On 31 March only Ann's contract is in force.
        march={"active_customers": 1},
    ),
    "visitors": Case(
        "generic_visitors",
        "Date,Visitor id,Landing page,Converted,Sessions\n"
        "2026-03-01,v1,/a?x=1,yes,1\n2026-03-01,v1,/a,no,2\n2026-03-02,v2,/b,no,1\n",
        VisitorDay,
        # Two rows of one visitor on one page and day are one.
        {"visitor": ["v1", "v2"], "sessions": [3, 1], "has_conversion": [True, False],
         "landing_page__path": ["/a", "/b"]},
        covers=[("web", date(2026, 3, 2))],
    ),
    "ranges": Case(
        "generic_ranges",
        "Metric,Month,Platform,Value\nreach,2026-03,meta_ads,41000\npost_reach,2026-03,instagram,330\n",
        ReportedRange,
        {"measure": ["platform_reach", "post_reach"], "first_day": [date(2026, 3, 1)] * 2,
         "last_day": [MARCH_31] * 2, "value": [41000, 330]},
    ),
    "months": Case(
        "generic_months",
        "Month,Net profit,Total revenue\n2026-03,-1200.50,90000\n",
        ManualMonth,
        {"day": [MARCH_31], "net_profit": [Decimal("-1200.50")]},
        march={"net_profit": Decimal("-1200.50"), "total_revenue": Decimal(90000)},
        covers=[("manual", MARCH_31)],
    ),
}  # fmt: skip
each_case = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def bodega(committed_cast: Cast) -> Client:
    """Its stocks are written through the end of March."""
    client = committed_cast.bodega
    with tenant_transaction(client.agency_id):
        SnapshotState.objects.update_or_create(
            agency_id=client.agency_id, client=client, defaults={"stock_through": MARCH_31}
        )
    return client


def deliver(client: Client, name: str) -> ImportBatch:
    case = CASES[name]
    mapping = {"kind": case.kind or name, "preset": case.preset, "source": "files"}
    batch = send(client, case.file, mapping)
    assert (batch.state, batch.error) == ("done", None)
    return batch


def plain(row: tuple[Any, ...]) -> str:
    """To sort by, with money as the database writes it."""
    return repr(tuple(f"{each:.6f}" if isinstance(each, Decimal) else each for each in row))


def march(keys: dict[str, Any]) -> dict[str, Any]:
    """Sums over March; of a stock the last day alone."""
    stocks = {"followers", "active_customers"}
    found: dict[str, Any] = dict.fromkeys(keys, 0)
    for row in DailySnapshot.objects.filter(day__range=(date(2026, 3, 1), MARCH_31)):
        for key in keys:
            if key not in stocks or row.day == MARCH_31:
                found[key] += getattr(row, key) or 0
    return found


@each_case
def test_it_makes_rows_that_are_counted(bodega: Client, name: str) -> None:
    case = CASES[name]
    deliver(bodega, name)
    with tenant_transaction(bodega.agency_id):
        made = case.model.objects.values_list(*case.made)
        assert sorted(made, key=plain) == sorted(zip(*case.made.values(), strict=True), key=plain)
        assert list(SourceSync.objects.values_list("family", "complete_through")) == case.covers
        snapshot_refresh(bodega)
        assert march(case.march) == case.march
        assert_snapshot_is_recomputed(bodega)


@each_case
def test_twice_is_once_and_undone_it_is_nothing(bodega: Client, name: str) -> None:
    case = CASES[name]
    first = deliver(bodega, name)
    with tenant_transaction(bodega.agency_id):
        before = list(case.model.objects.order_by("pk").values())
        DirtyDay.objects.all().delete()
    again = deliver(bodega, name)
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    with tenant_transaction(bodega.agency_id):
        assert list(case.model.objects.order_by("pk").values()) == before
        assert not DirtyDay.objects.exists()
        for batch in (again, first):
            batch_undo(bodega, ImportBatch.objects.get(pk=batch.pk))
        assert not case.model.objects.exists()
        assert not Customer.objects.exists()
        assert not SourceSync.objects.exists()
        snapshot_refresh(bodega)
        assert march(case.march) == dict.fromkeys(case.march, 0)


@each_case
def test_the_other_agency_sees_none(committed_cast: Cast, name: str) -> None:
    deliver(committed_cast.bodega, name)
    with tenant_transaction(committed_cast.boreal.pk):
        assert not CASES[name].model.objects.exists()


@pytest.mark.parametrize(
    ("name", "row", "code"),
    [
        ("mail", "2026-03-10,Spring,-5,0,0,0,0,0,0", "negative"),
        ("budgets", "2026-13,display,310", "not_a_month"),
        ("contacts", "2026-03-05 10:00,fax,bob,Eva,,no,", "unknown_value"),
        ("terms", "cid,2026-03-02,2026-03-01,ES", "bad_period"),
        ("visitors", "2026-03-02,,/b,no,1", "missing"),
        ("ranges", "likes,2026-03,meta_ads,1", "unknown_value"),
        ("months", "2026-03,many,1", "not_a_number"),
    ],
)
def test_a_bad_row_refuses_the_file(bodega: Client, name: str, row: str, code: str) -> None:
    case = CASES[name]
    mapping = {"kind": case.kind or name, "preset": case.preset, "source": "files"}
    batch = send(bodega, case.file + row + "\n", mapping)
    assert batch.state == "refused"
    with tenant_transaction(bodega.agency_id):
        assert list(RefusedRow.objects.values_list("code", flat=True)) == [code]
        assert not case.model.objects.exists()
