"""The snapshot derived a second time, row by row in plain Python, sharing nothing with the SQL."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Client
from campaigns.models import (
    Budget,
    Cost,
    CustomerTerm,
    DailyFact,
    Interaction,
    Lead,
    ManualMonth,
    Refund,
    Sale,
    SaleLine,
)
from kpis.models import DailySnapshot, DailyTotal, SnapshotState

WEB = (
    "sessions", "engaged_sessions", "session_seconds", "pageviews", "new_sessions",
    "returning_sessions", "sessions_with_lead", "sessions_with_key_event", "key_events",
    "new_users",
)  # fmt: skip
ADS = (
    "impressions", "clicks", "ad_spend", "platform_conversions", "platform_conversion_value",
    "platform_leads", "platform_sales",
)  # fmt: skip
MAIL = (
    "emails_sent", "emails_delivered", "hard_bounces", "soft_bounces", "unique_opens",
    "unique_clicks", "unsubscribes",
)  # fmt: skip
SOCIAL = ("post_impressions", "post_engagements")
DAILY = {"web": WEB, "ads": ADS, "mail": MAIL, "social": SOCIAL}
LAYERS = {
    "media": "ad_spend", "fee": "agency_fees", "tools": "tool_cost", "people": "people_cost",
    "other": "other_marketing_cost", "sales": "sales_cost",
}  # fmt: skip
MINOR_UNITS = {"JPY": "1", "CLP": "1", "KWD": "0.001", "EUR": "0.01", "USD": "0.01", "BRL": "0.01"}
#: family, is it a stock, day, channel, campaign, currency, device, page, salesperson, country,
#: returning, source, medium, product, platform
Key = tuple[Any, ...]
Rows = dict[Key, dict[str, Any]]
ONE_DAY = timedelta(days=1)
STOCKS = ("open_opps", "active_customers", "followers")
ACTIVE_DAYS, REPEAT_DAYS, SLA_MINUTES = 365, 90, 60


class _Book:
    def __init__(self) -> None:
        self.rows: Rows = defaultdict(dict)

    def add(self, family: str, day: date, fact: Any, values: dict[str, Any], **own: Any) -> None:
        """Channel, campaign, source and medium are the fact's, if it is one that has them."""
        key = (
            family, own.get("is_stock", False), day,
            getattr(fact, "channel", ""), getattr(fact, "campaign_id", None),
            own.get("currency", ""), own.get("device", ""), own.get("page"),
            own.get("salesperson"), own.get("country", ""), own.get("returning"),
            getattr(fact, "utm_source", ""), getattr(fact, "utm_medium", ""),
            own.get("product"), own.get("platform", ""),
        )  # fmt: skip
        row = self.rows[key]
        for name, value in values.items():
            if value is not None:
                row[name] = row.get(name, 0) + value


def recomputed(client: Client) -> Rows:
    """What the fine grain must be, from the facts that are there now."""
    state = SnapshotState.objects.filter(client=client).first()
    through = state.stock_through if state else None
    book = _Book()
    for fact in DailyFact.objects.filter(client=client):
        _daily(book, fact)
    for lead in Lead.objects.filter(client=client, status="valid"):
        _lead(book, lead, client.cohort_days, through)
    for sale in Sale.objects.filter(client=client):
        _sale(book, sale)
    for line in SaleLine.objects.filter(client=client).select_related("sale"):
        _line(book, line)
    for refund in Refund.objects.filter(client=client):
        _refund(book, refund)
    for cost in Cost.objects.filter(client=client):
        seller = cost.salesperson_id if cost.layer == "sales" else None
        touch = _Touch(cost.channel, cost.campaign_id)
        for day, share in shares(cost):
            values = {LAYERS[cost.layer]: share}
            book.add("costs", day, touch, values, currency=cost.currency, salesperson=seller)
    for budget in Budget.objects.filter(client=client):
        for day, share in shares(budget):
            book.add("budget", day, budget, {"ad_budget": share}, currency=budget.currency)
    for contact in Interaction.objects.filter(client=client):
        _contact(book, contact)
    for month in ManualMonth.objects.filter(client=client):
        values = {"net_profit": month.net_profit, "total_revenue": month.total_revenue}
        book.add("manual", month.day, None, values, currency=month.currency)
    if through:
        _active(book, client, through)
        _followers(book, client, through)
    return dict(book.rows)


class _Touch:
    def __init__(self, channel: str, campaign_id: int | None) -> None:
        self.channel, self.campaign_id = channel, campaign_id


def _daily(book: _Book, fact: DailyFact) -> None:
    values = {name: getattr(fact, name) for name in DAILY[fact.family]}
    platform = fact.platform or fact.source
    if fact.family == "social":
        if any(value is not None for value in values.values()):
            book.add("social", fact.day, None, values, platform=platform)
    elif fact.family == "mail":
        book.add(
            "mail", fact.day, _Touch(fact.channel, fact.campaign_id), values, platform=platform
        )
    else:
        book.add(
            fact.family, fact.day, fact, values, currency=fact.currency, device=fact.device,
            page=fact.landing_page_id, country=fact.country,
            platform=platform if fact.family == "ads" else "",
        )  # fmt: skip


def _contact(book: _Book, contact: Interaction) -> None:
    is_meeting = contact.kind == "meeting"
    is_counted = not is_meeting and not contact.is_bulk and contact.customer_id is not None
    values = {
        "interactions": int(is_counted),
        "meetings_held": int(is_meeting and contact.is_held),
    }
    book.add("activity", contact.happened_on, None, values, salesperson=contact.salesperson_id)


