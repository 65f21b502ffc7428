"""KPIs of customers: what winning one costs, what one is worth, and who stays."""

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from campaigns.measures import DIMENSIONS
from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Example, Kpi, Parameters, example
from kpis.formula import Expression

A16Z = _("Andreessen Horowitz, 16 Startup Metrics")
_COST_AND_FIRST_SALE = _("Cost on its own day, customers on the day of their first sale.")
#: Marketing money of the worked examples: 3,200 in all.
COSTS = {
    "ad_spend": "2000", "agency_fees": "800", "tool_cost": "150", "people_cost": "200",
    "other_marketing_cost": "50",
}  # fmt: skip

NEW_CUSTOMERS = Kpi(
    key="new_customers",
    name=_("New customers"),
    meaning=_("People or companies whose first purchase ever falls in the period."),
    pitfall=_(
        "Each customer is new once, so periods add up. If the first sale is wholly refunded "
        "within 30 days, the next one counts as first."
    ),
    group="customers",
    formula=a.NEW_CUSTOMERS,
    unit="count",
    better="higher",
    goal=("increase", "cumulative"),
    dated_by=_("The local day of the customer's first sale."),
    source=_("House definition"),
    example=example("40", "40", new_customers="22 13 5"),
    related=("cac", "lead_to_customer_rate", "repeat_purchase_rate"),
)

CPA = Kpi(
    key="cpa",
    name=_("Cost per sale (CPA)"),
    meaning=_("Ad spend behind every sale that came through a paid channel."),
    pitfall=_(
        "Sales to returning buyers count as well, so it is lower than the CAC. "
        "What Google Ads calls CPA is the cost per conversion."
    ),
    group="customers",
    formula=a.PAID_AD_SPEND / a.PAID_ORDERS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_("Spend on its own day, sales on the sale's day."),
    source=_("Standard of the field"),
    example=Example(
        {"ad_spend[channel=paid]": ("2000",), "orders[channel=paid]": ("50",)},
        Fraction(40),
        "40.00",
    ),
    parameters=("paid_channels",),
    related=("cac", "cost_per_conversion", "roas"),
)

CAC = Kpi(
    key="cac",
    name=_("Customer acquisition cost (CAC)"),
    meaning=_("All the marketing money of the period, per customer won in it."),
    pitfall=_(
        "Ads, fees, tools, people and the rest, over first-time buyers only. "
        "Fewer than ten new customers make it jump: such values carry a mark."
    ),
    group="customers",
    formula=a.MARKETING_COST / a.NEW_CUSTOMERS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_COST_AND_FIRST_SALE,
    source=A16Z,
    example=example(
        "80", "80.00", ad_spend="2000", agency_fees="800", tool_cost="150",
        people_cost="200", other_marketing_cost="50", new_customers="40",
    ),
    related=("cac_full", "ltv_cac_ratio", "cac_to_ticket", "payback_months"),
)  # fmt: skip

CAC_FULL = Kpi(
    key="cac_full",
    name=_("Fully loaded CAC (sales and marketing)"),
    meaning=_("All the money of marketing and of the sales team, per customer won in the period."),
    pitfall=_(
        "Without any sales cost entered there is no value: it would only repeat the CAC of "
        "marketing under a bigger name."
    ),
    group="customers",
    formula=(a.MARKETING_COST + a.SALES_COST) / a.NEW_CUSTOMERS,
    unit="money",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_COST_AND_FIRST_SALE,
    source=A16Z,
    example=example(
        "140", "140.00", **COSTS, sales_cost="2400", new_customers="40",
    ),
    related=("cac", "ltv_cac_ratio"),
)  # fmt: skip

CLTV_HISTORICAL = Kpi(
    key="cltv_historical",
    name=_("Historical customer value (CLTV to date)"),
    meaning=_("What those who first bought in the period have left behind up to today, each."),
    pitfall=_(
        "It looks back only: young customers have had little time, so recent periods look poor. "
        "Everything they bought since counts, also after the range."
    ),
    group="customers",
    formula=a.COHORT_VALUE / a.COHORT_SIZE,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Customers by the local day of their first sale; their value up to today."),
    source=_("House definition"),
    example=example("180", "180.00", cohort_value="28800", cohort_size="160"),
    parameters=("profit_basis",),
    related=("ltv", "revenue_per_customer", "cac"),
)

