"""Every row of every list edited, removed, and each undone: the snapshot is the recompute after each.

The worlds are generated: every kind of fact in every state, see varied_facts. After an undo every
table is to the last column what it was before, and so is the snapshot.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
import time_machine

from accounts.errors import DomainError
from accounts.models import Client, Membership
from accounts.tenancy import as_person, tenant_scope
from campaigns.channels import NAMES
from campaigns.facts.copies import copy_to_refunds, copy_to_sales
from campaigns.lead_services import Move
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    Interaction,
    Lead,
    Product,
    Refund,
    Sale,
    SaleLine,
    Salesperson,
    StageChange,
)
from campaigns.records import (
    KINDS,
    act_undo,
    leads_move,
    leads_reopen,
    records_change,
    records_remove,
)
from kpis.models import DirtyDay, SnapshotState
from tests.cast import Cast
from tests.kpis.facts import refresh
from tests.kpis.recompute import Rows, assert_snapshot_is_recomputed, stored
from tests.kpis.varied_facts import World, write_facts

FIRST, LAST = date(2026, 1, 20), date(2026, 2, 10)
TODAY = datetime(2026, 6, 1, 12, tzinfo=UTC)
TABLES = (
    Salesperson, Campaign, Product, Customer, Lead, StageChange, Sale, SaleLine, Refund,
    Interaction, CustomerTerm, Cost, Budget,
)  # fmt: skip


@pytest.fixture
def marta(cast: Cast) -> Membership:
    with as_person(cast.marta.pk):
        return Membership.objects.get(user=cast.marta)


@pytest.fixture
def bodega(cast: Cast, marta: Membership) -> Iterator[Client]:
    with (
        time_machine.travel(TODAY, tick=False),
        tenant_scope(cast.aurora.pk, actor_id=marta.pk),
    ):
        yield cast.bodega


def written(client: Client, seed: int) -> World:
    """A small world with every kind of row, stocks included; few customers of whom nothing is told."""
    world = write_facts(client, seed, FIRST, LAST, leads=8)
    told = {
        number
        for model in (Lead, Sale, Refund)
        for number in model.objects.values_list("customer_id", flat=True)
    }
    told |= {customer.pk for customer in world.customers[:3]}
    for model in (Interaction, CustomerTerm):
        model.objects.exclude(customer__in=told).delete()
    Customer.objects.filter(pk__in={one.pk for one in world.customers[3:]} - told).delete()
    # The world's sales choose their device and country freely; writers copy them from the lead.
    copy_to_sales(client, list(Lead.objects.values_list("pk", flat=True)))
    copy_to_refunds(client, "id", list(Sale.objects.values_list("pk", flat=True)))
    SnapshotState.objects.update_or_create(
        agency_id=client.agency_id, client=client, defaults={"stock_through": LAST}
    )
    DirtyDay.objects.create(agency_id=client.agency_id, client=client)
    refresh(client)
    return world


Facts = dict[str, list[dict[str, Any]]]


def facts() -> Facts:
    """Every row and column of what is kept by hand, the stamps of the last write excepted."""
    found = {}
    for model in TABLES:
        found[model.__name__] = list(model.objects.order_by("pk").values())
        for row in found[model.__name__]:
            row.pop("updated_at", None)
    return found


class Desk:
    """Does one thing after another and looks after each."""

    def __init__(self, client: Client, actor: Membership, seed: int) -> None:
        self.client, self.actor, self.dice = client, actor, Random(seed)
        self.facts: Facts = facts()
        self.snapshot: Rows = stored(client)
        self.done: Counter[str] = Counter()

    def try_out(self, name: str, act: Any, *said: Any, **options: Any) -> None:
        """Do it, look; undo it, and everything is as it was; undo that at times, and back again."""
        try:
            done = act(*said, **options)
        except DomainError as error:
            self.done[f"{name}: {error.code}"] += 1
            assert facts() == self.facts
            return
        self.done[name] += 1
        refresh(self.client)
        assert_snapshot_is_recomputed(self.client)
        changed = facts()
        undone = act_undo(self.client, done.act.pk, self.actor)
        self.is_as_before()
        if self.dice.random() < 0.1:
            again = act_undo(self.client, undone.pk, self.actor)
            assert facts() == changed
            act_undo(self.client, again.pk, self.actor)
            self.is_as_before()

    def is_as_before(self) -> None:
        assert facts() == self.facts
        refresh(self.client)
        assert stored(self.client) == self.snapshot


#: A second world for what has most to do with other rows.
TWICE = ("leads", "sales", "refunds")


@pytest.mark.parametrize(
    ("kind", "seed"), [*((kind, 4) for kind in KINDS), *((kind, 11) for kind in TWICE)]
)
def test_every_row_is_edited_removed_and_undone(
    bodega: Client, marta: Membership, kind: str, seed: int
) -> None:
    world = written(bodega, seed)
    assert_snapshot_is_recomputed(bodega)
    desk = Desk(bodega, marta, seed)
    for row in KINDS[kind].model.objects.order_by("pk"):
        fields = CHANGES[kind](world, row)
        desk.try_out("changed", records_change, kind, bodega, [row.pk], fields, marta)
        for with_hanging in {False, kind == "leads"}:
            which = (kind, bodega, [row.pk], marta)
            desk.try_out("removed", records_remove, *which, with_hanging=with_hanging)
    assert desk.done["changed"] and desk.done["removed"] + desk.done["removed: in_use"]


def touched(world: World) -> dict[str, Any]:
    return {
        "channel": world.dice.choice(list(NAMES)),
        "campaign": world.maybe(world.campaigns, 0.6),
        "device": world.dice.choice(("desktop", "")),
        "country": world.dice.choice(("ES", "FR", "")),
    }


def some(world: World, fields: dict[str, Any]) -> dict[str, Any]:
    """One to three of the fields."""
    names = world.dice.sample(list(fields), min(len(fields), world.dice.randint(1, 3)))
    return {name: fields[name] for name in names}


def lead_fields(world: World, lead: Lead) -> dict[str, Any]:
    assert lead.created_on is not None
    return some(world, {
        **touched(world), "salesperson": world.maybe(world.sellers), "utm_source": "google",
        "utm_medium": "cpc", "amount": world.maybe([world.money(900)]), "status": "spam",
        "created_date": lead.created_on - timedelta(days=world.dice.randint(0, 20)),
    })  # fmt: skip


def sale_fields(world: World, sale: Sale) -> dict[str, Any]:
    fields = {
        "customer": world.maybe(world.customers[:3]), "sold_date": world.day(),
        "salesperson": world.maybe(world.sellers), "kind": "upsell",
    }  # fmt: skip
    if sale.lead_id is None:
        fields |= touched(world)
    if not sale.has_lines:
        fields |= {"amount": world.money(900), "cost_of_goods": world.maybe([world.money(90)])}
    chosen = some(world, fields)
    if sale.has_lines or world.dice.random() < 0.3:
        chosen = {"lines": lines(world, sale), "salesperson": fields["salesperson"]}
    return chosen


def lines(world: World, sale: Sale) -> list[dict[str, Any]]:
    """One line less than there are, another amount in each, and a new one."""
    kept = SaleLine.objects.filter(sale=sale).order_by("pk")[1:]
    return [
        *({"id": line.pk, "units": line.units, "amount": world.money(90)} for line in kept),
        {"product": world.maybe(world.products), "units": 2, "amount": world.money(40)},
    ]


def refund_fields(world: World, refund: Refund) -> dict[str, Any]:
    assert refund.refunded_on is not None
    fields: dict[str, Any] = {
        "refunded_date": refund.refunded_on + timedelta(days=world.dice.randint(0, 40)),
        "product": world.maybe(world.products), "units": world.maybe([2]),
        "amount": refund.amount / 2, "cost_of_goods": world.maybe([Decimal(1)]),
    }  # fmt: skip
    return some(world, fields | (touched(world) if refund.sale_id is None else {}))


def period_fields(world: World, row: Any) -> dict[str, Any]:
    starts_on = world.day()
    period = {
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=world.dice.randint(0, 9)),
    }
    touch = {
        name: value for name, value in touched(world).items() if name in ("channel", "campaign")
    }
    return some(world, {"amount": world.money(700), **touch}) | (
        period if world.dice.random() < 0.5 else {}
    )


CHANGES: dict[str, Any] = {
    "campaigns": lambda world, row: {"name": "Renamed", "is_archived": True},
    "salespeople": lambda world, row: {"name": "Renamed", "ended_on": LAST},
    "customers": lambda world, row: {
        "salesperson": world.maybe(world.sellers), "country": "FR", "name": "Renamed",
    },
    "leads": lead_fields,
    "sales": sale_fields,
    "refunds": refund_fields,
    "costs": period_fields,
    "budgets": period_fields,
    "interactions": lambda world, row: some(world, {
        "kind": "meeting", "is_held": True, "is_bulk": not row.is_bulk, "happened_date": world.day(),
        "salesperson": world.maybe(world.sellers), "customer": world.dice.choice(world.customers[:3]),
    }),
    "products": lambda world, row: {"name": "Renamed", "unit_cost": Decimal("2.5")},
    "terms": lambda world, row: {"starts_on": world.day(), "ends_on": None},
}  # fmt: skip


@pytest.mark.parametrize("seed", [4])
def test_every_lead_is_moved_and_reopened_and_undone(
    bodega: Client, marta: Membership, seed: int
) -> None:
    written(bodega, seed)
    desk = Desk(bodega, marta, seed)
    for lead in Lead.objects.order_by("pk"):
        for stage in ("mql", "sql", "opp", "customer", "lost"):
            move = Move(stage, LAST, amount=Decimal(70))
            desk.try_out(stage, leads_move, bodega, [lead.pk], move, marta)
        desk.try_out("open", leads_reopen, bodega, [lead.pk], marta)
    assert desk.done["customer"] and desk.done["open"], desk.done
