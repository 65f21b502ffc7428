"""One row of each kind of what an agency keeps, made straight in the tables."""

from collections.abc import Iterable
from typing import Any

from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    Interaction,
    Product,
    Refund,
    Sale,
    Salesperson,
)
from tests.cast import Cast

PERIOD = {"starts_on": "2026-03-01", "ends_on": "2026-03-02", "amount": 5}


def about_and_fact(cast: Cast) -> tuple[dict[str, Any], dict[str, Any]]:
    """What every row of Bodega says, and what a fact says beside it."""
    about = {"agency": cast.aurora, "client": cast.bodega}
    return about, {**about, "source": "api", "tz": "UTC"}


def facts_of(cast: Cast, names: Iterable[str]) -> dict[str, int]:
    """One row of each kind: its number by the names of their endpoints, in this order."""
    about, fact = about_and_fact(cast)
    made = {
        model: model.objects.create(**{**named, **values}).pk
        for model, named, values in (
            (Campaign, about, {"external_id": "C", "name": "C"}),
            (Salesperson, about, {"external_id": "S", "name": "S"}),
            (Customer, about, {"external_id": "P"}),
            (Sale, fact, {"external_id": "V", "sold_date": "2026-03-01", "amount": 5}),
            (Refund, fact, {"external_id": "R", "refunded_date": "2026-03-01", "amount": 5}),
            (Cost, fact, {"external_id": "K", "layer": "media", **PERIOD}),
            (Budget, fact, {"external_id": "B", **PERIOD}),
            (
                Interaction,
                fact,
                {"external_id": "I", "happened_date": "2026-03-01", "kind": "call"},
            ),
            (Product, about, {"external_id": "G"}),
        )
    }
    whose = Customer.objects.create(**about, external_id="Q")
    made[CustomerTerm] = CustomerTerm.objects.create(
        **fact, external_id="T", customer=whose, starts_on="2026-03-01"
    ).pk
    return dict(zip(names, made.values(), strict=True))