def _active(book: _Book, client: Client, through: date) -> None:
    """Day by day: the customers with a contract in force or a sale at most ACTIVE_DAYS old."""
    days: dict[Any, set[date]] = defaultdict(set)
    for sale in Sale.objects.filter(client=client, customer__isnull=False).select_related(
        "customer"
    ):
        last = min(sale.sold_on + ACTIVE_DAYS * ONE_DAY, through)
        days[sale.customer] |= set(_each_day(sale.sold_on, last))
    for term in CustomerTerm.objects.filter(client=client).select_related("customer"):
        days[term.customer] |= set(_each_day(term.starts_on, min(term.ends_on or through, through)))
    for customer, active in days.items():
        for day in active:
            book.add(
                "sales", day, None, {"active_customers": 1}, is_stock=True,
                salesperson=customer.salesperson_id, country=customer.country,
            )  # fmt: skip


def _followers(book: _Book, client: Client, through: date) -> None:
    """Of each account the last report on or before the day; rows of one report are added up."""
    reports: dict[Any, dict[date, int]] = defaultdict(dict)
    for fact in DailyFact.objects.filter(client=client, followers__isnull=False):
        told = reports[fact.source, fact.platform or fact.source, fact.item]
        told[fact.day] = told.get(fact.day, 0) + fact.followers
    for (_source, platform, _item), told in reports.items():
        for day in _each_day(min(told), through):
            latest = told[max(each for each in told if each <= day)]
            book.add("social", day, None, {"followers": latest}, is_stock=True, platform=platform)


def _each_day(first: date, last: date) -> Iterator[date]:
    return (first + step * ONE_DAY for step in range((last - first).days + 1))


def _lead(book: _Book, lead: Lead, window: int, stock_through: date | None) -> None:
    def within(day: date | None, days: int) -> int:
        return int(day is not None and 0 <= (day - lead.created_on).days <= days)

    full = {"device": lead.device, "page": lead.landing_page_id, "country": lead.country}
    prospect = int(not lead.was_customer)
    in_time = bool(
        lead.created_at
        and lead.answered_at
        and lead.answered_at - lead.created_at <= timedelta(minutes=SLA_MINUTES)
    )
    created = {
        "leads": 1,
        "lead_cohort": 1,
        "lead_cohort_to_mql": within(lead.mql_on, 30),
        "prospect_cohort": prospect,
        "prospect_cohort_won": prospect * within(lead.first_sale_on, window),
        "leads_sla_due": int(lead.created_at is not None),
        "leads_in_sla": int(in_time),
    }
    book.add("leads", lead.created_on, lead, created, salesperson=lead.first_salesperson_id, **full)
    for stage, seller in (("mql", lead.mql_salesperson_id), ("sql", lead.sql_salesperson_id)):
        day = getattr(lead, f"{stage}_on")
        if day:
            values = {f"{stage}s": 1}
            if stage == "mql":
                waited = (lead.sql_on - day).days if lead.sql_on else -1
                values |= {"mql_cohort": 1, "mql_cohort_to_sql": int(0 <= waited <= 30)}
            book.add("leads", day, lead, values, salesperson=seller, **full)
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


def _sale(book: _Book, sale: Sale) -> None:
    is_costed = sale.cost_of_goods is not None
    own = 0 if sale.has_lines else 1
    is_repeated = sale.second_on and 0 <= (sale.second_on - sale.sold_on).days <= REPEAT_DAYS
    values = {
        "orders": 1,
        "order_value": own * sale.amount,
        "cost_of_goods": sale.cost_of_goods if own else None,
        "uncosted_value": own * (0 if is_costed else sale.amount),
        "new_customers": int(sale.is_first),
        "cohort_customers": int(sale.is_first),
        "repeaters": int(bool(sale.is_first and is_repeated)),
    }
    returning = None if sale.customer_id is None else not sale.is_first
    _sold(book, sale, sale.sold_on, values, returning=returning)


def _line(book: _Book, line: SaleLine) -> None:
    values = {
        "order_value": line.amount,
        "units": line.units,
        "cost_of_goods": line.cost_of_goods,
        "uncosted_value": line.amount if line.cost_of_goods is None else 0,
    }
    returning = None if line.sale.customer_id is None else not line.sale.is_first
    _sold(book, line.sale, line.sale.sold_on, values, returning=returning, product=line.product_id)


def _refund(book: _Book, refund: Refund) -> None:
    cost = refund.cost_of_goods
    values = {
        "refunds": refund.amount,
        "cost_of_goods": None if cost is None else -cost,
        "uncosted_value": -refund.amount if cost is None else 0,
    }
    is_known = refund.sale_id is not None or refund.customer_id is not None
    _sold(
        book, refund, refund.refunded_on, values,
        returning=not refund.is_first if is_known else None, product=refund.product_id,
    )  # fmt: skip


def _sold(book: _Book, fact: Any, day: date, values: dict[str, Any], **own: Any) -> None:
    book.add(
        "sales", day, fact, values, currency=fact.currency, device=fact.device,
        country=fact.country, salesperson=fact.salesperson_id, **own,
    )  # fmt: skip


def shares(cost: Cost | Budget) -> Iterator[tuple[date, Decimal]]:
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
    "is_returning", "utm_source", "utm_medium", "product_id", "platform",
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
        is_stock = any(row[name] is not None for name in STOCKS)
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
