"""Notices that compare two numbers of one period, such as CAC above the average ticket (KPIS E.4).

Pure. A notice is a reason to look, not an error; what it costs to be wrong is a conversation.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kpis.catalogue.kpi import Words

ENOUGH_NEW_CUSTOMERS = 10

#: In the order in which they are told, the gravest first.
NOTICES: Mapping[str, Words] = {
    "cac_above_ltv": _("Every new customer leaves a loss."),
    "cac_above_ticket": _(
        "Winning a customer costs more than an average sale brings in: worth a review."
    ),
    "cac_above_first_profit": _("The first purchase does not pay for winning the customer."),
}
LEVELS: Mapping[str, str] = {
    "cac_above_ltv": "critical",
    "cac_above_ticket": "review",
    "cac_above_first_profit": "info",
}


def are_enough(new_customers: Decimal | None) -> bool:
    """Whether so many customers were won that the cost of one says something."""
    return new_customers is not None and new_customers >= ENOUGH_NEW_CUSTOMERS


def cac_notices(
    cac: Decimal | None,
    aov: Decimal | None,
    new_customers: Decimal | None,
    profit_per_order: Decimal | None = None,
    ltv: Decimal | None = None,
) -> tuple[str, ...]:
    """Codes of `NOTICES` that hold, the graver first; none with fewer than 10 new customers.

    All in the client's currency, over the same period and scope. A figure that is unknown raises
    no notice; so `profit_per_order` and `ltv` are given only where they are on margin.
    """
    if cac is None or not are_enough(new_customers):
        return ()
    held_against = {
        "cac_above_ltv": ltv,
        "cac_above_ticket": aov,
        "cac_above_first_profit": profit_per_order,
    }
    return tuple(
        code for code in NOTICES if (limit := held_against[code]) is not None and cac > limit
    )
