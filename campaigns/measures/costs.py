"""Measures of what marketing and selling cost, and of what was planned. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.measures.kinds import SELLERS, TOUCH, Measure


def _cost(key: str, name: str | Promise) -> Measure:
    return Measure(key, name, "money", "sum", "costs", 1, TOUCH, "service_day")


AGENCY_FEES = _cost("agency_fees", _("Agency fees"))
TOOL_COST = _cost("tool_cost", _("Tool cost"))
PEOPLE_COST = _cost("people_cost", _("Marketing staff cost"))
OTHER_MARKETING_COST = _cost("other_marketing_cost", _("Other marketing cost"))
SALES_COST = Measure(
    "sales_cost", _("Sales cost"), "money", "sum", "costs", 1, SELLERS, "service_day"
)
AD_BUDGET = Measure(
    "ad_budget", _("Advertising budget"), "money", "sum", "budget", 1, TOUCH, "budget_day"
)
