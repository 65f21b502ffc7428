"""The lists of what people keep: declared in `kinds`, interpreted by one query, one view, one page."""

from campaigns.lists.declared import ListKind
from campaigns.lists.kinds.leads import INTERACTIONS, LEADS, SALESPEOPLE
from campaigns.lists.kinds.money import BUDGETS, CAMPAIGNS, COSTS
from campaigns.lists.kinds.sales import CUSTOMERS, PRODUCTS, REFUNDS, SALES, TERMS

LISTS: dict[str, ListKind] = {
    kind.key: kind
    for kind in (
        LEADS,
        INTERACTIONS,
        SALESPEOPLE,
        SALES,
        REFUNDS,
        CUSTOMERS,
        PRODUCTS,
        TERMS,
        CAMPAIGNS,
        COSTS,
        BUDGETS,
    )
}

__all__ = ["LISTS", "ListKind"]
