"""The kinds of file and their columns. What becomes of a staged row is in `writing`."""

from collections.abc import Mapping

from campaigns.imports.kinds.contacts import BUDGETS, CONTACTS, MONTHS, RANGES, TERMS, VISITORS
from campaigns.imports.kinds.goods import LINES, PRODUCTS
from campaigns.imports.kinds.known import (
    ADS_MEASURES,
    COSTS,
    DAILY,
    DAILY_MEASURES,
    LEADS,
    MAIL_MEASURES,
    SALES,
    SOCIAL_MEASURES,
    WEB_MEASURES,
    Kind,
)
from campaigns.imports.kinds.own import OWN

__all__ = [
    "ADS_MEASURES",
    "DAILY_MEASURES",
    "KINDS",
    "MAIL_MEASURES",
    "SOCIAL_MEASURES",
    "WEB_MEASURES",
    "Kind",
]

KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        LEADS, SALES, COSTS, DAILY, LINES, PRODUCTS, BUDGETS, CONTACTS, TERMS, VISITORS, RANGES,
        MONTHS, OWN,
    )
}  # fmt: skip
