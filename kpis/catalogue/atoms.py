"""Measures as leaves of formulas, and the sums that several KPIs share."""

from campaigns import measures as m
from campaigns.channels import CREDITED, INBOUND, PAID
from kpis.catalogue.kpi import Parameters
from kpis.catalogue.versions import piecewise
from kpis.formula import Atom, Expression, Filter

PAID_CHANNELS = Filter("channel", tuple(sorted(PAID)), label="paid")
CREDITED_CHANNELS = Filter("channel", tuple(sorted(CREDITED)), label="credited")
INBOUND_CHANNELS = Filter("channel", tuple(sorted(INBOUND)), label="inbound")

SESSIONS = Atom(m.SESSIONS)
ENGAGED_SESSIONS = Atom(m.ENGAGED_SESSIONS)
SESSION_SECONDS = Atom(m.SESSION_SECONDS)
PAGEVIEWS = Atom(m.PAGEVIEWS)
NEW_SESSIONS = Atom(m.NEW_SESSIONS)
RETURNING_SESSIONS = Atom(m.RETURNING_SESSIONS)
SESSIONS_WITH_LEAD = Atom(m.SESSIONS_WITH_LEAD)
SESSIONS_WITH_KEY_EVENT = Atom(m.SESSIONS_WITH_KEY_EVENT)
USERS = Atom(m.USERS)
USERS_WITH_CONVERSION = Atom(m.USERS_WITH_CONVERSION)
NEW_USERS = Atom(m.NEW_USERS)

IMPRESSIONS = Atom(m.IMPRESSIONS)
CLICKS = Atom(m.CLICKS)
AD_SPEND = Atom(m.AD_SPEND)
PLATFORM_CONVERSIONS = Atom(m.PLATFORM_CONVERSIONS)
PLATFORM_LEADS = Atom(m.PLATFORM_LEADS)
PLATFORM_SALES = Atom(m.PLATFORM_SALES)
PLATFORM_REACH = Atom(m.PLATFORM_REACH)
AD_BUDGET = Atom(m.AD_BUDGET)
PAID_AD_SPEND = AD_SPEND.where(channel=PAID_CHANNELS)

MEDIA_AND_FEES = AD_SPEND + m.AGENCY_FEES
MARKETING_COST = MEDIA_AND_FEES + m.TOOL_COST + m.PEOPLE_COST + m.OTHER_MARKETING_COST
SALES_COST = Atom(m.SALES_COST)

LEADS = Atom(m.NEW_LEADS)
MQLS = Atom(m.MQLS)
SQLS = Atom(m.SQLS)
LEAD_COHORT = Atom(m.LEAD_COHORT)
LEAD_COHORT_TO_MQL = Atom(m.LEAD_COHORT_TO_MQL)
MQL_COHORT = Atom(m.MQL_COHORT)
MQL_COHORT_TO_SQL = Atom(m.MQL_COHORT_TO_SQL)
PROSPECT_COHORT = Atom(m.PROSPECT_COHORT)
PROSPECT_COHORT_WON = Atom(m.PROSPECT_COHORT_WON)
RESPONSE_MINUTES = Atom(m.RESPONSE_MINUTES)
LEADS_IN_SLA = Atom(m.LEADS_IN_SLA)
LEADS_SLA_DUE = Atom(m.LEADS_SLA_DUE)
OPPS_CREATED = Atom(m.OPPS_CREATED)
OPPS_WON = Atom(m.OPPS_WON)
OPPS_LOST = Atom(m.OPPS_LOST)
WON_AMOUNT = Atom(m.WON_AMOUNT)
WON_CYCLE_DAYS = Atom(m.WON_CYCLE_DAYS)
CYCLE_DAYS = Atom(m.CYCLE_DAYS)
OPEN_PIPELINE_AMOUNT = Atom(m.OPEN_PIPELINE_AMOUNT)
OPEN_OPPS = Atom(m.OPEN_OPPS)
MEETINGS_HELD = Atom(m.MEETINGS_HELD)

