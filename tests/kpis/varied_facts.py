"""Varied random facts of one client, the same for the same seed, written as writers must leave them.

Every stage, status and outcome; instants in two zones around midnight and dates without a time;
repeated, refunded and given-back first sales, with lines and without, costed and not, of nobody
known; costs over periods that do not divide; several sources of daily facts of which none reports
everything; contacts, contracts, budgets, visitors and reported ranges.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.firsts import firsts_keep
from campaigns.measures import FAMILIES
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    ImportBatch,
    Interaction,
    LandingPage,
    Lead,
    ManualMonth,
    Product,
    Refund,
    ReportedRange,
    Sale,
    SaleLine,
    Salesperson,
    SourceSync,
    VisitorDay,
)

CHANNELS = ("paid_search", "paid_social", "email", "organic_search", "direct", "unassigned")
WEIGHTS = (5, 4, 2, 4, 2, 1)
DEVICES = ("desktop", "mobile", "tablet", "other", "")
COUNTRIES = ("BR", "ES", "US", "")
DAY = timedelta(days=1)


@dataclass
class World:
    """A client, its parents of facts and the dice."""

    client: Client
    dice: Random
    first: date
    last: date
    zones: tuple[str, ...]
    campaigns: list[Campaign] = field(default_factory=list)
    pages: list[LandingPage] = field(default_factory=list)
    sellers: list[Salesperson] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    _number: int = 0

    @property
    def owned(self) -> dict[str, Any]:
        return {"agency_id": self.client.agency_id, "client": self.client}

    def identity(self, source: str) -> dict[str, Any]:
        """What every fact begins with: whose it is, from where, and in which zone."""
        self._number += 1
        return {
            **self.owned,
            "source": source,
            "external_id": f"{source}-{self._number}",
            "tz": self.dice.choice(self.zones),
        }

    def day(self) -> date:
        return self.first + DAY * self.dice.randint(0, (self.last - self.first).days)

    def when(self, name: str, day: date) -> dict[str, Any]:
        """name_at or name_date: an instant (often near local midnight), or a date without a time."""
        if self.dice.random() < 0.2:
            return {f"{name}_date": day}
        minutes = self.dice.choice((0, 1, 150, 179, 180, 720, 1439, self.dice.randrange(1440)))
        instant = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
        return {f"{name}_at": instant}

    def maybe(self, values: Sequence[Any], chance: float = 0.8) -> Any:
        return self.dice.choice(values) if self.dice.random() < chance else None

    def money(self, most: int) -> Decimal:
        """An amount in the minor units of the client's currency."""
        if self.client.currency == "CLP":
            return Decimal(self.dice.randint(1, most * 1000))
        return Decimal(self.dice.randint(1, most * 100)) / 100

    def touch(self) -> dict[str, Any]:
        return {
            "channel": self.dice.choices(CHANNELS, WEIGHTS)[0],
            "campaign": self.maybe(self.campaigns, 0.6),
        }

    def tags(self) -> dict[str, str]:
        return {
            "utm_source": self.dice.choice(("google", "newsletter", "")),
            "utm_medium": self.dice.choice(("cpc", "email", "")),
        }


