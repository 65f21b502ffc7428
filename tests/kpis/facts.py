"""Facts for tests, written as the house writes them; and the snapshot, read whole."""

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

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
    Product,
    Refund,
    Sale,
    SaleLine,
)
from kpis.models import DailySnapshot, DailyTotal, DirtyDay
from kpis.snapshots import Refreshed, snapshot_refresh

_numbers = itertools.count(1)


def _identity(client: Client) -> dict[str, Any]:
    return {
        "agency_id": client.agency_id,
        "client": client,
        "source": "test",
        "external_id": f"t{next(_numbers)}",
        "tz": client.time_zone,
    }


def new_lead(client: Client, created_date: date | None = None, **fields: Any) -> Lead:
    return Lead.objects.create(**{**_identity(client), "created_date": created_date, **fields})


def new_customer(client: Client) -> Customer:
    return Customer.objects.create(
        agency_id=client.agency_id, client=client, external_id=f"t{next(_numbers)}"
    )


def new_sale(client: Client, sold_date: date | None, amount: object, **fields: Any) -> Sale:
    fields.setdefault("customer", None)
    customer = fields.pop("customer") or new_customer(client)
    return Sale.objects.create(
        **{
            **_identity(client),
            "sold_date": sold_date,
            "amount": Decimal(str(amount)),
            "currency": client.currency,
            "customer": customer,
            **fields,
        }
    )


def new_product(client: Client, **fields: Any) -> Product:
    key = f"t{next(_numbers)}"
    return Product.objects.create(
        **{"agency_id": client.agency_id, "client": client, "external_id": key, **fields}
    )


def new_line(sale: Sale, amount: object, **fields: Any) -> SaleLine:
    """A line; the sale's own sums are left as they are."""
    return SaleLine.objects.create(
        **{
            **_identity(sale.client),
            "sale": sale,
            "sold_on": sale.sold_on or sale.sold_date,
            "amount": Decimal(str(amount)),
            **fields,
        }
    )


def new_budget(
    client: Client, starts_on: date, ends_on: date, amount: object, **fields: Any
) -> Budget:
    return Budget.objects.create(
        **{
            **_identity(client),
            "starts_on": starts_on,
            "ends_on": ends_on,
            "amount": Decimal(str(amount)),
            "currency": client.currency,
            **fields,
        }
    )


def new_contact(client: Client, happened_date: date | None, **fields: Any) -> Interaction:
    return Interaction.objects.create(
        **{**_identity(client), "happened_date": happened_date, "kind": "call", **fields}
    )


def new_term(
    customer: Customer, starts_on: date, ends_on: date | None, **fields: Any
) -> CustomerTerm:
    return CustomerTerm.objects.create(
        **{
            **_identity(customer.client),
            "customer": customer,
            "starts_on": starts_on,
            "ends_on": ends_on,
            **fields,
        }
    )


def new_month(client: Client, month: date, **fields: Any) -> ManualMonth:
    return ManualMonth.objects.create(
        **{**_identity(client), "month": month, "currency": client.currency, **fields}
    )


def new_refund(sale: Sale, refunded_date: date, amount: object, **fields: Any) -> Refund:
    return Refund.objects.create(
        **{
            **_identity(sale.client),
            "sale": sale,
            "refunded_date": refunded_date,
            "amount": Decimal(str(amount)),
            "currency": sale.currency,
            "is_first": sale.is_first,
            "channel": sale.channel,
            **fields,
        }
    )


def new_cost(client: Client, starts_on: date, ends_on: date, amount: object, **fields: Any) -> Cost:
    return Cost.objects.create(
        **{
            **_identity(client),
            "starts_on": starts_on,
            "ends_on": ends_on,
            "amount": Decimal(str(amount)),
            "currency": client.currency,
            "layer": "fee",
            **fields,
        }
    )


def new_daily(client: Client, day: date, **fields: Any) -> DailyFact:
    return DailyFact.objects.create(
        **{**_identity(client), "family": "ads", "day": day, "currency": client.currency, **fields}
    )


def refresh(client: Client) -> Refreshed:
    done = snapshot_refresh(client)
    assert done is not None
    return done


def marks(client: Client) -> set[tuple[Any, ...]]:
    rows = DirtyDay.objects.filter(client=client)
    return set(rows.extra(select={"last": "until::text"}).values_list("family", "day", "last"))


def rows_of(client: Client, grain: Any = DailySnapshot) -> list[dict[str, Any]]:
    """Every row of a grain without its id: only what is not empty, in a fixed order.

    Without the stock of customers, which has a row on every day since a sale.
    """
    skipped = {"id", "agency_id", "client_id"}
    rows = [
        {key: value for key, value in row.items() if key not in skipped and value not in (None, "")}
        for row in grain.objects.filter(client=client, active_customers=None).values()
    ]
    return in_order(rows)


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: repr(sorted(row.items())))


def coarse_of(client: Client) -> list[dict[str, Any]]:
    return rows_of(client, DailyTotal)
