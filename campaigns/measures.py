"""The closed list of measures: what is stored and added up, each with unit, class and settle time.

Pure. What is computed from measures is a KPI and lives in `kpis.catalogue`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Unit = Literal["count", "money", "seconds", "minutes", "days"]
Aggregation = Literal["sum", "last", "distinct", "rows"]
Family = Literal["web", "ads", "leads", "sales", "costs"]

FAMILIES: tuple[Family, ...] = ("web", "ads", "leads", "sales", "costs")
CLIENT_WINDOW = "window"
DEFAULT_WINDOW_DAYS = 90
LEAD_TO_MQL_DAYS = 30

TOUCH = ("campaign", "channel")
WEB = (*TOUCH, "device", "landing_page", "country", "is_returning")
WEB_WITHOUT_VISIT_KIND = (*TOUCH, "device", "landing_page", "country")
ADS = (*TOUCH, "device", "country")
LEADS = (*TOUCH, "device", "landing_page", "salesperson", "country")
RESPONSES = (*TOUCH, "salesperson")
OPPORTUNITIES = (*TOUCH, "salesperson", "country")
SALES = (*TOUCH, "device", "salesperson", "country", "is_returning")
FIRST_SALES = (*TOUCH, "salesperson", "country")

DIMENSIONS = (
    "campaign",
    "channel",
    "device",
    "landing_page",
    "salesperson",
    "country",
    "is_returning",
)


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """One thing that is counted or added, per client-local day.

    `aggregation`: sum (over days and dimensions), last (stock: last day over time, sum over
    dimensions), distinct and rows (recounted from facts, never summed).
    `settle_days`: days after its own day until a figure is taken as final; CLIENT_WINDOW means
    the client's lead-to-sale window W.
    `lag_days`: days during which the figure is too young for goals, forecasts and alerts.
    `either_family`: a second family that can supply the measure as well (media costs typed in by
    hand are ad spend). `outcome_family`: for cohort measures, the family in which the outcome is
    looked for until the window is over.

    Two measures are the same if their keys are (a lazy name would hash by the reader's language).
    """

    key: str
    name: str | Promise = field(repr=False)
    unit: Unit
    aggregation: Aggregation
    family: Family
    settle_days: int | Literal["window"]
    dimensions: tuple[str, ...]
    dated_by: str
    either_family: Family | None = None
    outcome_family: Family | None = None
    lag_days: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Measure) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def is_stored(self) -> bool:
        """True if the snapshot has a column of this name."""
        return self.aggregation in ("sum", "last")

    @property
    def families(self) -> tuple[Family, ...]:
        return (self.family,) if self.either_family is None else (self.family, self.either_family)

    def settles_in(self, window_days: int = DEFAULT_WINDOW_DAYS) -> int:
        """Days after its own day until the figure is final, for a client whose window is W."""
        return window_days if self.settle_days == CLIENT_WINDOW else int(self.settle_days)


def _web(
    key: str,
    name: str | Promise,
    unit: Unit = "count",
    dated_by: str = "session_start",
    dimensions: tuple[str, ...] = WEB,
) -> Measure:
    return Measure(key, name, unit, "sum", "web", 3, dimensions, dated_by)


SESSIONS = _web("sessions", _("Sessions"))
ENGAGED_SESSIONS = _web("engaged_sessions", _("Engaged sessions"))
SESSION_SECONDS = _web("session_seconds", _("Session time"), "seconds")
PAGEVIEWS = _web("pageviews", _("Page views"))
NEW_SESSIONS = _web("new_sessions", _("First visits"), dimensions=WEB_WITHOUT_VISIT_KIND)
RETURNING_SESSIONS = _web(
    "returning_sessions", _("Return visits"), dimensions=WEB_WITHOUT_VISIT_KIND
)
SESSIONS_WITH_LEAD = _web("sessions_with_lead", _("Sessions with a lead"))
SESSIONS_WITH_KEY_EVENT = _web("sessions_with_key_event", _("Sessions with a key event"))
KEY_EVENTS = _web("key_events", _("Key events"), dated_by="event_time")


def _ads(key: str, name: str | Promise) -> Measure:
    return Measure(key, name, "count", "sum", "ads", 3, ADS, "report_date")


def _claimed(key: str, name: str | Promise, unit: Unit = "count") -> Measure:
    """What the platform claims; it goes on crediting the day of the click for weeks."""
    return Measure(key, name, unit, "sum", "ads", 30, ADS, "click_date", lag_days=7)


IMPRESSIONS = _ads("impressions", _("Impressions"))
CLICKS = _ads("clicks", _("Clicks"))
AD_SPEND = Measure(
    "ad_spend", _("Ad spend"), "money", "sum", "ads", 3, ADS, "report_date", either_family="costs"
)
PLATFORM_CONVERSIONS = _claimed("platform_conversions", _("Platform conversions"))
PLATFORM_CONVERSION_VALUE = _claimed(
    "platform_conversion_value", _("Platform conversion value"), "money"
)
PLATFORM_LEADS = _claimed("platform_leads", _("Platform leads"))
PLATFORM_SALES = _claimed("platform_sales", _("Platform sales"))


def _cost(key: str, name: str | Promise) -> Measure:
    return Measure(key, name, "money", "sum", "costs", 1, TOUCH, "service_day")


AGENCY_FEES = _cost("agency_fees", _("Agency fees"))
TOOL_COST = _cost("tool_cost", _("Tool cost"))
PEOPLE_COST = _cost("people_cost", _("Marketing staff cost"))
OTHER_MARKETING_COST = _cost("other_marketing_cost", _("Other marketing cost"))


def _lead(key: str, name: str | Promise, dated_by: str) -> Measure:
    return Measure(key, name, "count", "sum", "leads", 1, LEADS, dated_by)


def _opportunity(
    key: str,
    name: str | Promise,
    unit: Unit,
    aggregation: Aggregation = "sum",
    dated_by: str = "opportunity_closed",
) -> Measure:
    return Measure(key, name, unit, aggregation, "leads", 1, OPPORTUNITIES, dated_by)


NEW_LEADS = _lead("leads", _("New leads"), "lead_created")
MQLS = _lead("mqls", _("Marketing qualified leads (MQL)"), "first_mql")
SQLS = _lead("sqls", _("Sales qualified leads (SQL)"), "first_sql")
LEAD_COHORT = Measure(
    "lead_cohort", _("Leads of the cohort"), "count", "sum", "leads",
    LEAD_TO_MQL_DAYS, LEADS, "lead_created", outcome_family="leads",
)  # fmt: skip
LEAD_COHORT_TO_MQL = Measure(
    "lead_cohort_to_mql", _("Leads of the cohort that became MQL"), "count", "sum", "leads",
    LEAD_TO_MQL_DAYS, LEADS, "lead_created", outcome_family="leads",
)  # fmt: skip
PROSPECT_COHORT = Measure(
    "prospect_cohort", _("Prospects of the cohort"), "count", "sum", "leads",
    "window", LEADS, "lead_created", outcome_family="sales",
)  # fmt: skip
PROSPECT_COHORT_WON = Measure(
    "prospect_cohort_won", _("Prospects of the cohort that bought"), "count", "sum", "leads",
    "window", LEADS, "lead_created", outcome_family="sales",
)  # fmt: skip
RESPONSE_MINUTES = Measure(
    "response_minutes", _("Minutes to the first answer"), "minutes", "rows", "leads",
    1, RESPONSES, "lead_created",
)  # fmt: skip
OPPS_CREATED = _opportunity(
    "opps_created", _("Opportunities opened"), "count", dated_by="opportunity_created"
)
OPPS_WON = _opportunity("opps_won", _("Opportunities won"), "count")
OPPS_LOST = _opportunity("opps_lost", _("Opportunities lost"), "count")
WON_AMOUNT = _opportunity("won_amount", _("Amount won"), "money")
WON_CYCLE_DAYS = _opportunity("won_cycle_days", _("Days to win, added up"), "days")
OPEN_PIPELINE_AMOUNT = _opportunity(
    "open_pipeline_amount", _("Open pipeline"), "money", "last", "end_of_day"
)
OPEN_OPPS = _opportunity("open_opps", _("Open opportunities"), "count", "last", "end_of_day")


def _sale(
    key: str, name: str | Promise, unit: Unit = "money", dated_by: str = "sale_date"
) -> Measure:
    return Measure(key, name, unit, "sum", "sales", 1, SALES, dated_by)


ORDERS = _sale("orders", _("Sales"), "count")
ORDER_VALUE = _sale("order_value", _("Order value"))
REFUNDS = _sale("refunds", _("Refunds"), dated_by="refund_date")
GROSS_PROFIT = _sale("gross_profit", _("Gross profit"), dated_by="sale_date and refund_date")
CUSTOMERS = Measure(
    "customers", _("Buying customers"), "count", "distinct", "sales", 1, SALES, "sale_date"
)
NEW_CUSTOMERS = Measure(
    "new_customers", _("New customers"), "count", "sum", "sales", 1, FIRST_SALES, "first_sale_date"
)

_ALL = (
    SESSIONS, ENGAGED_SESSIONS, SESSION_SECONDS, PAGEVIEWS, NEW_SESSIONS, RETURNING_SESSIONS,
    SESSIONS_WITH_LEAD, SESSIONS_WITH_KEY_EVENT, KEY_EVENTS,
    IMPRESSIONS, CLICKS, AD_SPEND, PLATFORM_CONVERSIONS, PLATFORM_CONVERSION_VALUE,
    PLATFORM_LEADS, PLATFORM_SALES,
    AGENCY_FEES, TOOL_COST, PEOPLE_COST, OTHER_MARKETING_COST,
    NEW_LEADS, MQLS, SQLS, LEAD_COHORT, LEAD_COHORT_TO_MQL, PROSPECT_COHORT, PROSPECT_COHORT_WON,
    RESPONSE_MINUTES, OPPS_CREATED, OPPS_WON, OPPS_LOST, WON_AMOUNT, WON_CYCLE_DAYS,
    OPEN_PIPELINE_AMOUNT, OPEN_OPPS,
    ORDERS, ORDER_VALUE, REFUNDS, GROSS_PROFIT, CUSTOMERS, NEW_CUSTOMERS,
)  # fmt: skip

MEASURES: Mapping[str, Measure] = {each.key: each for each in _ALL}
STORED: tuple[Measure, ...] = tuple(each for each in _ALL if each.is_stored)


def measure(key: str) -> Measure:
    """The measure of that key; KeyError if there is none."""
    return MEASURES[key]


def of_family(family: str) -> tuple[Measure, ...]:
    """Stored measures whose snapshot rows belong to that family, in column order."""
    return tuple(each for each in STORED if each.family == family)
