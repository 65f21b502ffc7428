"""Measures of leads, their stages and opportunities. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.measures.kinds import (
    LEAD_TO_MQL_DAYS,
    LEADS,
    MQL_TO_SQL_DAYS,
    OPPORTUNITIES,
    RESPONSES,
    Aggregation,
    Measure,
    Unit,
)


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
MQL_COHORT = Measure(
    "mql_cohort", _("MQLs of the cohort"), "count", "sum", "leads",
    MQL_TO_SQL_DAYS, LEADS, "first_mql", outcome_family="leads",
)  # fmt: skip
MQL_COHORT_TO_SQL = Measure(
    "mql_cohort_to_sql", _("MQLs of the cohort that became SQL"), "count", "sum", "leads",
    MQL_TO_SQL_DAYS, LEADS, "first_mql", outcome_family="leads",
)  # fmt: skip
# The deadline of a lead passes on its own day or the next: until then the day is provisional.
LEADS_IN_SLA = Measure(
    "leads_in_sla", _("Leads answered in time"), "count", "sum", "leads",
    1, RESPONSES, "lead_created",
)  # fmt: skip
LEADS_SLA_DUE = Measure(
    "leads_sla_due", _("Leads to be answered in time"), "count", "sum", "leads",
    1, RESPONSES, "lead_created",
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
CYCLE_DAYS = _opportunity("cycle_days", _("Days to win a deal"), "days", "rows")
OPEN_PIPELINE_AMOUNT = _opportunity(
    "open_pipeline_amount", _("Open pipeline"), "money", "last", "end_of_day"
)
OPEN_OPPS = _opportunity("open_opps", _("Open opportunities"), "count", "last", "end_of_day")