def write_facts(
    client: Client,
    seed: int,
    first: date,
    last: date,
    zones: tuple[str, ...] = ("America/Sao_Paulo", "Europe/Madrid"),
    leads: int = 300,
) -> World:
    """Some `leads` leads, and in proportion sales, refunds, costs and daily facts. In a scope."""
    world = World(client, Random(seed), first, last, zones)
    batch = ImportBatch.objects.create(**world.owned, kind="leads", source="varied")
    with writing_because("varied facts", batch.pk):  # else every row would be audited
        _write_parents(world)
        DailyFact.objects.bulk_create(_daily_facts(world, leads))
        Cost.objects.bulk_create(_costs(world, leads // 4))
        written = Lead.objects.bulk_create(_lead(world) for _ in range(leads))
        sales = Sale.objects.bulk_create(_sales(world, written))
        SaleLine.objects.bulk_create(_lines(world, sales))
        Refund.objects.bulk_create(_refunds(world, sales))
        DailyFact.objects.bulk_create(_mails_and_posts(world, leads // 2))
        Budget.objects.bulk_create(_budgets(world))
        Interaction.objects.bulk_create(_contacts(world, leads))
        CustomerTerm.objects.bulk_create(_terms(world))
        ManualMonth.objects.bulk_create(_months(world))
        VisitorDay.objects.bulk_create(_visitors(world, leads))
        ReportedRange.objects.bulk_create(_ranges(world))
        firsts_keep(client, [customer.pk for customer in world.customers])
    return world


def _write_parents(world: World) -> None:
    def some(model: Any, count: int, **named: str) -> list[Any]:
        return model.objects.bulk_create(
            model(**world.owned, **{name: text.format(number) for name, text in named.items()})
            for number in range(count)
        )

    world.campaigns = some(Campaign, 3, external_id="c{}", name="Campaign {}")
    world.pages = some(LandingPage, 3, path="/page-{}")
    world.sellers = some(Salesperson, 3, external_id="s{}", name="Seller {}")
    world.products = some(Product, 4, external_id="g{}", name="Goods {}")
    world.customers = Customer.objects.bulk_create(
        Customer(
            **world.owned, external_id=f"p{number}", name=f"Person {number}",
            salesperson=world.maybe(world.sellers, 0.7), country=world.dice.choice(COUNTRIES),
        )
        for number in range(70)
    )  # fmt: skip
    for family in FAMILIES:
        SourceSync.objects.create(
            **world.owned, family=family, source=f"{family}-all", is_live=True
        )


def _daily_facts(world: World, count: int) -> Iterable[DailyFact]:
    for _ in range(count):
        yield _visits(world)
        yield _ads(world)


def _visits(world: World) -> DailyFact:
    sessions = world.dice.choice((0, 1, 7, world.dice.randint(1, 400)))
    engaged = world.dice.randint(0, sessions)
    return DailyFact(
        **world.identity("web-all"), **world.touch(), **world.tags(), family="web",
        day=world.day(), new_users=world.maybe([engaged // 3]),
        device=world.dice.choice(DEVICES), landing_page=world.maybe(world.pages),
        country=world.dice.choice(COUNTRIES), sessions=sessions, engaged_sessions=engaged,
        session_seconds=engaged * world.dice.randint(10, 300),
        pageviews=world.maybe([sessions + engaged]), new_sessions=world.maybe([engaged // 2]),
        returning_sessions=world.maybe([engaged // 4]), key_events=world.maybe([engaged // 2]),
        sessions_with_key_event=world.maybe([engaged // 3]),
        sessions_with_lead=world.dice.randint(0, engaged),
    )  # fmt: skip


def _ads(world: World) -> DailyFact:
    impressions = world.dice.choice((0, world.dice.randint(1, 9000)))
    is_meta = world.dice.random() < 0.5
    return DailyFact(
        **world.identity("meta" if is_meta else "google"), **world.touch(), **world.tags(),
        family="ads", day=world.day(), platform="meta_ads" if is_meta else "",
        device=world.dice.choice(DEVICES), country=world.dice.choice(COUNTRIES),
        item=f"ad {world.dice.randint(1, 9)}", currency=world.client.currency,
        impressions=impressions, clicks=world.maybe([impressions // 30], 0.7),
        ad_spend=world.money(300) if impressions else None,
        platform_conversions=None if is_meta else Decimal(world.dice.randint(0, 9000)) / 1000,
        platform_leads=world.dice.randint(0, 5) if is_meta else None,
        platform_sales=world.maybe([2], 0.3) if is_meta else None,
    )  # fmt: skip


def _costs(world: World, count: int) -> Iterable[Cost]:
    for _ in range(count):
        starts_on = world.day()
        length = world.dice.choice((0, 0, 6, 27, 29, 30, 43))
        is_tagged = world.dice.random() < 0.4
        yield Cost(
            **world.identity("costs-all"), starts_on=starts_on, ends_on=starts_on + DAY * length,
            layer=world.dice.choice(("media", "fee", "tools", "people", "other", "sales")),
            salesperson=world.maybe(world.sellers, 0.5),
            amount=world.dice.choice((world.money(900), Decimal(1000), Decimal(1), Decimal(0))),
            currency=world.client.currency, channel=world.touch()["channel"] if is_tagged else "",
            campaign=world.maybe(world.campaigns) if is_tagged else None,
        )  # fmt: skip


def _lead(world: World) -> Lead:
    """A lead that went some way: whoever enters a stage has entered every earlier one."""
    dice = world.dice
    day = world.day()
    created = world.when("created", day)
    seller = world.maybe(world.sellers)
    columns: dict[str, Any] = {}
    reached = dice.choice((0, 0, 1, 2, 3, 3, 4, 4))
    for name in ("mql", "sql", "opp")[:reached]:
        day += DAY * dice.choice((0, 0, 1, 3, 12, 29, 30, 31, 45))
        columns |= {**world.when(name, day), f"{name}_salesperson": seller}
        seller = seller if dice.random() < 0.8 else world.maybe(world.sellers)
    if reached >= 3:
        columns |= {"amount": world.maybe([world.money(5000)]), "currency": world.client.currency}
    if reached == 4 or dice.random() < 0.1:
        day += DAY * dice.choice((0, 1, 9, 40, 80))
        outcome = dice.choice(("won", "lost")) if reached == 4 else "lost"
        columns |= {
            **world.when("closed", day), "outcome": outcome, "closed_salesperson": seller,
        }  # fmt: skip
    if "created_at" in created and dice.random() < 0.7:
        waited = timedelta(seconds=dice.choice((-600, 0, 59, 3600, dice.randint(1, 200_000))))
        columns["answered_at"] = created["created_at"] + waited
    return Lead(
        **world.identity("form"), **world.touch(), **world.tags(), **created, **columns, first_salesperson=seller,
        salesperson=seller, device=dice.choice(DEVICES), landing_page=world.maybe(world.pages),
        country=dice.choice(COUNTRIES), customer=world.maybe(world.customers, 0.5),
        status=dice.choices(("valid", "test", "spam", "duplicate"), (17, 1, 1, 1))[0],
    )  # fmt: skip


def _sales(world: World, leads: Sequence[Lead]) -> Iterable[Sale]:
    """One sale of each customer a day at most: which of a day's sales is first is said nowhere."""
    taken = set()
    for lead in [lead for lead in leads if lead.customer_id] * 2:
        day = world.day()
        if (lead.customer_id, day) in taken:
            continue
        # The day before and after too: an instant may fall there in the other zone.
        taken |= {(lead.customer_id, day + DAY * step) for step in (-2, -1, 0, 1, 2)}
        is_of_lead = world.dice.random() < 0.6
        names = ("channel", "campaign_id", "utm_source", "utm_medium")
        touch = {name: getattr(lead, name) for name in names}
        is_known = is_of_lead or world.dice.random() < 0.9
        yield Sale(
            **world.identity("shop"), **(touch if is_of_lead else world.touch() | world.tags()),
            **world.when("sold", day), customer_id=lead.customer_id if is_known else None,
            cost_of_goods=world.maybe([world.money(900)], 0.5),
            lead=lead if is_of_lead else None, amount=world.maybe([world.money(2000)], 0.9) or 0,
            currency=world.client.currency, device=world.dice.choice(DEVICES),
            country=world.dice.choice(COUNTRIES), salesperson=world.maybe(world.sellers),
        )  # fmt: skip


def _lines(world: World, sales: Sequence[Sale]) -> Iterable[SaleLine]:
    """Half of the sales have lines: one to three, a discount among them; the sale is their sum."""
    sold_on = dict(Sale.objects.filter(client=world.client).values_list("pk", "sold_on"))
    for sale in sales:
        if world.dice.random() < 0.5:
            continue
        lines = [
            SaleLine(
                **world.identity("shop"), sale=sale, sold_on=sold_on[sale.pk],
                product=world.maybe(world.products, 0.9), units=world.dice.randint(1, 9),
                amount=world.money(700), cost_of_goods=world.maybe([world.money(300)], 0.8),
                kind=world.dice.choice(("", "", "", "upsell", "cross")),
            )
            for _ in range(world.dice.randint(1, 3))
        ]  # fmt: skip
        if world.dice.random() < 0.2:
            lines.append(
                SaleLine(
                    **world.identity("shop"),
                    sale=sale,
                    sold_on=sold_on[sale.pk],
                    amount=-min(line.amount for line in lines),
                )
            )
        costs = [line.cost_of_goods for line in lines if line.cost_of_goods is not None]
        sale.amount = sum(line.amount for line in lines)
        sale.cost_of_goods = sum(costs) if len(costs) == len(lines) else None
        sale.has_lines = True
        sale.save(update_fields=["amount", "cost_of_goods", "has_lines"])
        yield from lines


def _mails_and_posts(world: World, count: int) -> Iterable[DailyFact]:
    for number in range(count):
        sent = world.dice.randint(0, 4000)
        arrived = sent - sent // 50
        yield DailyFact(
            **world.identity("mailer"), family="mail", day=world.day(), channel="email",
            campaign=world.maybe(world.campaigns), emails_sent=sent, emails_delivered=arrived,
            hard_bounces=sent // 80, soft_bounces=world.maybe([sent // 130]),
            unique_opens=arrived // 3, unique_clicks=arrived // 20,
            unsubscribes=world.maybe([arrived // 300]),
        )  # fmt: skip
        yield DailyFact(
            **world.identity("networks"), family="social", day=world.day(),
            platform=("instagram", "linkedin")[number % 2], item=world.dice.choice(("", "shop")),
            post_impressions=world.maybe([sent]), post_engagements=world.maybe([sent // 40]),
            followers=world.maybe([1000 + sent], 0.3),
        )  # fmt: skip


def _budgets(world: World) -> Iterable[Budget]:
    starts_on = world.first.replace(day=1)
    while starts_on <= world.last:
        ends_on = (starts_on + 31 * DAY).replace(day=1) - DAY
        yield Budget(
            **world.identity("plan"), starts_on=starts_on, ends_on=ends_on,
            amount=world.money(3000), currency=world.client.currency,
            channel=world.dice.choice(("", "paid_search")), campaign=world.maybe(world.campaigns, 0.3),
        )  # fmt: skip
        starts_on = ends_on + DAY


def _contacts(world: World, count: int) -> Iterable[Interaction]:
    for _ in range(count):
        kind = world.dice.choice(("call", "mail", "chat", "visit", "meeting"))
        yield Interaction(
            **world.identity("crm"), **world.when("happened", world.day()), kind=kind,
            customer=world.maybe(world.customers, 0.7), salesperson=world.maybe(world.sellers),
            is_inbound=world.dice.random() < 0.4, is_bulk=world.dice.random() < 0.1,
            is_held=kind == "meeting" and world.dice.random() < 0.7,
        )  # fmt: skip


def _terms(world: World) -> Iterable[CustomerTerm]:
    """Contracts of a third of the customers, some one after another, some overlapping, some open."""
    for customer in world.customers[::3]:
        for _ in range(world.dice.randint(1, 2)):
            starts_on = world.day()
            length = world.dice.choice((0, 20, 90, None))
            yield CustomerTerm(
                **world.identity("contracts"), customer=customer, starts_on=starts_on,
                ends_on=None if length is None else starts_on + length * DAY,
            )  # fmt: skip


def _months(world: World) -> Iterable[ManualMonth]:
    month = world.first.replace(day=1)
    while month <= world.last:
        yield ManualMonth(
            **world.identity("books"), month=month, total_revenue=world.money(90_000),
            net_profit=world.money(20_000) - world.money(9000), currency=world.client.currency,
        )  # fmt: skip
        month = (month + 31 * DAY).replace(day=1)


def _visitors(world: World, count: int) -> Iterable[VisitorDay]:
    """Forty people who come again and again, some twice a day from two places."""
    for _ in range(count * 2):
        yield VisitorDay(
            **world.identity("tracker"), day=world.day(), visitor=f"v{world.dice.randrange(40)}",
            **world.touch(), **world.tags(), device=world.dice.choice(DEVICES),
            landing_page=world.maybe(world.pages), country=world.dice.choice(COUNTRIES),
            is_returning=world.dice.choice((True, False, None)), sessions=world.dice.randint(1, 3),
            has_conversion=world.dice.random() < 0.1, has_lead=world.dice.random() < 0.05,
        )  # fmt: skip


def _ranges(world: World) -> Iterable[ReportedRange]:
    """What platforms and the client say of the whole of the days; and of a campaign."""
    for measure, platform, campaign, value in (
        ("platform_reach", "meta_ads", None, 41_000),
        ("platform_reach", "meta_ads", world.campaigns[0], 9_000),
        ("post_reach", "instagram", None, 7_700),
        ("staff_start", "", None, 20),
        ("staff_stayed", "", None, 19),
    ):
        yield ReportedRange(
            **world.identity("reports"), measure=measure, first_day=world.first,
            last_day=world.last, platform=platform, campaign=campaign, value=value,
        )  # fmt: skip


def _refunds(world: World, sales: Sequence[Sale]) -> Iterable[Refund]:
    """Of a third of the sales a part or all, before, on or after the thirtieth day, in 1 or 2 goes."""
    sold_on = dict(Sale.objects.filter(client=world.client).values_list("pk", "sold_on"))
    for sale in sales:
        if not sale.amount or world.dice.random() > 0.35:
            continue
        half = (sale.amount / 2).quantize(Decimal(1))
        for amount in world.dice.choice(((sale.amount,), (half,), (half, sale.amount - half))):
            if amount <= 0:
                continue
            day = sold_on[sale.pk] + DAY * world.dice.choice((0, 3, 28, 30, 31, 60))
            yield Refund(
                **world.identity("shop"), sale=sale, **{"refunded_date": day}, amount=amount,
                currency=sale.currency, channel=sale.channel, campaign_id=sale.campaign_id,
                device=sale.device, country=sale.country, salesperson_id=sale.salesperson_id,
                utm_source=sale.utm_source, utm_medium=sale.utm_medium,
                cost_of_goods=world.maybe([amount / 2], 0.5),
                product=world.maybe(world.products, 0.3),
            )  # fmt: skip
    yield Refund(  # a credit note that names no sale
        **world.identity("shop"),
        refunded_date=world.day(),
        amount=Decimal(3),
        customer=world.customers[0],
        currency=world.client.currency,
    )