_EXAMPLE_BASIS = Parameters(profit_basis="margin", margin=Decimal("0.4"))
#: 200 orders of 60 by 400 customers, of whom 20 left: 24 × 0.5 ÷ 0.05.
_YEAR = {
    "order_value:last_12_months": ("12500",),
    "refunds:last_12_months": ("500",),
    "orders:last_12_months": ("200",),
    "customers_start:last_12_months": ("400",),
}
_LIFETIME = {**_YEAR, "stayed:last_12_months": ("380",)}
_OF_CAC = {key: (parts,) for key, parts in COSTS.items()} | {"new_customers": ("40",)}


def _monthly_profit(parameters: Parameters) -> Expression:
    """Gross profit of an order × orders a month of a customer, over the last twelve months."""
    yearly = a.gross_profit(parameters, is_reach=True).over("last_12_months")
    orders = a.ORDERS.over("last_12_months")
    return yearly / orders * (orders / a.CUSTOMERS_START.over("last_12_months"))


def _ltv(parameters: Parameters) -> Expression:
    """Monthly profit ÷ the share of customers that leaves in a month (KPIS B.3, 60)."""
    staying = (a.STAYED / a.CUSTOMERS_START).over("last_12_months")
    return _monthly_profit(parameters).per(1 - staying, otherwise="no_churn")


_CAC = a.MARKETING_COST / a.NEW_CUSTOMERS
_AS_LTV = _("The last 12 complete months up to the range's end, at least 3; the CAC of the range.")

LTV = Kpi(
    key="ltv",
    name=_("Lifetime value (LTV, expected)"),
    meaning=_(
        "What a customer should leave in all, if buying and leaving go on as in the last year."
    ),
    pitfall=_(
        "An expectation from averages, not a sum that anyone paid. While nobody leaves it has no "
        "value. On revenue instead of margin it flatters, and says so."
    ),
    group="customers",
    formula=_ltv,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The last 12 complete months up to the range's end, at least 3."),
    source=_("David Skok, SaaS metrics: margin over churn"),
    example=Example(_LIFETIME, Fraction(240), "240.00", _EXAMPLE_BASIS),
    parameters=("profit_basis", "active_days"),
    # Orders know their own seller and country, customers theirs: no split holds on both sides.
    hidden_dimensions=DIMENSIONS,
    goal_needs_margin=True,
    related=("cltv_historical", "ltv_cac_ratio", "retention_rate"),
)

LTV_CAC_RATIO = Kpi(
    key="ltv_cac_ratio",
    name=_("LTV to CAC ratio"),
    meaning=_("How many times over a customer should pay back what winning one costs."),
    pitfall=_(
        "Below 1 every new customer is a loss; about 3 is the usual mark; far above 5 there may "
        "be room to invest more. On revenue none of these marks holds."
    ),
    group="customers",
    formula=lambda parameters: _ltv(parameters) / _CAC,
    unit="ratio",
    better="higher",
    goal=("increase", "level"),
    dated_by=_AS_LTV,
    source=A16Z,
    example=Example({**_LIFETIME, **_OF_CAC}, Fraction(3), "3.00", _EXAMPLE_BASIS),
    parameters=("profit_basis", "active_days"),
    goal_needs_margin=True,
    related=("ltv", "cac", "customer_profit", "payback_months"),
)

CUSTOMER_PROFIT = Kpi(
    key="customer_profit",
    name=_("Profit per customer (LTV − CAC)"),
    meaning=_("What should remain of a customer once the cost of winning one is paid."),
    pitfall=_(
        "Below zero each new customer costs more than it will leave. It stands on an expectation: "
        "the historical value says what is already there."
    ),
    group="customers",
    formula=lambda parameters: _ltv(parameters) - _CAC,
    unit="money",
    better="higher",
    goal=("increase", "level"),
    dated_by=_AS_LTV,
    source=_("House definition"),
    example=Example({**_LIFETIME, **_OF_CAC}, Fraction(160), "160.00", _EXAMPLE_BASIS),
    parameters=("profit_basis", "active_days"),
    goal_needs_margin=True,
    related=("ltv", "cac", "ltv_cac_ratio", "cltv_historical"),
)

