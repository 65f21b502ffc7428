"""Snapshot = recompute, whatever was written, in whichever order, by however many at a time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    Interaction,
    LandingPage,
    Lead,
    ManualMonth,
    Refund,
    Sale,
    SaleLine,
    Salesperson,
)
from kpis.families import PARTS
from kpis.models import DirtyDay, SnapshotState
from tests.cast import Cast
from tests.databases import app_url
from tests.kpis.facts import (
    new_budget,
    new_contact,
    new_cost,
    new_customer,
    new_daily,
    new_lead,
    new_line,
    new_month,
    new_product,
    new_refund,
    new_sale,
    new_term,
    refresh,
)
from tests.kpis.recompute import ADS, MAIL, SOCIAL, WEB, assert_snapshot_is_recomputed, stored

FIRST = date(2026, 2, 20)
days = st.integers(0, 25).map(lambda number: FIRST + timedelta(days=number))
maybe_day = st.none() | days
channels = st.sampled_from(["email", "direct", "paid_search"])
currencies = st.sampled_from(["EUR", "JPY", "KWD"])
amounts = st.decimals(Decimal(0), Decimal("99999.99"), places=2) | st.decimals(
    Decimal(0), Decimal(100), places=6
)
dimensions = {
    "channel": channels,
    "device": st.sampled_from(["", "mobile"]),
    "country": st.sampled_from(["", "ES"]),
    "utm_source": st.sampled_from(["", "google"]),
}


@st.composite
def leads(draw: st.DrawFn) -> dict[str, Any]:
    closed = draw(maybe_day)
    amount = draw(st.none() | amounts)
    return {
        **{name: draw(values) for name, values in dimensions.items()},
        "created_date": draw(days),
        "mql_date": draw(maybe_day),
        "sql_date": draw(maybe_day),
        "opp_date": draw(maybe_day),
        "closed_date": closed,
        "outcome": draw(st.sampled_from(["", "won", "lost"])) if closed else "",
        "amount": amount,
        "currency": "" if amount is None else draw(currencies),
        "status": draw(st.sampled_from(["valid", "valid", "valid", "spam"])),
        "first_sale_on": draw(maybe_day),
        "was_customer": draw(st.booleans()),
    }


@st.composite
def sales(draw: st.DrawFn) -> dict[str, Any]:
    return {
        **{name: draw(values) for name, values in dimensions.items()},
        "sold_date": draw(days),
        "amount": draw(amounts),
        "currency": draw(currencies),
        "is_first": draw(st.booleans()),
        "second_on": draw(maybe_day),
        "cost_of_goods": draw(st.none() | amounts),
        "has_lines": draw(st.booleans()),
    }


@st.composite
def refunds(draw: st.DrawFn) -> dict[str, Any]:
    return {
        **{name: draw(values) for name, values in dimensions.items()},
        "refunded_date": draw(days),
        "amount": draw(amounts) + Decimal("0.01"),
        "cost_of_goods": draw(st.none() | amounts),
        "currency": draw(currencies),
        "is_first": draw(st.booleans()),
    }


@st.composite
def costs(draw: st.DrawFn) -> dict[str, Any]:
    starts_on = draw(days)
    return {
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=draw(st.integers(0, 40))),
        "amount": draw(amounts),
        "currency": draw(currencies),
        "layer": draw(st.sampled_from(["media", "fee", "tools", "people", "other", "sales"])),
        "channel": draw(channels),
    }


@st.composite
def dailies(draw: st.DrawFn) -> dict[str, Any]:
    count = st.none() | st.integers(0, 10**9)
    common = {
        **{name: draw(values) for name, values in dimensions.items()},
        "day": draw(days),
        "currency": draw(currencies),
    }
    family = draw(st.sampled_from(["web", "ads", "mail", "social"]))
    if family == "web":
        return {**common, "family": "web", "sessions": draw(count), "pageviews": draw(count)}
    if family == "mail":
        return {**common, "family": "mail", "emails_sent": draw(count), "platform": "mailer"}
    if family == "social":
        platform = draw(st.sampled_from(["", "instagram"]))
        return {
            **common, "family": "social", "platform": platform, "source": "nets",
            "post_impressions": draw(count), "followers": draw(count),
        }  # fmt: skip
    return {
        **common,
        "family": "ads",
        "clicks": draw(count),
        "ad_spend": draw(st.none() | amounts),
        "platform_conversions": draw(st.none() | amounts),
    }


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "amount": draw(amounts) - 5,
        "units": draw(st.integers(0, 10**6)),
        "cost_of_goods": draw(st.none() | amounts),
    }


@st.composite
def budgets(draw: st.DrawFn) -> dict[str, Any]:
    cost = draw(costs())
    return {name: cost[name] for name in cost if name != "layer"}


@st.composite
def contacts(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "happened_date": draw(days),
        "kind": draw(st.sampled_from(["call", "mail", "meeting"])),
        "is_held": draw(st.booleans()),
        "is_bulk": draw(st.booleans()),
    }


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    starts_on = draw(days)
    length = draw(st.none() | st.integers(0, 40))
    return {
        "starts_on": starts_on,
        "ends_on": None if length is None else starts_on + timedelta(days=length),
    }


@st.composite
def months(draw: st.DrawFn) -> dict[str, Any]:
    return {"net_profit": draw(st.none() | amounts), "currency": draw(currencies)}


KINDS: dict[type, st.SearchStrategy[dict[str, Any]]] = {
    Lead: leads(),
    Sale: sales(),
    Refund: refunds(),
    Cost: costs(),
    DailyFact: dailies(),
    SaleLine: lines(),
    Budget: budgets(),
    Interaction: contacts(),
    CustomerTerm: terms(),
    ManualMonth: months(),
}


TOGETHER = (("closed_date", "outcome"), ("starts_on", "ends_on"))


@dataclass
class Desk:
    """Writes and edits facts of one client by drawn numbers."""

    client: Client
    facts: dict[type, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    sale: Sale | None = None

    def write(self, kind: type, values: dict[str, Any]) -> None:
        makers: dict[type, Callable[[], Any]] = {
            Lead: lambda: new_lead(self.client, **values),
            Sale: lambda: new_sale(self.client, **values),
            Refund: lambda: new_refund(self.refunded(), **values),
            Cost: lambda: new_cost(self.client, **values),
            DailyFact: lambda: new_daily(self.client, **values),
            SaleLine: lambda: new_line(self.refunded(), **values),
            Budget: lambda: new_budget(self.client, **values),
            Interaction: lambda: new_contact(
                self.client, **{"customer": self.refunded().customer, **values}
            ),
            CustomerTerm: lambda: new_term(self.someone(), **values),
            ManualMonth: lambda: new_month(self.client, **{"month": date(2026, 2, 1), **values}),
        }
        self.facts[kind].append(makers[kind]().pk)

    def refunded(self) -> Sale:
        """A sale that is never deleted, so that refunds can point at it."""
        if self.sale is None:
            self.sale = new_sale(self.client, FIRST, 1, customer=new_customer(self.client))
        return self.sale

    def someone(self) -> Customer:
        """One of a few customers, so that their contracts overlap with others and with sales."""
        customer = self.refunded().customer
        assert customer is not None
        return customer if len(self.facts[CustomerTerm]) % 2 else new_customer(self.client)

    def edit(self, kind: type, which: int, values: dict[str, Any]) -> None:
        if self.facts[kind]:
            pk = self.facts[kind][which % len(self.facts[kind])]
            kind.objects.filter(pk=pk).update(**values)  # type: ignore[attr-defined]

    def delete(self, kind: type, which: int) -> None:
        if self.facts[kind]:
            pk = self.facts[kind].pop(which % len(self.facts[kind]))
            kind.objects.filter(pk=pk).delete()  # type: ignore[attr-defined]


@st.composite
def steps(draw: st.DrawFn) -> tuple[Any, ...]:
    verb = draw(st.sampled_from(["write", "write", "edit", "edit", "delete", "refresh", "stock"]))
    if verb == "refresh":
        return (verb,)
    if verb == "stock":
        return (verb, draw(days))
    kind = draw(st.sampled_from(list(KINDS)))
    if verb == "delete":
        return (verb, kind, draw(st.integers(0, 9)))
    values = draw(KINDS[kind])
    return (
        (verb, kind, values) if verb == "write" else (verb, kind, draw(st.integers(0, 9)), values)
    )


@pytest.fixture
def bodega(cast: Cast) -> Iterator[Client]:
    with tenant_scope(cast.aurora.pk):
        yield cast.bodega


@settings(max_examples=50)
@given(story=st.lists(steps(), max_size=20))
def test_after_any_story_the_snapshot_is_the_recompute(
    bodega: Client, story: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        desk = Desk(bodega)
        for verb, *arguments in story:
            if verb == "refresh":
                refresh(bodega)
                assert_snapshot_is_recomputed(bodega)
            elif verb == "stock":
                _reach(bodega, arguments[0])
            else:
                getattr(desk, verb)(*arguments)
        refresh(bodega)
        assert_snapshot_is_recomputed(bodega)
        assert refresh(bodega).did_nothing
        # Marked whole, it is the same again: partial and full refills agree.
        DirtyDay.objects.create(agency_id=bodega.agency_id, client=bodega)
        refresh(bodega)
        assert_snapshot_is_recomputed(bodega)
        transaction.set_rollback(True)


# Every stage on a day of its own, or the mark of one would do for another.
FULL_LEAD = {
    **{
        f"{stage}_date": FIRST + timedelta(days=number)
        for number, stage in enumerate(("created", "mql", "sql", "opp"))
    },
    "closed_date": FIRST + timedelta(days=7), "outcome": "won", "amount": Decimal(5),
    "currency": "EUR", "first_sale_on": FIRST,
}  # fmt: skip
LATER = FIRST + timedelta(days=40)
CHANGES: dict[type, dict[str, Any]] = {
    Lead: {
        "created_date": LATER, "mql_date": LATER, "sql_date": LATER, "opp_date": LATER,
        "closed_date": LATER, "outcome": "lost", "amount": Decimal(6), "currency": "JPY",
        "first_sale_on": LATER + timedelta(days=90), "was_customer": True, "status": "spam",
        "channel": "email", "campaign_id": 0, "device": "mobile", "landing_page_id": 0,
        "country": "ES", "first_salesperson_id": 0, "mql_salesperson_id": 0,
        "sql_salesperson_id": 0, "opp_salesperson_id": 0, "closed_salesperson_id": 0,
        "utm_source": "x", "utm_medium": "y",
    },
    Sale: {
        "sold_date": LATER, "amount": Decimal(7), "currency": "JPY", "is_first": True,
        "channel": "email", "campaign_id": 0, "device": "mobile", "country": "ES",
        "salesperson_id": 0, "utm_source": "x", "utm_medium": "y", "customer_id": None,
        "cost_of_goods": Decimal(2), "has_lines": True,
    },
    Refund: {
        "refunded_date": LATER, "amount": Decimal(7), "currency": "JPY", "is_first": True,
        "channel": "email", "campaign_id": 0, "device": "mobile", "country": "ES",
        "salesperson_id": 0, "utm_source": "x", "utm_medium": "y", "product_id": 0,
        "cost_of_goods": Decimal(2), "sale_id": None,
    },
    SaleLine: {
        "product_id": 0, "units": 9, "amount": Decimal(7), "cost_of_goods": Decimal(2), "sale_id": 0,
    },
    Budget: {
        "starts_on": FIRST - timedelta(days=1), "ends_on": LATER, "amount": Decimal(7),
        "currency": "JPY", "channel": "email", "campaign_id": 0,
    },
    Interaction: {
        "happened_date": LATER, "kind": "meeting", "is_bulk": True, "salesperson_id": 0,
        "customer_id": None,
    },
    CustomerTerm: {
        "starts_on": FIRST - timedelta(days=1), "ends_on": LATER, "customer_id": 0,
    },
    ManualMonth: {
        "month": date(2026, 4, 1), "net_profit": Decimal(-3), "total_revenue": Decimal(4),
        "currency": "JPY",
    },
    Cost: {
        "starts_on": FIRST - timedelta(days=1), "ends_on": LATER, "amount": Decimal(7),
        "currency": "JPY", "layer": "tools", "channel": "email", "campaign_id": 0,
    },
    DailyFact: {
        "family": "web", "day": LATER, "currency": "JPY", "channel": "email", "campaign_id": 0,
        "device": "mobile", "landing_page_id": 0, "country": "ES", "utm_source": "x",
        "utm_medium": "y", "platform": "other",
        **dict.fromkeys((*WEB, *ADS, *MAIL, *SOCIAL, "followers"), 3),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "column"), [(kind, column) for kind, values in CHANGES.items() for column in values]
)
def test_a_change_of_any_one_column_reaches_the_snapshot(
    bodega: Client, kind: type, column: str
) -> None:
    desk = Desk(bodega)
    families = {"mail": MAIL, "social": (*SOCIAL, "followers"), "web": WEB}
    family = next((name for name, columns in families.items() if column in columns), "ads")
    firsts: dict[type, dict[str, Any]] = {
        Lead: FULL_LEAD,
        Sale: {"sold_date": FIRST, "amount": 5},
        Refund: {"refunded_date": FIRST, "amount": 5},
        Cost: {"starts_on": FIRST, "ends_on": FIRST, "amount": 5},
        DailyFact: {"day": FIRST, "clicks": 1, "sessions": 1, "family": family},
        SaleLine: {"amount": 5},
        Budget: {"starts_on": FIRST, "ends_on": FIRST, "amount": 5},
        Interaction: {"happened_date": FIRST},
        CustomerTerm: {"starts_on": FIRST, "ends_on": FIRST},
        ManualMonth: {"total_revenue": 3},
    }
    desk.write(kind, firsts[kind])
    refresh(bodega)
    before = stored(bodega)
    value = CHANGES[kind][column]
    if value == 0:
        value = _parent(bodega, column)
    kind.objects.filter(pk=desk.facts[kind][0]).update(**{column: value})  # type: ignore[attr-defined]
    refresh(bodega)
    assert_snapshot_is_recomputed(bodega)
    assert stored(bodega) != before


def _parent(client: Client, column: str) -> int:
    own = {"agency_id": client.agency_id, "client": client}
    if column == "landing_page_id":
        return LandingPage.objects.create(**own, path="/new").pk
    if column == "product_id":
        return new_product(client).pk
    if column == "customer_id":
        customer = new_customer(client)
        customer.country = "FR"
        customer.save()
        return customer.pk
    if column == "sale_id":
        return new_sale(client, FIRST, 0, country="FR").pk
    model = Campaign if column == "campaign_id" else Salesperson
    return model.objects.create(**own, external_id="new", name="New").pk


def _reach(client: Client, day: date) -> None:
    """Stocks are written through another day, as the night has them: a parameter of all of them."""
    SnapshotState.objects.update_or_create(
        agency_id=client.agency_id, client=client, defaults={"stock_through": day}
    )
    for name, part in PARTS.items():
        if part.is_stock:
            DirtyDay.objects.create(agency_id=client.agency_id, client=client, family=name)


class Writer:
    """A session of its own, with transactions that stay open between steps."""

    def __init__(self, database: str, client: Client, number: int) -> None:
        self.client, self.number = client, number
        self.session = psycopg.connect(app_url(database))
        self.leads: list[int] = []

    def run(self, statement: str, **values: Any) -> Any:
        scope = (
            "SELECT set_config('rumbo.agency', %s, true), set_config('rumbo.clients', '*', true)"
        )
        if self.session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            self.session.execute(scope, [str(self.client.agency_id)])
        own = {"agency": self.client.agency_id, "client": self.client.pk}
        return self.session.execute(statement, {**own, **values})

    def write(self, day: date, opened: date | None) -> None:
        key = f"w{self.number}-{len(self.leads)}"
        row = self.run(
            "INSERT INTO campaigns_lead (agency_id, client_id, source, external_id, tz, status, name,"
            " email, phone, created_date, opp_date, channel, utm_source, utm_medium, device, country,"
            " outcome, lost_reason, currency, was_customer)"
            " VALUES (%(agency)s, %(client)s, 'writer', %(key)s, 'UTC', 'valid', '', '', '', %(day)s,"
            " %(opened)s, 'email', '', '', '', '', '', '', '', false) RETURNING id",
            key=key, day=day, opened=opened,
        ).fetchone()  # fmt: skip
        self.leads.append(row[0])

    def edit(self, which: int, day: date) -> None:
        """Its own leads only: waiting for the other session's row lock would stop the test."""
        if self.leads:
            pk = self.leads[which % len(self.leads)]
            self.run(
                "UPDATE campaigns_lead SET created_date = %(day)s WHERE id = %(pk)s", day=day, pk=pk
            )

    def delete(self, which: int) -> None:
        if self.leads:
            pk = self.leads[which % len(self.leads)]
            self.run("DELETE FROM campaigns_lead WHERE id = %(pk)s", pk=pk)

    def commit(self) -> None:
        self.session.commit()

    def rollback(self) -> None:
        self.session.rollback()
        self.leads = []  # some of them may be gone; others stay and are left alone


