"""Writes the demo: the agency, its people, and each client's story through the last complete day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from accounts.models import Agency, Client, Membership, Role, User
from accounts.queries import user_by_email
from accounts.services import agency_create, client_create, person_create
from accounts.services.members import membership_limit
from accounts.tenancy import as_person, tenant_scope, tenant_transaction, writing_because
from campaigns.channels import channel_for
from campaigns.firsts import firsts_keep
from campaigns.models import (
    Campaign,
    Cost,
    Customer,
    DailyFact,
    LandingPage,
    Lead,
    Refund,
    Sale,
    Salesperson,
    SourceSync,
)
from kpis.calendar import add_months
from kpis.demo import story
from kpis.demo.clients import CLIENTS, Business
from kpis.demo.contacts import contacts_make
from kpis.demo.goods import goods_sell
from kpis.demo.notes import notes_tell
from kpis.demo.own import calls_tell
from kpis.demo.promises import goals_promise
from kpis.demo.scene import Stage
from kpis.demo.trials import tests_begin
from kpis.services import last_complete_of
from kpis.snapshots import snapshot_refresh

AGENCY = "Faro Digital"
SECOND_AGENCY = "Norte Performance"
PASSWORD = "rumbo-demo-faro"  # noqa: S105  (printed for whoever tries the demo)
MONTHS = 18
PEOPLE = (
    ("lucia@faro.example", "Lucía Herrera", Role.OWNER),
    ("adrian@faro.example", "Adrián Costa", Role.ADMIN),
    ("martin@faro.example", "Martín Rossi", Role.MANAGER),
    ("ana@faro.example", "Ana Beltrán", Role.ANALYST),
    ("sergio@faro.example", "Sergio Lagos", Role.SELLER),
)
VIEWER = ("vera@bodega.example", "Vera Funes")
CHUNK = 5_000
#: The demo's facts are written as a whole, like a batch's: not a line of the audit for each.
NO_BATCH = 0


def agency_there() -> Agency | None:
    """The demo agency, if an earlier run made it."""
    owner = user_by_email(PEOPLE[0][0])
    if owner is None:
        return None
    with transaction.atomic(), as_person(owner.pk):
        return Agency.objects.get(name=AGENCY)


def is_told(agency: Agency, business: Business) -> bool:
    """Whether the client's story is written: it is written whole or not at all."""
    with tenant_transaction(agency.pk):
        return Campaign.objects.filter(client__name=business.name).exists()


def agencies_make() -> tuple[Agency, list[User]]:
    """Two agencies and their people; the owner belongs to both, to show the switcher."""
    with transaction.atomic():
        users = [person_create(email, name, PASSWORD, "es") for email, name, _ in PEOPLE]
        viewer = person_create(*VIEWER, PASSWORD, "es")
        agency = agency_create(users[0], AGENCY, "es")
        with tenant_scope(agency.pk):
            for user, (_, _, role) in list(zip(users, PEOPLE, strict=True))[1:]:
                Membership.objects.create(agency=agency, user=user, role=role)
            for business in CLIENTS:
                client_make(agency, business)
            theirs = Membership.objects.create(
                agency=agency, user=viewer, role=Role.VIEWER, sees_all_clients=False
            )
            membership_limit(theirs, [Client.objects.get(agency=agency, name=CLIENTS[0].name)])
        second = agency_create(users[0], SECOND_AGENCY, "es")
        with tenant_scope(second.pk):
            client_create(
                second, {"name": "Óptica Norte", "currency": "EUR", "time_zone": "Europe/Madrid"}
            )
    return agency, [*users, viewer]


def client_make(agency: Agency, business: Business) -> Client:
    fields = {
        "name": business.name,
        "currency": business.currency,
        "time_zone": business.time_zone,
        "language": business.language,
        "week_start": business.week_start,
        "margin": None if business.margin is None else Decimal(business.margin),
        **({"profit_basis": "cost_of_goods"} if business.products else {}),
    }
    return client_create(agency, fields)


