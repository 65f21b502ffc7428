"""The half of a year that programs send: every row through the API with a token."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client as Browser

from accounts.models import ApiToken
from accounts.tenancy import digest, tenant_transaction
from tests.cast import Cast
from tests.year.rows import CAMPAIGNS, SELLERS, Row, Year

MADRID = ZoneInfo("Europe/Madrid")
API = "/api/v1/clients/bodega/"
SECRET = "rumbo_a_year"


class Caller:
    def __init__(self) -> None:
        self.browser = Browser(headers={"Authorization": f"Bearer {SECRET}"})

    def post(self, place: str, body: Any) -> Any:
        reply = self.browser.post(f"{API}{place}", body, content_type="application/json")
        assert reply.status_code in (200, 201), reply.content
        return reply.json()

    def patch(self, place: str, body: Any) -> None:
        reply = self.browser.patch(f"{API}{place}", body, content_type="application/json")
        assert reply.status_code == 200, reply.content

    def bulk(self, kind: str, rows: Sequence[Row]) -> None:
        counts = self.post(f"{kind}/bulk/", {"rows": rows})["counts"]
        assert counts["new"] == len(rows), counts

    def external_ids(self, kind: str) -> dict[str, str]:
        found = self.browser.get(f"{API}{kind}/").json()["results"]
        return {row["name"]: row["external_id"] for row in found}


def token_made(cast: Cast) -> None:
    with tenant_transaction(cast.aurora.pk):
        ApiToken.objects.create(
            agency=cast.aurora, name="A year", prefix="rumbo_", secret_hash=digest(SECRET),
            scopes=["leads:write", "data:write", "costs"],
        )  # fmt: skip


def parents_by_api(caller: Caller) -> None:
    """The other seller and the other campaigns."""
    caller.post("salespeople/", {"external_id": "id of her", "name": SELLERS[1]})
    for name in CAMPAIGNS[2:]:
        caller.post("campaigns/", {"external_id": f"id of {name}", "name": name})


def enter_by_api(caller: Caller, year: Year) -> None:
    campaigns, sellers = caller.external_ids("campaigns"), caller.external_ids("salespeople")

    def named(row: Row) -> Row:
        found = {"campaign": campaigns.get(row.get("campaign") or "")}
        return found | {"salesperson": sellers.get(row.get("seller") or "")}

    leads = year.by("api", "leads")
    for row in leads[:6]:
        _lead_by_steps(caller, row, named(row))
    caller.bulk("leads", [_lead_sent(row) | named(row) for row in leads[6:]])
    _customers(caller, year, sellers)
    caller.bulk("products", [_product_sent(row) for row in year.by("api", "products")])
    caller.bulk("terms", [_term_sent(row) for row in year.by("api", "terms")])
    caller.bulk("sales", [_sale_sent(row) | named(row) for row in year.by("api", "sales")])
    caller.bulk(
        "refunds",
        [
            {"external_id": row["id"], "sale": row["sale"], "amount": str(row["amount"]),
             "refunded_on": row["refunded"]}
            for row in year.by("api", "refunds")
        ],
    )  # fmt: skip
    caller.bulk(
        "costs",
        [
            _period_sent(row) | named(row) | {"layer": row["layer"]}
            for row in year.by("api", "costs")
        ],
    )
    budgets = [_period_sent(row) | named(row) for row in year.by("api", "budgets")]
    caller.bulk("budgets", [_without(row, "salesperson") for row in budgets])
    contacts = [_contact_sent(row) | named(row) for row in year.by("api", "contacts")]
    caller.bulk("interactions", [_without(row, "campaign") for row in contacts])
    daily = [_daily_sent(row, "ads") | named(row) for row in year.ads]
    daily += [_daily_sent(row, "web") | named(row) for row in year.web]
    caller.bulk("daily-facts", [_without(row, "salesperson") for row in daily])


def _lead_by_steps(caller: Caller, row: Row, named: Row) -> None:
    """Made as it came in; then a call for each step, as a CRM sends them."""
    sent = _lead_sent(row)
    of_steps = {"outcome", "closed_on", "lost_reason", *(name for name in sent if name in _STEPS)}
    first = {name: value for name, value in sent.items() if name not in of_steps}
    number = caller.post("leads/", first | named)["id"]
    for stage, day in row["stages"]:
        caller.patch(f"leads/{number}/", {f"{stage}_on": day})
    if row["outcome"]:
        end = {name: sent[name] for name in ("outcome", "closed_on", "lost_reason")}
        caller.patch(f"leads/{number}/", end)


def _customers(caller: Caller, year: Year, sellers: dict[str, str]) -> None:
    """Those whom nobody has entered by hand; a sale would make them, with less to say."""
    there = caller.external_ids("customers")
    rows = {
        row["customer"]: {
            "external_id": row["customer"], "name": row["customer"], "country": row["country"],
            "salesperson": sellers[row["seller"]],
        }
        for row in year.by("api", "sales")
        if row["customer"] not in there
    }  # fmt: skip
    caller.bulk("customers", list(rows.values()))


_STEPS = {"mql_on", "sql_on", "opp_on"}


def _without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def moment_sent(name: str, when: date | datetime) -> Row:
    if isinstance(when, datetime):
        return {f"{name}_at": when.replace(tzinfo=MADRID).isoformat()}
    return {f"{name}_on": when}


def _lead_sent(row: Row) -> Row:
    return {
        "external_id": row["id"], "name": row["name"], "utm_source": row["source"],
        "utm_medium": row["medium"], "country": row["country"], "device": row["device"],
        "amount": None if row["amount"] is None else str(row["amount"]),
        "outcome": row["outcome"] or None, "closed_on": row["closed"], "lost_reason": row["reason"],
        **moment_sent("created", row["created"]),
        **{f"{stage}_on": day for stage, day in row["stages"]},
    }  # fmt: skip


def _product_sent(row: Row) -> Row:
    cost = row["unit_cost"]
    return {
        "external_id": row["product"], "name": row["name"],
        "unit_cost": None if cost is None else str(cost),
    }  # fmt: skip


def _term_sent(row: Row) -> Row:
    return {
        "external_id": row["id"], "customer": row["customer"], "starts_on": row["starts"],
        "ends_on": row["ends"],
    }  # fmt: skip


def _sale_sent(row: Row) -> Row:
    lines = [line | {"amount": str(line["amount"])} for line in row["lines"]]
    return {
        "external_id": row["id"], "amount": str(row["amount"]), "customer": row["customer"],
        "kind": row["kind"], "utm_source": row["source"], "utm_medium": row["medium"],
        "device": row["device"], "country": row["country"], **moment_sent("sold", row["sold"]),
    } | ({"lines": lines, "amount": None} if lines else {})  # fmt: skip


def _period_sent(row: Row) -> Row:
    return {
        "external_id": row["id"], "amount": str(row["amount"]), "starts_on": row["starts"],
        "ends_on": row["ends"], "channel": row["channel"] or None,
    }  # fmt: skip


def _contact_sent(row: Row) -> Row:
    same = ("kind", "lead", "customer", "is_inbound", "is_held", "is_bulk")
    return {
        "external_id": row["id"], **moment_sent("happened", row["happened"]),
        **{name: row[name] for name in same},
    }  # fmt: skip


def _daily_sent(row: Row, family: str) -> Row:
    rest = {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
        if name not in ("way", "source", "medium", "campaign")
    }
    return {
        "family": family, "external_id": f"{family} {row['day']}", **rest,
        "utm_source": row["source"], "utm_medium": row["medium"],
    }  # fmt: skip
