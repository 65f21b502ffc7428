"""Facts as hypothesis draws them, and a desk that writes, edits and deletes them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from accounts.models import Client
from campaigns.models import (
    Budget,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    Interaction,
    Lead,
    ManualMonth,
    Refund,
    Sale,
    SaleLine,
)
from tests.kpis.facts import (
    new_budget,
    new_contact,
    new_cost,
    new_customer,
    new_daily,
    new_lead,
    new_line,
    new_month,
    new_refund,
    new_sale,
    new_term,
)

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
