"""Undoing any imports in any order leaves what importing only the others would have made.

Files of every kind that look at one another, over few ids, so that they overlap; two clients, one of
which imports everything and takes some back, the other only ever imports the rest. Rows are compared
by what they say, references by the ids of the files, never by our own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.errors import DomainError
from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import ImportBatch, OwnMeasure
from campaigns.services import batch_undo
from campaigns.undoing.tables import ALONE, DEALS, PARENTS, SOURCES
from tests.campaigns.imports.sending import send
from tests.cast import Cast
from tests.kpis.facts import refresh

#: What a column of a row points at, by the words of files.
NAMES = {
    "campaign_id": ("campaigns_campaign", "external_id"),
    "landing_page_id": ("campaigns_landingpage", "path"),
    "salesperson_id": ("campaigns_salesperson", "external_id"),
    "first_salesperson_id": ("campaigns_salesperson", "external_id"),
    "mql_salesperson_id": ("campaigns_salesperson", "external_id"),
    "sql_salesperson_id": ("campaigns_salesperson", "external_id"),
    "opp_salesperson_id": ("campaigns_salesperson", "external_id"),
    "closed_salesperson_id": ("campaigns_salesperson", "external_id"),
    "customer_id": ("campaigns_customer", "external_id"),
    "product_id": ("campaigns_product", "external_id"),
    "lead_id": ("campaigns_lead", "external_id"),
    "sale_id": ("campaigns_sale", "external_id"),
}
#: Our own numbers, and the instant of an import.
UNSAID = {
    "id",
    "agency_id",
    "client_id",
    "batch_id",
    "last_success_at",
    "updated_at",
    "snapshot_id",
}
TABLES = [table.name for table in (*PARENTS, *DEALS, *ALONE.values(), SOURCES)]
SNAPSHOTS = ["kpis_dailysnapshot", "kpis_dailytotal"]


@dataclass(frozen=True)
class File:
    kind: str
    mapping: dict[str, Any]
    text: str


def of(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def day(first: int = 1, last: int = 9) -> st.SearchStrategy[str]:
    return st.integers(first, last).map(lambda number: f"2026-03-{number:02d}")


maybe_day = st.just("") | day()
amount = of("0", "10", "20.50", "99")
campaign = of("", "summer", "winter")
person = of("", "ana", "luis")
customer = of("c1", "c2", "c3")
TOUCH = {"channel": of("", "email", "display"), "campaign": campaign, "campaign_id": of("", "77")}
#: Per kind: what a row's key is made of, columns that are always there, and those that may be.
KINDS: dict[str, tuple[tuple[str, ...], dict[str, Any], dict[str, Any]]] = {
    "leads": (
        ("external_id",),
        {"external_id": of("1", "2", "3"), "created": day()},
        {
            **TOUCH, "name": of("", "Eva"), "country": of("", "ES"), "landing_page": of("/", "/a"),
            "mql": maybe_day, "opp": maybe_day, "won": maybe_day, "lost": maybe_day,
            "amount": st.just("") | amount, "customer": customer, "customer_name": of("", "Acme"),
            "salesperson": person, "salesperson_name": of("Ana M", "Luis P"),
        },
    ),
    "sales": (
        ("external_id",),
        {"external_id": of("o1", "o2", "o3"), "sold": day(), "amount": amount, "customer": customer},
        {
            **TOUCH, "lead": of("", "1", "2", "9"), "customer_name": of("", "Acme"),
            "salesperson": person, "country": of("", "ES", "FR"),
        },
    ),
    "lines": (
        (),
        {
            "sale": of("o1", "o2", "k1"), "sold": day(), "customer": customer,
            "amount": of("10", "5", "-3", "0"), "product": of("", "p1", "p2"),
        },
        {
            "units": of("1", "2"), "product_name": of("Mug", "Cup"), "lead": of("", "1"),
            "refund_of": of("", "o1"), "campaign": campaign, "country": of("", "ES"),
        },
    ),
    "products": (
        ("product",),
        {"product": of("p1", "p2"), "unit_cost": of("", "1.5", "2")},
        {"product_name": of("Mug", "Jar")},
    ),
    "contacts": (
        ("external_id",),
        {"external_id": of("i1", "i2"), "happened": day(), "contact_kind": of("call", "meeting")},
        {"customer": st.just("") | customer, "lead": of("", "1"), "salesperson": person},
    ),
    "terms": (
        ("external_id",),
        {"external_id": of("t1", "t2"), "customer": customer, "starts": day()},
        {},
    ),
    "daily": (
        ("day", "campaign", "item"),
        {"day": day(), "campaign": campaign, "item": of("", "ad"), "clicks": of("", "1", "5")},
        {"ad_spend": of("", "1.50", "2"), "impressions": of("10", "20"), "channel": of("", "display")},
    ),
    "costs": (
        ("day", "layer", "campaign"),
        {"day": day(), "layer": of("fee", "sales"), "amount": amount},
        {"campaign": campaign, "salesperson": person},
    ),
    "budgets": (
        ("external_id",),
        {"external_id": of("b1", "b2"), "starts": day(), "amount": amount},
        {"campaign": campaign},
    ),
    "visitors": (
        ("day", "visitor"),
        {"day": day(1, 3), "visitor": of("v1", "v2")},
        {"channel": of("", "email"), "sessions": of("1", "2"), "has_lead": of("", "yes")},
    ),
    "months": (
        ("month",),
        {"month": of("2026-02", "2026-03"), "net_profit": of("", "5", "-7")},
        {"total_revenue": of("", "50")},
    ),
    "ranges": (
        ("measure", "starts", "ends"),
        {"measure": st.just("users"), "starts": day(1, 2), "ends": day(8, 9), "value": of("4", "9")},
        {},
    ),
    "own": (
        ("day", "campaign"),
        {"day": day(), "own_measure": st.just("own_calls"), "own_value": of("1", "2.5")},
        {"campaign": campaign},
    ),
}  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> File:
    kind = draw(st.sampled_from([*KINDS, "leads", "leads", "sales", "sales", "lines", "lines"]))
    key, always, perhaps = KINDS[kind]
    also = draw(st.sets(st.sampled_from(sorted(perhaps)))) if perhaps else set()
    columns = {**always, **{name: perhaps[name] for name in sorted(also)}}
    unique = (lambda row: tuple(row.get(name, "") for name in key)) if key else None
    rows = draw(st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=5, unique_by=unique))
    mapping: dict[str, Any] = {
        "kind": kind, "dates": "ymd", "decimal": ".", "columns": {name: name for name in columns},
        "source": draw(of("crm", "crm", "shop")) if kind != "own" else "typed",
    }  # fmt: skip
    if draw(st.booleans()):
        mapping |= {
            "complete_from": "2026-03-01",
            "complete_through": draw(of("2026-03-09", "2026-03-31")),
        }
    head = ",".join(columns)
    lines = [",".join(row[name] for name in columns) for row in rows]
    return File(kind, mapping, "\n".join([head, *lines]) + "\n")


def said(client: Client, tables: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Every row of the client in the words of files, in a fixed order."""
    found: dict[str, list[dict[str, Any]]] = {}
    with tenant_scope(client.agency_id), connection.cursor() as cursor:
        names: dict[tuple[str, int], str] = {}
        for table, column in set(NAMES.values()):
            cursor.execute(f"SELECT id, {column} FROM {table} WHERE client_id = %s", [client.pk])
            names |= {(table, row[0]): row[1] for row in cursor.fetchall()}
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} WHERE client_id = %s", [client.pk])
            columns = [column.name for column in cursor.description]
            rows = []
            for values in cursor.fetchall():
                row = {
                    name: names[NAMES[name][0], value]
                    if name in NAMES and value is not None
                    else value
                    for name, value in zip(columns, values, strict=True)
                    if name not in UNSAID
                }
                rows.append(row)
            found[table] = sorted(rows, key=repr)
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    """One example leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def freshen(client: Client) -> None:
    with tenant_scope(client.agency_id):
        refresh(client)


def undo(client: Client, batch: ImportBatch) -> bool:
    """False if it is refused because a later import could not have been done without it."""
    with tenant_scope(client.agency_id):
        try:
            batch_undo(client, batch)
        except DomainError as refusal:
            assert refusal.code == "later_rests_on_it"
            return False
    return True


@settings(max_examples=10)
@given(sent=st.lists(files(), min_size=2, max_size=6), chance=st.randoms(use_true_random=False))
def test_undone_is_never_imported(cast: Cast, sent: list[File], chance: Any) -> None:
    with taken_back():
        with tenant_scope(cast.aurora.pk):
            OwnMeasure.objects.create(agency=cast.aurora, key="own_calls", name="Calls")
        done = [(file, send(cast.bodega, file.text, file.mapping)) for file in sent]
        done = [(file, batch) for file, batch in done if batch.state == "done"]
        freshen(cast.bodega)
        order = [pair for pair in done if chance.random() < 0.5]
        chance.shuffle(order)
        gone = {batch.pk for _file, batch in order if undo(cast.bodega, batch)}
        for file, batch in done:
            if batch.pk not in gone:
                again = send(cast.cafe, file.text, file.mapping)
                assert again.state == "done", again.error
        assert said(cast.bodega, TABLES) == said(cast.cafe, TABLES)
        freshen(cast.bodega)
        freshen(cast.cafe)
        assert said(cast.bodega, SNAPSHOTS) == said(cast.cafe, SNAPSHOTS)
