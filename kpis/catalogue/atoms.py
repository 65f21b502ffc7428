"""Measures as leaves of formulas, and the sums that several KPIs share."""

from campaigns import measures as m
from campaigns.channels import CREDITED, PAID
from kpis.catalogue.kpi import Parameters
from kpis.catalogue.versions import piecewise
from kpis.formula import Atom, Expression, Filter

PAID_CHANNELS = Filter("channel", tuple(sorted(PAID)), label="paid")
CREDITED_CHANNELS = Filter("channel", tuple(sorted(CREDITED)), label="credited")

SESSIONS = Atom(m.SESSIONS)
ENGAGED_SESSIONS = Atom(m.ENGAGED_SESSIONS)
SESSION_SECONDS = Atom(m.SESSION_SECONDS)
SESSIONS_WITH_LEAD = Atom(m.SESSIONS_WITH_LEAD)

IMPRESSIONS = Atom(m.IMPRESSIONS)
CLICKS = Atom(m.CLICKS)
AD_SPEND = Atom(m.AD_SPEND)
PLATFORM_CONVERSIONS = Atom(m.PLATFORM_CONVERSIONS)
PLATFORM_LEADS = Atom(m.PLATFORM_LEADS)
PLATFORM_SALES = Atom(m.PLATFORM_SALES)
PAID_AD_SPEND = AD_SPEND.where(channel=PAID_CHANNELS)

MEDIA_AND_FEES = AD_SPEND + m.AGENCY_FEES
MARKETING_COST = MEDIA_AND_FEES + m.TOOL_COST + m.PEOPLE_COST + m.OTHER_MARKETING_COST

LEADS = Atom(m.NEW_LEADS)
MQLS = Atom(m.MQLS)
SQLS = Atom(m.SQLS)
LEAD_COHORT = Atom(m.LEAD_COHORT)
LEAD_COHORT_TO_MQL = Atom(m.LEAD_COHORT_TO_MQL)
PROSPECT_COHORT = Atom(m.PROSPECT_COHORT)
PROSPECT_COHORT_WON = Atom(m.PROSPECT_COHORT_WON)
RESPONSE_MINUTES = Atom(m.RESPONSE_MINUTES)
OPPS_WON = Atom(m.OPPS_WON)
OPPS_LOST = Atom(m.OPPS_LOST)
OPEN_PIPELINE_AMOUNT = Atom(m.OPEN_PIPELINE_AMOUNT)

ORDERS = Atom(m.ORDERS)
ORDER_VALUE = Atom(m.ORDER_VALUE)
REVENUE = ORDER_VALUE - m.REFUNDS
CUSTOMERS = Atom(m.CUSTOMERS)
NEW_CUSTOMERS = Atom(m.NEW_CUSTOMERS)

# Every sale has a channel, so what is attributed to some channels is a sum over those channels.
PAID_ORDERS = ORDERS.where(channel=PAID_CHANNELS)
PAID_REVENUE = REVENUE.where(channel=PAID_CHANNELS)


def cost(parameters: Parameters) -> Expression:
    """The cost that a cost per lead divides, by the client's cost basis."""
    by_basis = {"media": AD_SPEND, "media_fees": MEDIA_AND_FEES, "full": MARKETING_COST}
    return piecewise(parameters, lambda each: by_basis[each.cost_basis])


def credited_profit(parameters: Parameters) -> Expression:
    """Gross profit of the sales that marketing may take credit for, by the profit basis.

    Without cost of goods and without a margin it is revenue, and the number says so.
    """
    if parameters.profit_basis == "cost_of_goods":
        profit: Expression = Atom(m.GROSS_PROFIT)
    elif parameters.profit_basis == "margin" and parameters.margin is not None:
        profit = REVENUE * parameters.margin
    else:
        profit = REVENUE
    return profit.where(channel=CREDITED_CHANNELS)