writer_steps = st.one_of(
    st.tuples(st.just("write"), days, maybe_day),
    st.tuples(st.just("edit"), st.integers(0, 5), days),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("commit")),
    st.tuples(st.just("rollback")),
)
interleaved = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([0, 1]), writer_steps),
        st.just((None, ("refresh",))),
    ),
    min_size=4,
    max_size=30,
)


@settings(max_examples=60)
@given(story=interleaved)
def test_two_interleaved_writers_and_a_refresh_end_as_one_after_the_other(
    committed_cast: Cast, committed: str, story: list[tuple[int | None, tuple[Any, ...]]]
) -> None:
    """Marks of an open transaction must outlast refreshes that happen before it commits."""
    agency = committed_cast.aurora
    with tenant_transaction(agency.pk):
        number = Client.objects.count()
        client = Client.objects.create(agency=agency, name="New", slug=f"new-{number}")
    with ExitStack() as sessions:
        writers = [Writer(committed, client, each) for each in (0, 1)]
        for writer in writers:
            sessions.callback(writer.session.close)
        for who, (verb, *arguments) in story:
            if who is None:
                with tenant_transaction(agency.pk):
                    refresh(client)
            else:
                getattr(writers[who], verb)(*arguments)
        for writer in writers:
            writer.commit()
    with tenant_transaction(agency.pk):
        refresh(client)
        assert_snapshot_is_recomputed(client)