def client_tell(agency: Agency, business: Business, months: int = MONTHS) -> int:
    """Write the client's last months, their snapshot and its goals; answers how many facts there are."""
    with tenant_transaction(agency.pk), writing_because("demo", NO_BATCH):
        client = Client.objects.get(agency=agency, name=business.name)
        last = last_complete_of(client)
        first = add_months(last, -months).replace(day=1)
        stage = _stage(client, business, first, last)
        facts = [*_daily(stage), *_costs(stage)]
        leads, customers, sales, refunds = _funnel(stage)
        written = _write(facts) + _write(customers)
        for lead in leads:
            lead.customer_id = lead.customer.pk if lead.customer else None
        written += _write(leads)
        for sale in sales:  # their parents have ids now
            sale.customer_id = sale.customer.pk
            sale.lead_id = sale.lead.pk if sale.lead else None
        written += _write(sales)
        for refund in refunds:
            refund.sale_id = refund.sale.pk
        written += _write(goods_sell(stage, sales))
        for refund in refunds:  # what was given back whole comes back whole
            refund.cost_of_goods = refund.sale.cost_of_goods
        written += _write(refunds)
        written += _write(contacts_make(stage, facts, leads, customers, sales))
        firsts_keep(client, [customer.pk for customer in customers])
        _syncs(stage)
        written += calls_tell(agency, client, business, first, last)
        snapshot_refresh(client)
        goals_promise(client, business)
        tests_begin(client, business.pages[1:3])
        notes_tell(client)
    return written


def _stage(client: Client, business: Business, first: date, last: date) -> Stage:
    owner = {"agency_id": client.agency_id, "client": client}
    named = [(stream, name) for stream in business.streams for name in stream.campaigns]
    campaigns = {
        name: Campaign.objects.create(
            **owner, external_id=f"{stream.platform}-{place}", name=name, platform=stream.platform
        )
        for place, (stream, name) in enumerate(named)
    }
    pages = {path: LandingPage.objects.create(**owner, path=path) for path in business.pages}
    seller = Membership.objects.filter(agency_id=client.agency_id, role=Role.SELLER).first()
    people = [
        # The first of each client is the agency's own seller, who sees these leads as theirs.
        Salesperson.objects.create(
            **owner, external_id=str(place), name=name, membership=None if place else seller
        )
        for place, name in enumerate(business.salespeople)
    ]
    return Stage(client, business, first, last, campaigns, pages, people)


def _days(stage: Stage) -> Iterator[date]:
    return (stage.first + timedelta(days=n) for n in range((stage.last - stage.first).days + 1))


def _daily(stage: Stage) -> Iterator[DailyFact]:
    ads_through = stage.last - timedelta(days=stage.business.stale_ads_days)
    for day in _days(stage):
        for row in story.traffic_of(stage.business, day, stage.last):
            yield _web_fact(stage, day, row)
        if day <= ads_through:
            for ad in story.advertising_of(stage.business, day, stage.last):
                yield _ads_fact(stage, day, ad)


def _web_fact(stage: Stage, day: date, row: story.Traffic) -> DailyFact:
    stream = row.stream
    return DailyFact(
        **stage.fact("analytics", f"{day}|{stream.channel}|{row.device}|{row.page}"),
        family="web", day=day, channel=channel_for(stream.source, stream.medium), utm_source=stream.source,
        utm_medium=stream.medium, device=row.device, landing_page=stage.pages[row.page],
        country=stage.business.country, new_users=row.counts["new_sessions"], **row.counts,
    )  # fmt: skip


def _ads_fact(stage: Stage, day: date, row: story.Advertising) -> DailyFact:
    stream = row.stream
    return DailyFact(
        **stage.fact(stream.platform, f"{day}|{row.campaign}"),
        family="ads", day=day, channel=channel_for(stream.source, stream.medium), utm_source=stream.source,
        utm_medium=stream.medium, campaign=stage.campaigns[row.campaign], currency=stage.client.currency,
        ad_spend=row.spend, platform_conversions=row.conversions, **row.counts,
    )  # fmt: skip


def _costs(stage: Stage) -> Iterator[Cost]:
    business = stage.business
    layers = (
        ("fee", business.fee, True),
        ("tools", business.tools, False),
        ("people", business.people, False),
    )
    # A European business pays its tools in dollars, so that some cost has to be converted.
    currencies = {"tools": "USD"} if stage.client.currency == "EUR" else {}
    month = stage.first
    while month <= stage.last:
        end = add_months(month, 1) - timedelta(days=1)
        for layer, amount, is_shared in layers:
            yield Cost(
                **stage.fact("manual", f"{layer}-{month:%Y-%m}"),
                layer=layer, is_shared=is_shared, starts_on=month, ends_on=end, amount=amount,
                currency=currencies.get(layer, stage.client.currency),
            )  # fmt: skip
        month = end + timedelta(days=1)


