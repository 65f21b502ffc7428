"""Notices that compare two numbers of one period, such as CAC above the average ticket (KPIS E.4).

Pure. A notice is a reason to look, not an error; what it costs to be wrong is a conversation.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kpis.catalogue.kpi import Words

ENOUGH_NEW_CUSTOMERS = 10

NOTICES: Mapping[str, Words] = {
    "cac_above_ticket": _(
        "Winning a customer costs more than an average sale brings in: worth a review."
    ),
    "cac_above_first_profit": _("The first purchase does not pay for winning the customer."),
}


def cac_notices(
    cac: Decimal | None,
    aov: Decimal | None,
    new_customers: Decimal | None,
    profit_per_order: Decimal | None = None,
) -> tuple[str, ...]:
    """Codes of `NOTICES` that hold, the graver first; none with fewer than 10 new customers.

    All in the client's currency, over the same period and scope. A figure that is unknown raises
    no notice.
    """
    if cac is None or new_customers is None or new_customers < ENOUGH_NEW_CUSTOMERS:
        return ()
    found = []
    if aov is not None and cac > aov:
        found.append("cac_above_ticket")
    if profit_per_order is not None and cac > profit_per_order:
        found.append("cac_above_first_profit")
    return tuple(found)
