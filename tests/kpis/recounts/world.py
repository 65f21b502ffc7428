"""A client whose every source is live, and short ways to write what recounts look at."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import time_machine

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.measures import FAMILIES
from campaigns.models import (
    Customer,
    CustomerTerm,
    Interaction,
    Product,
    ReportedRange,
    SaleLine,
    SourceSync,
    VisitorDay,
)
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.queries import PARENTS
from kpis.question import Answer, Question
from kpis.services import answer
from tests.cast import Cast
from tests.kpis.facts import new_sale

D = Decimal
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
_numbers = itertools.count(1)


@contextmanager
def in_april(cast: Cast) -> Iterator[Client]:
    """Bodega inside its scope at noon of 15 April 2026, with live sources since ever."""
    with (
        time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False),
        tenant_scope(cast.aurora.pk),
    ):
        for family in FAMILIES:
            SourceSync.objects.create(
                agency=cast.aurora, client=cast.bodega, family=family, source=family, is_live=True
            )
        yield cast.bodega


def mar(day: int) -> date:
    return date(2026, 3, day)


def asked(client: Client, *keys: str, period: Period = MARCH, **more: Any) -> Answer:
    return answer(client, Question(keys, period, **more), sees_costs=True)


def one(client: Client, key: str, period: Period = MARCH, **more: Any) -> Value:
    return asked(client, key, period=period, **more).only.values[key]


def by_split(client: Client, key: str, split: str, **more: Any) -> dict[str, Decimal | None]:
    """Each value of the split (a name instead of an id) → the KPI's value."""
    rows = asked(client, key, split=split, **more).rows
    named = split in PARENTS
    return {row.label if named else row.split or "": row.values[key].value for row in rows}


def _own(client: Client) -> dict[str, Any]:
    return {
        "agency_id": client.agency_id, "client": client, "source": "test",
        "external_id": f"r{next(_numbers)}", "tz": client.time_zone,
    }  # fmt: skip


def visit(client: Client, day: date, visitor: str, **fields: Any) -> None:
    VisitorDay.objects.create(**_own(client), day=day, visitor=visitor, **fields)


def reported(client: Client, measure: str, period: Period, value: int, **fields: Any) -> None:
    ReportedRange.objects.create(
        **_own(client), measure=measure, first_day=period.first, last_day=period.last,
        value=value, **fields,
    )  # fmt: skip


def customer(client: Client, name: str, **fields: Any) -> Customer:
    return Customer.objects.create(
        agency_id=client.agency_id, client=client, external_id=name, name=name, **fields
    )


def term(who: Customer, starts_on: date, ends_on: date | None = None) -> None:
    CustomerTerm.objects.create(
        **_own(who.client), customer=who, starts_on=starts_on, ends_on=ends_on
    )


def contact(who: Customer, day: date, **fields: Any) -> None:
    values = {"kind": "mail", **fields}
    Interaction.objects.create(**_own(who.client), customer=who, happened_date=day, **values)


def product(client: Client, name: str) -> Product:
    return Product.objects.create(
        agency_id=client.agency_id, client=client, external_id=name, name=name
    )


def order(who: Customer, day: date, *lines: tuple[Product | None, int, str], **fields: Any) -> None:
    """A sale with lines of (product, units, kind), each of 10.00 a unit."""
    amount = 10 * sum(units for _product, units, _kind in lines)
    sale = new_sale(who.client, day, amount, customer=who, has_lines=bool(lines), **fields)
    for what, units, kind in lines:
        SaleLine.objects.create(
            **_own(who.client), sale=sale, product=what, sold_on=day, units=units,
            amount=D(10 * units), kind=kind,
        )  # fmt: skip
