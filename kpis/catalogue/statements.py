"""What is printed with a number because it changes the number: bases, channel lists, windows."""

from collections.abc import Callable, Mapping

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext

from campaigns.channels import CREDITED, INBOUND, NAMES, PAID
from kpis.catalogue.kpi import (
    COST_BASES,
    DEFAULTS,
    PROFIT_BASES,
    STATED,
    Kpi,
    Office,
    Parameters,
    Words,
)


def clock_words(office: Office | None) -> str:
    """By which hours time is counted."""
    if office is None:
        return gettext("all hours")
    days = ", ".join(str(WEEKDAYS_ABBR[int(day) - 1]) for day in office.days)
    return f"{days} {office.opens_at:%H:%M}–{office.closes_at:%H:%M}"


_SAID: Mapping[str, Callable[[Parameters], tuple[Words, ...]]] = {
    "cost_basis": lambda parameters: (COST_BASES[parameters.cost_basis],),
    "profit_basis": lambda parameters: (PROFIT_BASES[parameters.profit_basis],),
    "paid_channels": lambda parameters: tuple(NAMES[code] for code in PAID),
    "credited_channels": lambda parameters: tuple(NAMES[code] for code in CREDITED),
    "inbound_channels": lambda parameters: tuple(NAMES[code] for code in INBOUND),
    "window_days": lambda parameters: (str(parameters.window_days),),
    "repeat_days": lambda parameters: (str(parameters.repeat_days),),
    "active_days": lambda parameters: (str(parameters.active_days),),
    "clock": lambda parameters: (clock_words(parameters.office),),
    "sla_minutes": lambda parameters: (str(parameters.sla_minutes),),
}


def statements(
    kpi: Kpi, parameters: Parameters = DEFAULTS, comparison: Words = ""
) -> tuple[tuple[Words, tuple[Words, ...]], ...]:
    """(label, what is chosen) for each parameter of the KPI; the comparison's name is given."""
    said = {name: _SAID[name](parameters) for name in kpi.parameters if name in _SAID}
    if comparison and "comparison" in kpi.parameters:
        said["comparison"] = (comparison,)
    return tuple((STATED[name], said[name]) for name in kpi.parameters if name in said)
