"""A year entered by hand and by the API, without a file, is the same year as from files."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.test import Client as Browser

from accounts.models import ApiToken, Client
from accounts.tenancy import digest, tenant_transaction
from campaigns.models import Campaign, Customer, Lead, Sale, Salesperson
from campaigns.records.services import record_create
from kpis.calendar import Period
from kpis.catalogue import KPIS
from kpis.models import DailySnapshot, DailyTotal
from kpis.models.snapshots import STORED_MEASURES
from kpis.question import Question
from kpis.services import answer
from kpis.snapshots import snapshot_refresh
from tests.campaigns.imports.sending import send
from tests.cast import Cast
from tests.small_year import CAMPAIGNS, FIRST, LAST, SELLERS, Row, Year, small_year

MADRID = ZoneInfo("Europe/Madrid")
PAGES = "/a/aurora/c/bodega/"
API = "/api/v1/clients/bodega/"
SECRET = "rumbo_a_year"


@pytest.fixture(autouse=True)
def _files_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")


@pytest.fixture
def later(committed_cast: Cast) -> Iterator[Cast]:
    """The spring after: every day of the year is over, for people and for files."""
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        yield committed_cast


def test_a_year_by_hand_and_by_api_is_the_year_from_files(later: Cast) -> None:
    year = small_year(20251231)
    enter_by_hand(later, year)
    enter_by_api(later, year)
    import_files(later.cafe, year)
    with tenant_transaction(later.aurora.pk):
        for client in (later.bodega, later.cafe):
            snapshot_refresh(client)
    with tenant_transaction(later.aurora.pk):
        for model in (DailySnapshot, DailyTotal):
            entered, imported = (summed(model, one) for one in (later.bodega, later.cafe))
            assert len(imported) > 300
            assert entered == imported
        for question in (
            {"split": None, "by": None},
            {"split": None, "by": "month"},
            {"split": "channel", "by": "quarter"},
            {"split": "campaign", "by": None},
        ):
            entered, imported = (told(one, **question) for one in (later.bodega, later.cafe))
            assert entered == imported
            assert sum(value is not None for value, _reason in imported.values()) > 40


# --- by hand ------------------------------------------------------------------------------------


def enter_by_hand(cast: Cast, year: Year) -> None:
    """By the forms of the pages, as a manager types them; what has no form yet by the same services."""
    browser = Browser(headers={"Accept-Language": "en"})
    browser.force_login(cast.marta)
    for name in SELLERS:
        posted(browser, "leads/salespeople/new/", {"name": name, "is_active": "on"})
    with_numbers = Numbers(cast)
    for name in CAMPAIGNS[:2]:
        with_numbers.keep("campaigns", name=name)
    for name in CAMPAIGNS[2:]:
        api(cast).post("campaigns/", {"external_id": f"id of {name}", "name": name})
    for row in year.by("hand", "leads"):
        _lead_by_hand(browser, with_numbers, row)
    for row in year.by("hand", "costs"):
        fields = {"layer": row["layer"], "salesperson": with_numbers(Salesperson, row["seller"])}
        posted(browser, "costs/new/", {**fields, **_period_typed(with_numbers, row)})
    for row in year.by("hand", "budgets"):
        posted(browser, "costs/budgets/new/", _period_typed(with_numbers, row))
    for row in year.by("hand", "sales"):
        _sale_by_hand(with_numbers, row)
    for row in year.by("hand", "refunds"):
        with_numbers.keep(
            "refunds", sale=with_numbers(Sale, row["sale"]), amount=row["amount"],
            refunded_date=row["refunded"],
        )  # fmt: skip
    for row in year.by("hand", "contacts"):
        flags = {name: row[name] for name in ("is_inbound", "is_held", "is_bulk")}
        with_numbers.keep(
            "interactions", kind=row["kind"], **moment_typed("happened", row["happened"]), **flags,
            lead=with_numbers(Lead, row["lead"]), customer=with_numbers(Customer, row["customer"]),
            salesperson=with_numbers(Salesperson, row["seller"]),
        )  # fmt: skip


def _lead_by_hand(browser: Browser, number: "Numbers", row: Row) -> None:
    typed = {
        "name": row["name"], "utm_source": row["source"], "utm_medium": row["medium"],
        "channel": "unassigned", "campaign": number(Campaign, row["campaign"]),
        "salesperson": number(Salesperson, row["seller"]), "amount": row["amount"],
        "country": row["country"], "device": row["device"], **moment_typed("created", row["created"]),
    }  # fmt: skip
    posted(browser, "leads/new/", typed)
    lead = number.newest(Lead, row["id"])
    for stage, day in row["stages"]:
        posted(browser, f"leads/{lead}/move/", {"stage": stage, "on": day})
    if row["outcome"]:
        stage = "customer" if row["outcome"] == "won" else "lost"
        step = {"stage": stage, "on": row["closed"], "reason": row["reason"]}
        posted(browser, f"leads/{lead}/move/", step)


def _sale_by_hand(number: "Numbers", row: Row) -> None:
    seller = number(Salesperson, row["seller"])
    if number(Customer, row["customer"]) is None:
        number.keep(
            "customers", external_id=row["customer"], name=row["customer"],
            country=row["country"], salesperson=seller,
        )  # fmt: skip
    made = number.keep(
        "sales", customer=number(Customer, row["customer"]), amount=row["amount"],
        kind=row["kind"], channel=row["channel"], campaign=number(Campaign, row["campaign"]),
        device=row["device"], country=row["country"], salesperson=seller,
        **moment_typed("sold", row["sold"]),
    )  # fmt: skip
    number.known[Sale, row["id"]] = made


def _period_typed(number: "Numbers", row: Row) -> Row:
    return {
        "amount": row["amount"], "currency": "EUR", "starts_on": row["starts"],
        "ends_on": row["ends"], "channel": row["channel"],
        "campaign": number(Campaign, row["campaign"]),
    }  # fmt: skip


def moment_typed(name: str, when: date | datetime) -> Row:
    if isinstance(when, datetime):
        return {f"{name}_date": when.date(), f"{name}_time": when.time()}
    return {f"{name}_date": when}


def posted(browser: Browser, place: str, typed: Mapping[str, Any]) -> None:
    """Send a form; blank fields as a browser sends them. It is taken, or the page says why not."""
    said = {name: "" if value is None else value for name, value in typed.items()}
    reply = browser.post(f"{PAGES}{place}", said)
    assert reply.status_code in (302, 303), (place, said, reply.content.decode()[-4000:])


class Numbers:
    """The numbers of rows that people see by name, and the services behind forms."""

    NAMED: Mapping[Any, str] = {Campaign: "name", Salesperson: "name", Customer: "external_id"}

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.known: dict[tuple[Any, str], int] = {}

    def __call__(self, model: Any, name: str | None) -> int | None:
        if name is None:
            return None
        if (model, name) not in self.known and model in self.NAMED:
            with tenant_transaction(self.cast.aurora.pk):
                mine = model.objects.filter(client=self.cast.bodega)
                found = mine.filter(**{self.NAMED[model]: name}).first()
            if found is not None:
                self.known[model, name] = found.pk
        return self.known.get((model, name))

    def newest(self, model: Any, name: str) -> int:
        """The row that was just entered is the one called `name` from now on."""
        with tenant_transaction(self.cast.aurora.pk):
            number = model.objects.filter(client=self.cast.bodega).latest("pk").pk
        self.known[model, name] = number
        return int(number)

    def keep(self, kind: str, /, **fields: Any) -> int:
        with tenant_transaction(self.cast.aurora.pk):
            return int(record_create(kind, self.cast.bodega, fields, None).row.pk)


# --- by the API ---------------------------------------------------------------------------------


class Caller:
    def __init__(self) -> None:
        self.browser = Browser(headers={"Authorization": f"Bearer {SECRET}"})

    def post(self, place: str, body: Any) -> Any:
        reply = self.browser.post(f"{API}{place}", body, content_type="application/json")
        assert reply.status_code in (200, 201), reply.content
        return reply.json()

    def bulk(self, kind: str, rows: Sequence[Row]) -> None:
        counts = self.post(f"{kind}/bulk/", {"rows": rows})["counts"]
        assert counts["new"] == len(rows), counts

    def external_ids(self, kind: str) -> dict[str, str]:
        found = self.browser.get(f"{API}{kind}/").json()["results"]
        return {row["name"]: row["external_id"] for row in found}


def api(cast: Cast) -> Caller:
    with tenant_transaction(cast.aurora.pk):
        ApiToken.objects.get_or_create(
            agency=cast.aurora, name="A year", prefix="rumbo_", secret_hash=digest(SECRET),
            scopes=["leads:write", "data:write", "costs"],
        )  # fmt: skip
    return Caller()


def enter_by_api(cast: Cast, year: Year) -> None:
    caller = api(cast)
    campaigns, sellers = caller.external_ids("campaigns"), caller.external_ids("salespeople")

    def named(row: Row) -> Row:
        found = {"campaign": campaigns.get(row.get("campaign") or "")}
        return found | {"salesperson": sellers.get(row.get("seller") or "")}

    leads = [_lead_sent(row) | named(row) for row in year.by("api", "leads")]
    caller.post("leads/", leads[0])
    caller.bulk("leads", leads[1:])
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


def _sale_sent(row: Row) -> Row:
    return {
        "external_id": row["id"], "amount": str(row["amount"]), "customer": row["customer"],
        "kind": row["kind"], "utm_source": row["source"], "utm_medium": row["medium"],
        "device": row["device"], "country": row["country"], **moment_sent("sold", row["sold"]),
    }  # fmt: skip


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


# --- from files ---------------------------------------------------------------------------------

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
        client, "sales", "shop", year.sales,
        {"external_id": "id", "sold": "sold", "amount": "amount", "customer": "customer",
         "sale_kind": "kind", **TOUCH},
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


# --- what came of it ----------------------------------------------------------------------------


def summed(model: Any, client: Client) -> list[Row]:
    """The snapshot, its campaigns and sellers by name."""
    names = {
        field: dict(parent.objects.filter(client=client).values_list("pk", "name"))
        for field, parent in (("campaign_id", Campaign), ("salesperson_id", Salesperson))
    }
    measures = [measure.key for measure in STORED_MEASURES]
    own = {"id", "agency", "client", *measures}
    dimensions = [f.attname for f in model._meta.concrete_fields if f.name not in own]
    rows = model.objects.filter(client=client).values(*dimensions, *measures)
    found = [
        {
            name: names[name].get(value) if name in names else value
            for name, value in row.items()
            if value is not None
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: sorted(map(repr, row.items())))


def told(client: Client, split: str | None, by: str | None) -> dict[Any, Any]:
    """The value of every KPI and why there is none, by bucket and by the split's name."""
    question = Question(tuple(KPIS), Period(FIRST, LAST), by=by, split=split)
    said = answer(client, question, sees_costs=True)
    return {
        (row.bucket_key, row.label if split == "campaign" else row.split, key): (
            value.value,
            value.reason,
        )
        for row in said.rows
        for key, value in row.values.items()
    }
