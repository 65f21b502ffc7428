"""The same year in files: one of each kind, in columns that a mapping names."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import Client
from tests.campaigns.imports.sending import send
from tests.year.rows import FIRST, LAST, Row, Year

COVERED = {
    "dates": "ymd", "decimal": ".", "complete_from": FIRST.isoformat(),
    "complete_through": LAST.isoformat(),
}  # fmt: skip
TOUCH = {
    "utm_source": "source", "utm_medium": "medium", "channel": "channel", "campaign": "campaign",
    "country": "country", "device": "device", "salesperson_name": "seller",
}  # fmt: skip
PERIOD = {"starts": "starts", "ends": "ends", "amount": "amount", "campaign": "campaign"}


def import_files(client: Client, year: Year) -> None:
    """A file of each kind. A period of no channel stands in a file that has no channels: in one
    that has them, a blank cell says that the channel is unknown."""
    stages = {name: name for name in ("mql", "sql", "opp", "won", "lost")}
    imported(
        client, "leads", "crm", [row | dict(row["stages"]) | _ended(row) for row in year.leads],
        {"external_id": "id", "created": "created", "name": "name", "amount": "amount",
         "lost_reason": "reason", **TOUCH, **stages},
    )  # fmt: skip
    imported(
        client, "sales", "shop", [row for row in year.sales if not row["lines"]],
        {"external_id": "id", "sold": "sold", "amount": "amount", "customer": "customer",
         "sale_kind": "kind", **TOUCH},
    )  # fmt: skip
    columns = {"product": "product", "product_name": "name", "unit_cost": "unit_cost"}
    imported(client, "products", "shop", year.products, columns)
    imported(
        client, "lines", "shop", [row | line for row in year.sales for line in row["lines"]],
        {"sale": "id", "sold": "sold", "amount": "amount", "customer": "customer",
         "product": "product", "units": "units", **TOUCH},
    )  # fmt: skip
    imported(
        client, "lines", "shop", [row | {"back": "yes"} for row in year.refunds],
        {"sale": "id", "sold": "refunded", "amount": "amount", "refund_of": "sale",
         "is_refund": "back"},
    )  # fmt: skip
    for name, has_channel in (("with", True), ("without", False)):
        channel = {"channel": "channel"} if has_channel else {}
        costs = [row for row in year.costs if bool(row["channel"]) == has_channel]
        columns = {"layer": "layer", "salesperson_name": "seller", **PERIOD, **channel}
        imported(client, "costs", f"books_{name}", costs, {"external_id": "id", **columns})
        budgets = [row for row in year.budgets if bool(row["channel"]) == has_channel]
        columns = {"external_id": "id", **PERIOD, **channel}
        imported(client, "budgets", f"plan_{name}", budgets, columns)
    imported(
        client, "contacts", "crm", year.contacts,
        {"external_id": "id", "happened": "happened", "contact_kind": "kind", "lead": "lead",
         "customer": "customer", "salesperson_name": "seller", "is_inbound": "is_inbound",
         "is_held": "is_held", "is_bulk": "is_bulk"},
    )  # fmt: skip
    imported(
        client, "terms", "crm", year.terms,
        {"external_id": "id", "customer": "customer", "starts": "starts", "ends": "ends"},
    )  # fmt: skip
    figures = {"ads": ("platform", "impressions", "clicks", "ad_spend"),
               "web": ("sessions", "engaged_sessions", "key_events")}  # fmt: skip
    for family, names in figures.items():
        columns = {"day": "day", "utm_source": "source", "utm_medium": "medium",
                   "campaign": "campaign", **{name: name for name in names}}  # fmt: skip
        imported(client, "daily", family, getattr(year, family), columns, family=family)


def _ended(row: Row) -> Row:
    return {row["outcome"]: row["closed"]} if row["outcome"] else {}


def imported(
    client: Client, kind: str, source: str, rows: Sequence[Row], columns: Row, **more: str
) -> None:
    names = sorted(set(columns.values()))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    mapping = {"kind": kind, "source": source, "columns": columns, **COVERED, **more}
    batch = send(client, text.getvalue(), mapping)
    assert (batch.state, batch.error, batch.counts["refused"]) == ("done", None, 0)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
