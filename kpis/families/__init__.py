"""Which rows of which facts make the snapshot's rows, part by part, as SQL. Pure: it runs nothing.

A part is refilled as a whole for a set of days. Its name is what the dirty-day log calls it. A
stock is a part of its own, because one fact touches every day on which it is open or in force; it
belongs to the family of its facts in all else.
"""

from collections.abc import Mapping

from kpis.families.contacts import ACTIVITY, MANUAL
from kpis.families.daily import ADS, AUDIENCE, MAIL, SOCIAL, WEB
from kpis.families.funnel import LEADS
from kpis.families.parts import (
    COARSE_DIMENSIONS,
    DIMENSIONS,
    Arm,
    Part,
    is_decimal,
    listed,
    summed,
)
from kpis.families.sales import SALES
from kpis.families.spreading import BUDGET, COSTS, EXPONENTS, LAYERS
from kpis.families.stocks import ACTIVE, STOCK

__all__ = [
    "COARSE_DIMENSIONS",
    "DIMENSIONS",
    "EXPONENTS",
    "LAYERS",
    "PARTS",
    "Arm",
    "Part",
    "is_decimal",
    "listed",
    "summed",
]

PARTS: Mapping[str, Part] = {
    part.name: part
    for part in (
        WEB, ADS, LEADS, STOCK, SALES, ACTIVE, COSTS, BUDGET, MAIL, SOCIAL, AUDIENCE, ACTIVITY,
        MANUAL,
    )
}  # fmt: skip
