"""The factor trees that are offered: which factors a KPI is taken apart into, and how each is said.

Pure. A tree multiplies out to its KPI exactly, whatever the client's parameters: its factors are
written over the KPI's own two sides. KPIS D.2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from campaigns import measures as m
from kpis.catalogue import Kpi, Parameters
from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Unit, Words
from kpis.explain.shape import Sides, Sign, quotient
from kpis.formula import Atom, Expression, Filter


@dataclass(frozen=True, slots=True)
class Lever:
    """One factor: what it is, and why a number moves when it rises or falls.

    `up` and `down` end the sentence "3.38 because …". `power` −1 divides.
    """

    expression: Expression
    power: Sign
    name: Words
    unit: Unit
    up: Words
    down: Words


@dataclass(frozen=True, slots=True)
class Supply:
    """A KPI to ask, beside the explained one, for totals that the tree needs; perhaps filtered."""

    key: str
    only: Filter | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A KPI as a product of levers. `code` tells a KPI's trees apart."""

    code: str
    name: Words
    supplies: tuple[Supply, ...]
    levers: tuple[Lever, ...]


CLICKS, SESSIONS, LEADS, ORDERS = Atom(m.CLICKS), a.SESSIONS, a.LEADS, a.ORDERS
_BY_VISITS, _BY_CLICKS = _("from click to visit to lead"), _("from click to lead")


def _visits(power: Sign = 1) -> Lever:
    return Lever(
        SESSIONS,
        power,
        _("Visits"),
        "count",
        _("there are more visits"),
        _("there are fewer visits"),
    )


def _click_price(cost: Expression, clicks: Expression, power: Sign) -> Lever:
    return Lever(
        cost / clicks, power, _("Cost per click"), "money",
        _("the click is dearer"), _("the click is cheaper"),
    )  # fmt: skip


def _arrival(power: Sign) -> Lever:
    return Lever(
        SESSIONS / CLICKS, power, _("Visits per click"), "per",
        _("there are more visits for each click"), _("there are fewer visits for each click"),
    )  # fmt: skip


def _yield(of: Expression, base: Expression, power: Sign, name: Words) -> Lever:
    return Lever(of / base, power, name, "percent", _("it converts better"), _("it converts less"))


def _ticket(value: Expression, orders: Expression) -> Lever:
    return Lever(
        value / orders, 1, _("Average ticket"), "money",
        _("the average ticket is higher"), _("the average ticket is lower"),
    )  # fmt: skip


def _kept(sides: Sides) -> Lever:
    return Lever(
        sides.above / a.ORDER_VALUE, 1, _("Share left after refunds"), "percent",
        _("less is refunded"), _("more is refunded"),
    )  # fmt: skip


def _revenue(sides: Sides) -> tuple[Tree, ...]:
    ticket, kept = _ticket(a.ORDER_VALUE, ORDERS), _kept(sides)
    orders = Lever(ORDERS, 1, _("Sales"), "count", _("more is sold"), _("less is sold"))
    buying = _yield(ORDERS, SESSIONS, 1, _("Sales per visit"))
    supplies = (Supply("aov"), Supply("sessions"))
    return (
        Tree("visits", _("from visit to sale"), supplies, (_visits(), buying, ticket, kept)),
        Tree("sales", _("sales and ticket"), supplies[:1], (orders, ticket, kept)),
    )


def _sales(sides: Sides) -> tuple[Tree, ...]:
    buying = _yield(sides.above, SESSIONS, 1, _("Sales per visit"))
    supplies = (Supply("sessions"),)
    return (Tree("visits", _("from visit to sale"), supplies, (_visits(), buying)),)


def _leads(sides: Sides) -> tuple[Tree, ...]:
    shown = Lever(
        a.IMPRESSIONS, 1, _("Impressions"), "count",
        _("the ads are shown more often"), _("the ads are shown less often"),
    )  # fmt: skip
    ctr = Lever(
        CLICKS / a.IMPRESSIONS, 1, _("Click-through rate"), "percent",
        _("more of those who see an ad click"), _("fewer of those who see an ad click"),
    )  # fmt: skip
    asking = _yield(sides.above, SESSIONS, 1, _("Leads per visit"))
    seen = (Supply("ctr"), Supply("sessions"))
    return (
        Tree("ads", _("from impression to lead"), seen, (shown, ctr, _arrival(1), asking)),
        Tree("visits", _("from visit to lead"), seen[1:], (_visits(), asking)),
    )


