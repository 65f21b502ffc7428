"""The part of leads: created, qualified, opportunities opened and closed, by each of their dates. Pure."""

from collections.abc import Mapping

from campaigns.measures import LEAD_TO_MQL_DAYS, MQL_TO_SQL_DAYS
from kpis.families.clocks import elapsed
from kpis.families.parts import TAGGED, Arm, Part, in_force

LEAD = {
    **TAGGED,
    "device": "device",
    "landing_page_id": "landing_page_id",
    "country": "country",
}
OPPORTUNITY = {**TAGGED, "country": "country"}
VALID = "status = 'valid'"
HAS_OPP = "(opp_at IS NOT NULL OR opp_date IS NOT NULL)"
AMOUNT_CURRENCY = "CASE WHEN amount IS NULL THEN '' ELSE currency END"


def _arm(
    stage: str,
    measures: Mapping[str, str],
    dimensions: Mapping[str, str],
    salesperson: str,
    only: str = "",
) -> Arm:
    # The condition is the partial index's own, word for word, or the planner will not use it.
    reached = f"({stage}_at IS NOT NULL OR {stage}_date IS NOT NULL)"
    where = " AND ".join(filter(None, (VALID, "" if stage == "created" else reached, only)))
    seller = {"salesperson_id": f"{salesperson}_salesperson_id"}
    return Arm("campaigns_lead", f"{stage}_on", measures, {**dimensions, **seller}, where)


_CREATED = {
    "leads": "count(*)",
    "lead_cohort": "count(*)",
    "lead_cohort_to_mql": (
        f"count(*) FILTER (WHERE mql_on - created_on BETWEEN 0 AND {LEAD_TO_MQL_DAYS})"
    ),
    "prospect_cohort": "count(*) FILTER (WHERE NOT was_customer)",
    "prospect_cohort_won": (
        "count(*) FILTER (WHERE NOT was_customer"
        f" AND first_sale_on - created_on BETWEEN 0 AND {in_force('windows', 'created_on')})"
    ),
    # Every lead whose instant is known has a deadline; that it has passed is the day's settling,
    # not the row's: a row may not depend on the time at which it is written.
    "leads_sla_due": "count(created_at)",
    "leads_in_sla": (
        f"count(*) FILTER (WHERE {elapsed('created_at', 'answered_at', 'created_on')}"
        f" <= {in_force('slas', 'created_on')} * 60)"
    ),
}
_MQL = {
    "mqls": "count(*)",
    "mql_cohort": "count(*)",
    "mql_cohort_to_sql": (
        f"count(*) FILTER (WHERE sql_on - mql_on BETWEEN 0 AND {MQL_TO_SQL_DAYS})"
    ),
}
_WON = "FILTER (WHERE outcome = 'won')"
_CLOSED = {
    "opps_won": f"count(*) {_WON}",
    "opps_lost": "count(*) FILTER (WHERE outcome = 'lost')",
    "won_amount": f"sum(amount) {_WON}",
    "won_cycle_days": f"sum(closed_on - opp_on) {_WON}",
}

LEADS = Part(
    "leads",
    "leads",
    (
        *_CREATED,
        *_MQL,
        "sqls",
        "opps_created",
        *_CLOSED,
    ),
    (
        _arm("created", _CREATED, LEAD, "first"),
        _arm("mql", _MQL, LEAD, "mql"),
        _arm("sql", {"sqls": "count(*)"}, LEAD, "sql"),
        _arm("opp", {"opps_created": "count(*)"}, OPPORTUNITY, "opp"),
        _arm(
            "closed",
            _CLOSED,
            {**OPPORTUNITY, "currency": AMOUNT_CURRENCY},
            "closed",
            f"{HAS_OPP} AND outcome <> ''",
        ),
    ),
    rows="open_opps IS NULL",
)
