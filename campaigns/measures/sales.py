"""Measures of sales, goods and customers. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.measures.kinds import (
    CLIENT_REPEAT,
    FIRST_SALE_COHORT,
    FIRST_SALES,
    GOODS,
    OFFERS,
    SALES,
    STANDING,
    Aggregation,
    Measure,
    Unit,
)


def _sale(
    key: str,
    name: str | Promise,
    unit: Unit = "money",
    dated_by: str = "sale_date",
    dimensions: tuple[str, ...] = SALES,
) -> Measure:
    return Measure(key, name, unit, "sum", "sales", 1, dimensions, dated_by)


# Stored without products: an order counts in each product that it contains.
ORDERS = _sale("orders", _("Sales"), "count", dimensions=GOODS)
ORDER_VALUE = _sale("order_value", _("Order value"), dimensions=GOODS)
REFUNDS = _sale("refunds", _("Refunds"), dated_by="refund_date", dimensions=GOODS)
UNITS = _sale("units", _("Units sold"), "count", dimensions=GOODS)
COST_OF_GOODS = _sale(
    "cost_of_goods", _("Cost of goods"), dated_by="sale_date and refund_date", dimensions=GOODS
)
UNCOSTED_VALUE = _sale(
    "uncosted_value", _("Revenue without a known cost of goods"),
    dated_by="sale_date and refund_date", dimensions=GOODS,
)  # fmt: skip
NEW_CUSTOMERS = Measure(
    "new_customers", _("New customers"), "count", "sum", "sales", 1, FIRST_SALES, "first_sale_date"
)
COHORT_CUSTOMERS = Measure(
    "cohort_customers", _("Customers of the cohort"), "count", "sum", "sales",
    CLIENT_REPEAT, FIRST_SALE_COHORT, "first_sale_date", outcome_family="sales",
)  # fmt: skip
REPEATERS = Measure(
    "repeaters", _("Customers of the cohort that bought again"), "count", "sum", "sales",
    CLIENT_REPEAT, FIRST_SALE_COHORT, "first_sale_date", outcome_family="sales",
)  # fmt: skip
ACTIVE_CUSTOMERS = Measure(
    "active_customers", _("Active customers"), "count", "last", "sales", 1, STANDING, "end_of_day"
)


def _recounted(
    key: str,
    name: str | Promise,
    dated_by: str,
    dimensions: tuple[str, ...],
    aggregation: Aggregation = "distinct",
    unit: Unit = "count",
) -> Measure:
    return Measure(key, name, unit, aggregation, "sales", 1, dimensions, dated_by)


CUSTOMERS = _recounted("customers", _("Buying customers"), "sale_date", SALES)
CUSTOMERS_START = _recounted(
    "customers_start", _("Customers at the start"), "period_start", STANDING
)
STAYED = _recounted("stayed", _("Customers who stayed"), "period_start", STANDING)
ELIGIBLE = _recounted("eligible", _("Customers who could buy more"), "period_start", OFFERS)
UPSOLD = _recounted("upsold", _("Customers who took a higher version"), "sale_date", OFFERS)
CROSS = _recounted("cross", _("Customers who bought a related product"), "sale_date", OFFERS)
COHORT_SIZE = _recounted(
    "cohort_size", _("Customers whose first sale is in the period"), "first_sale_date",
    FIRST_SALE_COHORT, "rows",
)  # fmt: skip
COHORT_VALUE = _recounted(
    "cohort_value", _("What those customers have left so far"), "first_sale_date",
    FIRST_SALE_COHORT, "rows", "money",
)  # fmt: skip
EXPECTED_ORDERS = _recounted(
    "expected_orders", _("Sales expected by the end of the month"), "month_end", SALES, "rows"
)
