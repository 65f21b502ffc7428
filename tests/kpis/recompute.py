"""The snapshot derived a second time, row by row in plain Python, sharing nothing with the SQL."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Client
from campaigns.models import Cost, DailyFact, Lead, Refund, Sale
from kpis.models import DailySnapshot, DailyTotal, SnapshotState

WEB = (
    "sessions", "engaged_sessions", "session_seconds", "pageviews", "new_sessions",
    "returning_sessions", "sessions_with_lead", "sessions_with_key_event", "key_events",
)  # fmt: skip
ADS = (
    "impressions", "clicks", "ad_spend", "platform_conversions", "platform_conversion_value",
    "platform_leads", "platform_sales",
)  # fmt: skip
LAYERS = {
    "media": "ad_spend", "fee": "agency_fees", "tools": "tool_cost", "people": "people_cost",
    "other": "other_marketing_cost",
}  # fmt: skip
MINOR_UNITS = {"JPY": "1", "CLP": "1", "KWD": "0.001", "EUR": "0.01", "USD": "0.01", "BRL": "0.01"}
#: family, is it a stock, day, channel, campaign, currency, device, page, salesperson, country, returning
Key = tuple[Any, ...]
Rows = dict[Key, dict[str, Any]]
ONE_DAY = timedelta(days=1)


class _Book:
    def __init__(self) -> None:
        self.rows: Rows = defaultdict(dict)

    def add(self, family: str, day: date, fact: Any, values: dict[str, Any], **own: Any) -> None:
        key = (
            family, own.get("is_stock", False), day, fact.channel, fact.campaign_id,
            own.get("currency", ""), own.get("device", ""), own.get("page"),
            own.get("salesperson"), own.get("country", ""), own.get("returning"),
        )  # fmt: skip
        row = self.rows[key]
        for name, value in values.items():
            if value is not None:
                row[name] = row.get(name, 0) + value


def recomputed(client: Client) -> Rows:
    """What the fine grain must be, from the facts that are there now."""
    state = SnapshotState.objects.filter(client=client).first()
    book = _Book()
    for fact in DailyFact.objects.filter(client=client):
        names = WEB if fact.family == "web" else ADS
        book.add(
            fact.family, fact.day, fact, {name: getattr(fact, name) for name in names},
            currency=fact.currency, device=fact.device, page=fact.landing_page_id,
            country=fact.country,
        )  # fmt: skip
    for lead in Lead.objects.filter(client=client, status="valid"):
        _lead(book, lead, client.cohort_days, state.stock_through if state else None)
    for sale in Sale.objects.filter(client=client):
        values = {"orders": 1, "order_value": sale.amount, "new_customers": int(sale.is_first)}
        _sale(book, sale, sale.sold_on, values)
    for refund in Refund.objects.filter(client=client):
        _sale(book, refund, refund.refunded_on, {"refunds": refund.amount})
    for cost in Cost.objects.filter(client=client):
        for day, share in shares(cost):
            book.add("costs", day, cost, {LAYERS[cost.layer]: share}, currency=cost.currency)
    return dict(book.rows)


def _lead(book: _Book, lead: Lead, window: int, stock_through: date | None) -> None:
    def within(day: date | None, days: int) -> int:
        return int(day is not None and 0 <= (day - lead.created_on).days <= days)

    full = {"device": lead.device, "page": lead.landing_page_id, "country": lead.country}
    prospect = int(not lead.was_customer)
    created = {
        "leads": 1,
        "lead_cohort": 1,
        "lead_cohort_to_mql": within(lead.mql_on, 30),
        "prospect_cohort": prospect,
        "prospect_cohort_won": prospect * within(lead.first_sale_on, window),
    }
    book.add("leads", lead.created_on, lead, created, salesperson=lead.first_salesperson_id, **full)
    for stage, seller in (("mql", lead.mql_salesperson_id), ("sql", lead.sql_salesperson_id)):
        day = getattr(lead, f"{stage}_on")
        if day:
            book.add("leads", day, lead, {f"{stage}s": 1}, salesperson=seller, **full)
    if lead.opp_on:
        _opportunity(book, lead, stock_through)


def _opportunity(book: _Book, lead: Lead, stock_through: date | None) -> None:
    own = {"country": lead.country, "salesperson": lead.opp_salesperson_id}
    book.add("leads", lead.opp_on, lead, {"opps_created": 1}, **own)
    currency = "" if lead.amount is None else lead.currency
    if lead.outcome:
        won = lead.outcome == "won"
        values = {
            "opps_won": int(won),
            "opps_lost": int(not won),
            "won_amount": lead.amount if won else None,
            "won_cycle_days": (lead.closed_on - lead.opp_on).days if won else None,
        }
        book.add(
            "leads", lead.closed_on, lead, values, currency=currency, country=lead.country,
            salesperson=lead.closed_salesperson_id,
        )  # fmt: skip
    day = lead.opp_on
    while stock_through and day <= stock_through and (not lead.closed_on or day < lead.closed_on):
        stock = {"open_opps": 1, "open_pipeline_amount": lead.amount}
        book.add("leads", day, lead, stock, is_stock=True, currency=currency, **own)
        day += ONE_DAY


def _sale(book: _Book, fact: Any, day: date, values: dict[str, Any]) -> None:
    book.add(
        "sales", day, fact, values, currency=fact.currency, device=fact.device,
        country=fact.country, salesperson=fact.salesperson_id, returning=not fact.is_first,
    )  # fmt: skip


def shares(cost: Cost) -> Iterator[tuple[date, Decimal]]:
    """One minor unit at a time to the days in turn would be the same; the remainder goes first."""
    unit = Decimal(MINOR_UNITS[cost.currency])
    if cost.amount % unit:
        unit = Decimal("0.000001")
    days = (cost.ends_on - cost.starts_on).days + 1
    each, rest = divmod(int(cost.amount / unit), days)
    for number in range(days):
        yield cost.starts_on + number * ONE_DAY, (each + (number < rest)) * unit


DIMENSIONS = (
    "channel", "campaign_id", "currency", "device", "landing_page_id", "salesperson_id", "country",
    "is_returning",
)  # fmt: skip
COARSE = DIMENSIONS[:3]


def stored(client: Client) -> Rows:
    """The fine grain as it stands; one row per combination, or it fails."""
    return _read(DailySnapshot.objects.filter(client=client), DIMENSIONS)


def stored_coarse(client: Client) -> Rows:
    return _read(DailyTotal.objects.filter(client=client), COARSE)


def _read(queryset: Any, dimensions: tuple[str, ...]) -> Rows:
    skipped = {"id", "agency_id", "client_id", "family", "day", *dimensions}
    rows: Rows = {}
    for row in queryset.values():
        is_stock = row["open_opps"] is not None
        key = (row["family"], is_stock, row["day"], *(row[name] for name in dimensions))
        assert key not in rows, f"two rows for {key}"
        rows[key] = {
            name: value for name, value in row.items() if name not in skipped and value is not None
        }
    return rows


def rolled_up(fine: Rows) -> Rows:
    """The coarse grain that follows from the fine one."""
    coarse: Rows = defaultdict(dict)
    for key, values in fine.items():
        row = coarse[key[:6]]
        for name, value in values.items():
            row[name] = row.get(name, 0) + value
    return dict(coarse)


def assert_snapshot_is_recomputed(client: Client) -> None:
    """Both grains, every row and value; Decimal and int compare exactly."""
    client.refresh_from_db()
    expected = recomputed(client)
    assert stored(client) == expected
    assert stored_coarse(client) == rolled_up(expected)