PAYBACK_MONTHS = Kpi(
    key="payback_months",
    name=_("CAC payback"),
    meaning=_("Months until the profit on a new customer has covered the cost of winning one."),
    pitfall=_(
        "Needs a margin: revenue pays nothing back. If a customer leaves no profit in a month, "
        "the cost is never recovered and there is no number."
    ),
    group="customers",
    formula=lambda parameters: _CAC.over_positive(
        _monthly_profit(parameters), otherwise="never_pays_back"
    ),
    unit="months",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_AS_LTV,
    source=_("David Skok, SaaS metrics: months to recover CAC"),
    example=Example({**_YEAR, **_OF_CAC}, Fraction(20, 3), "6.7 months", _EXAMPLE_BASIS),
    parameters=("profit_basis", "active_days"),
    needs_margin=True,
    related=("cac", "ltv_cac_ratio"),
)

CAC_TO_TICKET = Kpi(
    key="cac_to_ticket",
    name=_("CAC to average ticket"),
    meaning=_("How many average sales it takes to pay for winning a customer."),
    pitfall=_(
        "Above 1 the first sale does not cover the cost: worth a review, not an alarm, "
        "since customers may come back."
    ),
    group="customers",
    formula=(a.MARKETING_COST / a.NEW_CUSTOMERS) / (a.ORDER_VALUE / a.ORDERS),
    unit="ratio",
    better="lower",
    goal=("decrease", "level"),
    dated_by=_("The same period on both sides."),
    source=_("House definition"),
    example=example(
        "32/25", "1.28", ad_spend="2000", agency_fees="800", tool_cost="150",
        people_cost="200", other_marketing_cost="50", new_customers="40",
        order_value="12500", orders="200",
    ),
    related=("cac", "aov", "ltv_cac_ratio"),
)  # fmt: skip

REPEAT_PURCHASE_RATE = Kpi(
    key="repeat_purchase_rate",
    name=_("Repeat purchase rate"),
    meaning=_("Of those who first bought in the period, who came back within the repeat window."),
    pitfall=_(
        "Follows the same people from their first sale. Recent buyers still have time to return: "
        "until the window is over the number is provisional and outside goals."
    ),
    group="customers",
    formula=a.REPEATERS / a.COHORT_CUSTOMERS,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("The local day of the customer's first sale, on both sides (cohort)."),
    source=_("House definition"),
    example=example("9/32", "28.1 %", repeaters="45", cohort_customers="160"),
    cohort_days="repeat",
    parameters=("repeat_days",),
    related=("orders_per_customer", "retention_rate", "new_customers"),
)

RETENTION_RATE = Kpi(
    key="retention_rate",
    name=_("Customer retention rate"),
    meaning=_("Of those who were customers when the period began, who still were at its end."),
    pitfall=_(
        "Active means a contract in force or a purchase in the days chosen for this client. New "
        "customers do not help it, and months do not multiply into the year."
    ),
    group="customers",
    formula=a.STAYED / a.CUSTOMERS_START,
    unit="percent",
    better="higher",
    goal=("increase", "level"),
    dated_by=_("Customers active at the start of the period (cohort)."),
    source=_("Standard of the field"),
    example=example("19/20", "95.0 %", stayed="190", customers_start="200"),
    parameters=("active_days",),
    related=("ltv", "repeat_purchase_rate", "engaged_customer_rate"),
)

KPIS = (
    NEW_CUSTOMERS,
    CPA,
    CAC,
    CAC_FULL,
    CLTV_HISTORICAL,
    LTV,
    LTV_CAC_RATIO,
    CUSTOMER_PROFIT,
    PAYBACK_MONTHS,
    CAC_TO_TICKET,
    REPEAT_PURCHASE_RATE,
    RETENTION_RATE,
)