def _cost_per_lead(sides: Sides) -> tuple[Tree, ...]:
    price = _click_price(sides.above, CLICKS, 1)
    asking = _yield(sides.below, SESSIONS, -1, _("Leads per visit"))
    at_once = _yield(sides.below, CLICKS, -1, _("Leads per click"))
    return (
        Tree(
            "visits", _BY_VISITS, (Supply("clicks"), Supply("sessions")),
            (price, _arrival(-1), asking),
        ),
        Tree("clicks", _BY_CLICKS, (Supply("clicks"),), (price, at_once)),
    )  # fmt: skip


def _cost_per_customer(sides: Sides) -> tuple[Tree, ...]:
    """Both sides per lead of the same period: only so do they multiply out to the cost itself."""
    price = Lever(
        sides.above / LEADS, 1, _("Cost per lead, all cost"), "money",
        _("the lead is dearer"), _("the lead is cheaper"),
    )  # fmt: skip
    closing = Lever(
        sides.below / LEADS, -1, _("Customers per lead, of the same period"), "percent",
        _("more leads become customers"), _("fewer leads become customers"),
    )  # fmt: skip
    return (Tree("leads", _("from lead to customer"), (Supply("leads"),), (price, closing)),)


def _cost_per_stage(sides: Sides) -> tuple[Tree, ...]:
    price = Lever(
        sides.above / LEADS, 1, _("Cost per lead"), "money",
        _("the lead is dearer"), _("the lead is cheaper"),
    )  # fmt: skip
    quality = Lever(
        sides.below / LEADS, -1, _("Qualified leads per lead, of the same period"), "percent",
        _("more leads qualify"), _("fewer leads qualify"),
    )  # fmt: skip
    return (Tree("leads", _("from lead to qualified lead"), (Supply("leads"),), (price, quality)),)


PAID_CLICKS = CLICKS.where(channel=a.PAID_CHANNELS)
_PAID = (Supply("cpa"), Supply("clicks", a.PAID_CHANNELS))


def _return_on_spend(sides: Sides) -> tuple[Tree, ...]:
    levers = (
        Lever(
            sides.above / a.PAID_ORDERS, 1, _("Average ticket after refunds"), "money",
            _("the average ticket is higher"), _("the average ticket is lower"),
        ),
        _yield(a.PAID_ORDERS, PAID_CLICKS, 1, _("Sales per click")),
        _click_price(sides.below, PAID_CLICKS, -1),
    )  # fmt: skip
    return (Tree("clicks", _("from click to sale"), _PAID, levers),)


def _cost_per_sale(sides: Sides) -> tuple[Tree, ...]:
    levers = (
        _click_price(sides.above, PAID_CLICKS, 1),
        _yield(sides.below, PAID_CLICKS, -1, _("Sales per click")),
    )
    return (Tree("clicks", _("from click to sale"), _PAID[1:], levers),)


def _cost_per_claim(sides: Sides) -> tuple[Tree, ...]:
    levers = (
        _click_price(sides.above, CLICKS, 1),
        _yield(sides.below, CLICKS, -1, _("Conversions per click")),
    )
    return (Tree("clicks", _("from click to conversion"), (Supply("clicks"),), levers),)


_TREES: Mapping[str, Callable[[Sides], tuple[Tree, ...]]] = {
    "revenue": _revenue,
    "sales_count": _sales,
    "leads": _leads,
    "cpl": _cost_per_lead,
    "cpl_by_channel": _cost_per_lead,
    "cost_per_qualified_lead": _cost_per_stage,
    "cac": _cost_per_customer,
    "cac_full": _cost_per_customer,
    "roas": _return_on_spend,
    "cpa": _cost_per_sale,
    "cost_per_conversion": _cost_per_claim,
    "cost_per_platform_lead": _cost_per_claim,
    "cost_per_platform_sale": _cost_per_claim,
}


def trees_of(kpi: Kpi, parameters: Parameters) -> tuple[Tree, ...]:
    """The trees of a KPI, the one with most factors first; none for what has no tree of its own."""
    build = _TREES.get(kpi.key)
    if build is None:
        return ()
    expression = kpi.expression(parameters)
    return build(quotient(expression) or Sides(expression, expression))