ORDERS = Atom(m.ORDERS)
ORDER_VALUE = Atom(m.ORDER_VALUE)
REVENUE = ORDER_VALUE - m.REFUNDS
UNITS = Atom(m.UNITS)
EXPECTED_ORDERS = Atom(m.EXPECTED_ORDERS)
CUSTOMERS = Atom(m.CUSTOMERS)
NEW_CUSTOMERS = Atom(m.NEW_CUSTOMERS)
ACTIVE_CUSTOMERS = Atom(m.ACTIVE_CUSTOMERS)
CUSTOMERS_START = Atom(m.CUSTOMERS_START)
STAYED = Atom(m.STAYED)
COHORT_CUSTOMERS = Atom(m.COHORT_CUSTOMERS)
REPEATERS = Atom(m.REPEATERS)
COHORT_VALUE = Atom(m.COHORT_VALUE)
COHORT_SIZE = Atom(m.COHORT_SIZE)
ELIGIBLE = Atom(m.ELIGIBLE)
UPSOLD = Atom(m.UPSOLD)
CROSS = Atom(m.CROSS)
INTERACTIONS = Atom(m.INTERACTIONS)
ENGAGED_CUSTOMERS = Atom(m.ENGAGED_CUSTOMERS)

POST_REACH = Atom(m.POST_REACH)
POST_IMPRESSIONS = Atom(m.POST_IMPRESSIONS)
POST_ENGAGEMENTS = Atom(m.POST_ENGAGEMENTS)
FOLLOWERS = Atom(m.FOLLOWERS)

EMAILS_SENT = Atom(m.EMAILS_SENT)
EMAILS_DELIVERED = Atom(m.EMAILS_DELIVERED)
HARD_BOUNCES = Atom(m.HARD_BOUNCES)
SOFT_BOUNCES = Atom(m.SOFT_BOUNCES)
UNIQUE_OPENS = Atom(m.UNIQUE_OPENS)
UNIQUE_CLICKS = Atom(m.UNIQUE_CLICKS)
UNSUBSCRIBES = Atom(m.UNSUBSCRIBES)

NET_PROFIT = Atom(m.NET_PROFIT)
TOTAL_REVENUE = Atom(m.TOTAL_REVENUE)
STAFF_START = Atom(m.STAFF_START)
STAFF_STAYED = Atom(m.STAFF_STAYED)

# Every sale has a channel, so what is attributed to some channels is a sum over those channels.
PAID_ORDERS = ORDERS.where(channel=PAID_CHANNELS)
PAID_REVENUE = REVENUE.where(channel=PAID_CHANNELS)


def cost(parameters: Parameters) -> Expression:
    """The cost that a cost per lead divides, by the client's cost basis."""
    by_basis = {"media": AD_SPEND, "media_fees": MEDIA_AND_FEES, "full": MARKETING_COST}
    return piecewise(parameters, lambda each: by_basis[each.cost_basis])


def gross_profit(parameters: Parameters, *, is_reach: bool = False) -> Expression:
    """What sales leave once the goods are paid, by the profit basis of each day.

    Sales whose goods' cost is unknown leave the client's margin; without one `kpis.calculate` gives
    no value as soon as there is such a sale. With neither cost of goods nor margin it is revenue,
    and the number says so. `is_reach`: for parts that look back beyond the asked days.
    """
    return piecewise(parameters, _profit, is_reach=is_reach)


def _profit(parameters: Parameters) -> Expression:
    if parameters.profit_basis == "cost_of_goods":
        known = REVENUE - m.COST_OF_GOODS
        if parameters.margin is None:
            return known - m.UNCOSTED_VALUE
        return known - (1 - parameters.margin) * Atom(m.UNCOSTED_VALUE)
    if parameters.profit_basis == "margin" and parameters.margin is not None:
        return REVENUE * parameters.margin
    return REVENUE


def credited_profit(parameters: Parameters) -> Expression:
    """Gross profit of the sales that marketing may take credit for."""
    return gross_profit(parameters).where(channel=CREDITED_CHANNELS)
