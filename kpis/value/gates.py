"""Whether repeat buying may be modelled for a client: the gates of KPIS E.1, each with its words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

ENOUGH_BUYERS = 500
ENOUGH_DAYS = 180
RECENT_DAYS = 30
MANY_ORDERS = 3
MOST_CORRELATION = 0.3


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition: met or not, with the figure found and the one that is asked for.

    found None: it could not be told, since nothing varies or there is nothing to look at.
    """

    code: str
    is_met: bool
    found: float | int | None
    needed: float | int

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code, "is_met": self.is_met, "found": self.found, "needed": self.needed
        }  # fmt: skip


#: What each gate asks for.
ASKED: Mapping[str, Any] = {
    "convertible": _("Sales and refunds in the client's currency, or with an exchange rate"),
    "buyers": _("At least %(needed)s customers who bought"),
    "days": _("At least %(needed)s days of orders"),
    "recent": _("An order in the last %(needed)s days"),
    "frequent": _("Some customers with at least %(needed)s orders"),
    "no_contracts": _("No contracts: customers come back when they like"),
    "independent": _(
        "Value of a purchase and number of purchases hardly related (at most %(needed)s)"
    ),
    "converged": _("The purchases can be described by the model"),
}
#: What was found instead, where the gate is not met.
MISSED: Mapping[str, Any] = {
    "convertible": _("%(found)s are in another currency and have no rate of their day."),
    "buyers": _("%(found)s customers have bought so far."),
    "days": _("The orders span %(found)s days."),
    "recent": _("The last order is %(found)s days old."),
    "frequent": _("Nobody has so many: the most are %(found)s."),
    "no_contracts": _("%(found)s customers have a contract: use the formula."),
    "independent": _(
        "The correlation is %(found)s: who buys often spends another amount each time."
    ),
    "converged": _("No set of parameters describes them well enough."),
}


@dataclass(frozen=True, slots=True)
class Buying:
    """What the gates look at. `oldest`, `newest`: how many days ago the first and the last order were."""

    buyers: int
    oldest: int
    newest: int
    most_orders: int
    contracts: int = 0
    without_rate: int = 0


def gates_before(buying: Buying) -> tuple[Gate, ...]:
    """What must hold before it is worth fitting anything."""
    days = buying.oldest - buying.newest + 1 if buying.buyers else 0
    return (
        Gate("buyers", buying.buyers >= ENOUGH_BUYERS, buying.buyers, ENOUGH_BUYERS),
        Gate("days", days >= ENOUGH_DAYS, days, ENOUGH_DAYS),
        Gate(
            "recent",
            buying.buyers > 0 and buying.newest < RECENT_DAYS,
            buying.newest if buying.buyers else None,
            RECENT_DAYS,
        ),
        Gate("frequent", buying.most_orders >= MANY_ORDERS, buying.most_orders, MANY_ORDERS),
        Gate("no_contracts", buying.contracts == 0, buying.contracts, 0),
        Gate("convertible", buying.without_rate == 0, buying.without_rate, 0),
    )


def gate_of_correlation(correlation: float | None) -> Gate:
    """Beyond 0.3 either way, value and frequency are tied; where nothing varies they are not."""
    is_met = correlation is None or abs(correlation) <= MOST_CORRELATION
    return Gate("independent", is_met, correlation, MOST_CORRELATION)


def unmet(gates: Sequence[Gate]) -> tuple[Gate, ...]:
    return tuple(gate for gate in gates if not gate.is_met)
