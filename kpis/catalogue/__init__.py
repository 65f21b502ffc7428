"""Every KPI, declared once: the catalogue that all surfaces read.

To add a KPI, declare it in the module of its group; its example becomes a test by itself.
"""

from collections.abc import Mapping

from kpis.catalogue import (
    ads,
    conversion,
    customers,
    deals,
    funnel,
    mail,
    organisation,
    platforms,
    presets,
    returns,
    sales,
    social,
    web,
)
from kpis.catalogue.kpi import COST_BASES, DEFAULTS, GROUPS, PROFIT_BASES, Example, Kpi, Parameters
from kpis.catalogue.statements import statements

DECLARED: tuple[Kpi, ...] = (
    *web.KPIS, *conversion.KPIS, *ads.KPIS, *platforms.KPIS, *ads.RETURN_KPIS, *funnel.KPIS,
    *sales.KPIS, *deals.KPIS, *customers.KPIS, *returns.KPIS, *social.KPIS, *mail.KPIS,
    *organisation.KPIS, *presets.KPIS,
)  # fmt: skip

#: key -> KPI, in the order in which lists and the API show them.
KPIS: Mapping[str, Kpi] = {each.key: each for each in DECLARED}


def kpi(key: str) -> Kpi:
    """The KPI of that key; KeyError if there is none."""
    return KPIS[key]


__all__ = [
    "COST_BASES", "DECLARED", "DEFAULTS", "GROUPS", "KPIS", "PROFIT_BASES", "Example", "Kpi",
    "Parameters", "kpi", "statements",
]  # fmt: skip
