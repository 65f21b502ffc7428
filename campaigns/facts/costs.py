"""Costs in layers and planned budgets: amounts over a period, which the snapshot spreads by day."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.rows import Fault, Row, lay_texts, lay_values
from campaigns.facts.upsert import Days, Kind, Pending
from campaigns.models import Budget, Campaign, Cost, Salesperson
from campaigns.models.costs import AGENCY_ONLY, Layer

#: The fault of a row that only those may write who see the agency's own costs.
FORBIDDEN = Fault(
    "is_shared", "forbidden", _("Costs for the agency only need the scope that sees them.")
)


def _lay_period(fact: Cost | Budget, row: Row, client: Client) -> Iterator[Fault]:
    lay_texts(fact, row, ("channel", "currency"))
    lay_values(fact, row, ("starts_on", "ends_on", "amount"))
    fact.currency = fact.currency or client.currency
    if fact.starts_on is None:
        yield Fault("starts_on", "required", _("It needs the day it starts on."))
    elif fact.ends_on is None:
        fact.ends_on = fact.starts_on
    elif fact.ends_on < fact.starts_on:
        yield Fault("ends_on", "wrong_way_round", _("It ends before it starts."))
    if fact.amount is None:
        yield Fault("amount", "required", _("It needs an amount."))


def cost_lay(cost: Cost, row: Row, client: Client) -> Iterator[Fault]:
    """A cost for the agency only becomes shared only by saying so; people and tools are not shared
    unless somebody says so."""
    layer = row.get("layer") or cost.layer or Layer.MEDIA
    is_shared = row.get("is_shared")
    if is_shared is not None:
        cost.is_shared = is_shared
    elif layer != cost.layer:
        cost.is_shared = layer not in AGENCY_ONLY
    cost.layer = layer
    lay_texts(cost, row, ("description",))
    yield from _lay_period(cost, row, client)


def shared_costs_only(client: Client, good: list[Pending]) -> None:
    """Refuse what is, or was, for the agency only."""
    for one in good:
        if not one.fact.is_shared or one.was("is_shared") is False:
            one.faults = (FORBIDDEN,)


def _since(family: str) -> Callable[[Client, Sequence[Pending]], Days]:
    def days(client: Client, written: Sequence[Pending]) -> Days:
        return {family: min(one.fact.starts_on for one in written)}

    return days


COSTS = Kind(
    model=Cost,
    lay=cost_lay,
    constraint="cost_once",
    references={"campaign": Campaign, "salesperson": Salesperson},
    record=_since("costs"),
)
#: The same for those who do not see the agency's own costs.
SHARED_COSTS = replace(COSTS, look=shared_costs_only)
BUDGETS = Kind(
    model=Budget,
    lay=_lay_period,
    constraint="budget_once",
    references={"campaign": Campaign},
    record=_since("budget"),
)