def _funnel(stage: Stage) -> tuple[list[Lead], list[Customer], list[Sale], list[Refund]]:
    leads: list[Lead] = []
    customers: list[Customer] = []
    sales: list[Sale] = []
    refunds: list[Refund] = []
    for day in _days(stage):
        for prospect in story.prospects_of(stage.business, day, stage.last):
            lead = _lead(stage, prospect)
            leads.append(lead)
            if lead.outcome != "won":
                continue
            customer = Customer(
                **stage.own(
                    external_id=prospect.number, name=prospect.name,
                    country=stage.business.country, salesperson=lead.salesperson,
                )
            )  # fmt: skip
            customers.append(customer)
            lead.customer = customer
            mine = list(_sales(stage, prospect, lead, customer))
            sales += mine
            refunded = stage.happened(prospect.refunded_at)
            if refunded:
                refunds.append(_refund(stage, mine[0], refunded))
    return leads, customers, sales, refunds


def _lead(stage: Stage, prospect: story.Prospect) -> Lead:
    stream = prospect.stream
    person = stage.salespeople[prospect.salesperson]
    closed = stage.happened(prospect.closed_at)
    stages = {
        name: stage.happened(at)
        for name, at in (
            ("mql", prospect.mql_at),
            ("sql", prospect.sql_at),
            ("opp", prospect.opp_at),
        )
    }
    columns: dict[str, Any] = {f"{name}_at": at for name, at in stages.items()}
    columns |= {f"{name}_salesperson": person if at else None for name, at in stages.items()}
    return Lead(
        **stage.fact("form", prospect.number), **columns,
        name=prospect.name, email=prospect.email, created_at=prospect.created_at,
        answered_at=stage.happened(prospect.answered_at), utm_source=stream.source, utm_medium=stream.medium,
        channel=channel_for(stream.source, stream.medium),
        campaign=stage.campaigns.get(prospect.campaign), landing_page=stage.pages[prospect.page],
        device=prospect.device, country=stage.business.country, first_salesperson=person, salesperson=person,
        closed_at=closed, closed_salesperson=person if closed else None,
        outcome=("won" if prospect.is_won else "lost") if closed else "",
        lost_reason=prospect.lost_reason if closed else "",
        amount=prospect.amount if stages["opp"] else None, currency=stage.client.currency,
    )  # fmt: skip


def _sales(
    stage: Stage, prospect: story.Prospect, lead: Lead, customer: Customer
) -> Iterator[Sale]:
    first = (prospect.closed_at, prospect.amount)
    for place, (at, amount) in enumerate([first, *prospect.repeats]):
        sold_at = stage.happened(at)
        if sold_at:
            yield Sale(
                **stage.fact("crm", f"{prospect.number}-{place + 1}"),
                customer=customer, lead=lead if place == 0 else None, sold_at=sold_at, amount=amount,
                currency=stage.client.currency, kind="repeat" if place else "new", channel=lead.channel,
                utm_source=lead.utm_source, utm_medium=lead.utm_medium, campaign=lead.campaign,
                device=lead.device, country=lead.country, salesperson=lead.salesperson,
            )  # fmt: skip


def _refund(stage: Stage, sale: Sale, at: datetime) -> Refund:
    return Refund(
        **stage.fact("crm", f"{sale.external_id}-refund"),
        sale=sale, refunded_at=at, amount=sale.amount, currency=sale.currency, channel=sale.channel,
        utm_source=sale.utm_source, utm_medium=sale.utm_medium, campaign=sale.campaign,
        device=sale.device, country=sale.country, salesperson=sale.salesperson,
    )  # fmt: skip


def _syncs(stage: Stage) -> None:
    ads_through = stage.last - timedelta(days=stage.business.stale_ads_days)
    platforms = sorted({stream.platform for stream in stage.business.streams if stream.platform})
    delivered = [
        ("web", "analytics", stage.last),
        *(("ads", name, ads_through) for name in platforms),
    ]
    for family, source, through in delivered:
        SourceSync.objects.create(
            **stage.own(
                family=family, source=source, complete_from=stage.first, complete_through=through
            )
        )
    live = [("leads", "form"), ("sales", "crm"), ("costs", "manual"), ("budget", "plan")]
    if stage.business.has_newsletter:
        live += [("mail", "newsletter"), ("social", "networks")]
    if stage.business.has_contracts:
        live += [("activity", "crm"), ("manual", "books")]
    for family, source in live:
        SourceSync.objects.create(
            **stage.own(family=family, source=source, complete_from=stage.first, is_live=True)
        )


def _write(rows: Iterable[Any]) -> int:
    """Insert rows of any models, each model's together, in the order in which they first appear."""
    by_model: dict[type[models.Model], list[Any]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, mine in by_model.items():
        model._default_manager.bulk_create(mine, batch_size=CHUNK)
    return sum(map(len, by_model.values()))
