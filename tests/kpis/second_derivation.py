"""Every KPI once more: one query written by hand straight over the tables of facts.

Independent on purpose of the snapshot, of the formula tree and of the copies that writers keep on
facts (is_first, first_sale_on, was_customer): what these say is derived here from sales and refunds.
Parameters: client, first and last day, channel (None is all of them). Answers one number or NULL.
"""

from collections.abc import Mapping

_OURS = "client_id = %(client)s AND (%(channel)s::text IS NULL OR channel = %(channel)s)"
_DAYS = "BETWEEN %(first)s::date AND %(last)s::date"
_EXACT = "numeric(60,30)"
_PAID = """('cross_network', 'paid_shopping', 'paid_search', 'paid_social', 'paid_video',
            'display', 'paid_other')"""

# A cost of n days, its i-th day counted from 0: (units + n - 1 - i) div n minor units, so that the
# first days carry what does not divide. 10.00 over 3 days: 1002, 1001, 1000 div 3 = 334, 333, 333.
_SPREAD = """
spread AS (
    SELECT day::date, channel, layer,
           div(amount * minor + length - 1 - (day::date - starts_on), length) / minor AS amount
      FROM (SELECT *, ends_on - starts_on + 1 AS length,
                   CASE WHEN currency IN ('CLP', 'JPY', 'PYG') THEN 1 ELSE 100 END::numeric AS minor
              FROM campaigns_cost WHERE client_id = %(client)s) AS cost,
           generate_series(starts_on, ends_on, '1 day') AS day)"""
_SPEND = f"""{_SPREAD}, spend AS (
    SELECT day, channel, ad_spend AS amount
      FROM campaigns_dailyfact WHERE client_id = %(client)s AND family = 'ads'
     UNION ALL
    SELECT day, channel, amount FROM spread WHERE layer = 'media')"""
_SPENT = f"""(SELECT COALESCE(SUM(amount), 0)::{_EXACT} FROM spend
               WHERE day {_DAYS} AND (%(channel)s::text IS NULL OR channel = %(channel)s))"""
_MARKETING = f"""({_SPENT}
               + (SELECT COALESCE(SUM(amount), 0) FROM spread
                   WHERE layer IN ('fee', 'tools', 'people', 'other') AND day {_DAYS}
                     AND (%(channel)s::text IS NULL OR channel = %(channel)s)))"""
_BY_BASIS = f"""(SELECT CASE cost_basis
                     WHEN 'media' THEN {_SPENT}
                     WHEN 'full' THEN {_MARKETING}
                     ELSE {_SPENT} + (SELECT COALESCE(SUM(amount), 0) FROM spread
                                       WHERE layer = 'fee' AND day {_DAYS}
                                         AND (%(channel)s::text IS NULL OR channel = %(channel)s))
                   END FROM accounts_client WHERE id = %(client)s)"""

# The first sale of a customer, those given back whole within 30 days left out.
_FIRST = """
first_sale AS (
    SELECT DISTINCT ON (customer_id) client_id, customer_id, sold_on, channel
      FROM campaigns_sale AS sale
     WHERE client_id = %(client)s AND customer_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM campaigns_refund AS refund
                        WHERE refund.sale_id = sale.id
                          AND refund.refunded_on <= sale.sold_on + 30
                       HAVING SUM(refund.amount) >= sale.amount)
     ORDER BY customer_id, sold_on, id)"""
_NEW_CUSTOMERS = f"(SELECT COUNT(*) FROM first_sale WHERE {_OURS} AND sold_on {_DAYS})"

_REVENUE = """(SELECT COALESCE(SUM(amount), 0) FROM campaigns_sale
                WHERE {ours} AND sold_on {days}{more})
            - (SELECT COALESCE(SUM(amount), 0) FROM campaigns_refund
                WHERE {ours} AND refunded_on {days}{more})"""


def _revenue(more: str = "", days: str = _DAYS) -> str:
    return "(" + _REVENUE.format(ours=_OURS, days=days, more=more) + f")::{_EXACT}"


def _daily(expression: str, family: str) -> str:
    return f"""SELECT {expression} FROM campaigns_dailyfact
                WHERE {_OURS} AND family = '{family}' AND day {_DAYS}"""


def _of_days(column: str) -> str:
    return f"(SELECT SUM({column}) FROM campaigns_dailyfact WHERE {_OURS} AND day {_DAYS})"


def _leads(expression: str, day: str) -> str:
    return f"""SELECT {expression} FROM campaigns_lead
                WHERE {_OURS} AND status = 'valid' AND {day} {_DAYS}"""


_YEAR_BEFORE = "BETWEEN (%(first)s::date - interval '1 year')::date AND (%(last)s::date - interval '1 year')::date"

QUERIES: Mapping[str, str] = {
    # --- web ---
    "sessions": _daily("COALESCE(SUM(sessions), 0)", "web"),
    "bounce_rate": _daily(
        f"1 - COALESCE(SUM(engaged_sessions), 0)::{_EXACT} / NULLIF(SUM(sessions), 0)", "web"
    ),
    "avg_session_duration": _daily(
        f"COALESCE(SUM(session_seconds), 0)::{_EXACT} / NULLIF(SUM(sessions), 0)", "web"
    ),
    "mobile_traffic_share": _daily(
        f"""COALESCE(SUM(CASE device WHEN 'mobile' THEN sessions END), 0)::{_EXACT}
            / NULLIF(SUM(sessions), 0)""",
        "web",
    ),
    "traffic_to_lead_rate": _daily(
        f"COALESCE(SUM(sessions_with_lead), 0)::{_EXACT} / NULLIF(SUM(sessions), 0)", "web"
    ),
    "landing_conversion_rate": _daily(
        f"COALESCE(SUM(sessions_with_lead), 0)::{_EXACT} / NULLIF(SUM(sessions), 0)", "web"
    ),
    # --- ads ---
    "impressions": _daily("COALESCE(SUM(impressions), 0)", "ads"),
    "clicks": _daily("COALESCE(SUM(clicks), 0)", "ads"),
    "ad_spend": f"WITH {_SPEND} SELECT {_SPENT}",
    "ctr": _daily(
        f"COALESCE(SUM(clicks), 0)::{_EXACT} / NULLIF(SUM(impressions), 0)", "ads"
    ),
    "cpc": f"WITH {_SPEND} SELECT {_SPENT} / NULLIF({_of_days('clicks')}, 0)",
    "cpm": f"WITH {_SPEND} SELECT {_SPENT} * 1000 / NULLIF({_of_days('impressions')}, 0)",
    "platform_conversions": _daily("COALESCE(SUM(platform_conversions), 0)", "ads"),
    "cost_per_conversion": (
        f"WITH {_SPEND} SELECT {_SPENT} / NULLIF({_of_days('platform_conversions')}, 0)"
    ),
    "platform_leads": _daily("COALESCE(SUM(platform_leads), 0)", "ads"),
    "platform_sales": _daily("COALESCE(SUM(platform_sales), 0)", "ads"),
    "cost_per_platform_lead": (
        f"WITH {_SPEND} SELECT {_SPENT} / NULLIF({_of_days('platform_leads')}, 0)"
    ),
    "cost_per_platform_sale": (
        f"WITH {_SPEND} SELECT {_SPENT} / NULLIF({_of_days('platform_sales')}, 0)"
    ),
    "roas": f"""
        WITH {_SPEND}
        SELECT {_revenue(f" AND channel IN {_PAID}")}
               / NULLIF((SELECT SUM(amount) FROM spend
                          WHERE day {_DAYS} AND channel IN {_PAID}
                            AND (%(channel)s::text IS NULL OR channel = %(channel)s)), 0)""",
    # --- leads ---
    "leads": _leads("COUNT(*)", "created_on"),
    "mqls": _leads("COUNT(*)", "mql_on"),
    "sqls": _leads("COUNT(*)", "sql_on"),
    "lead_to_mql_rate": _leads(
        f"""COUNT(CASE WHEN mql_on >= created_on AND mql_on <= created_on + 30 THEN 1 END)::{_EXACT}
            / NULLIF(COUNT(*), 0)""",
        "created_on",
    ),
    "lead_to_customer_rate": f"""
        WITH {_FIRST}, prospect AS (
            SELECT lead.created_on, first_sale.sold_on
              FROM campaigns_lead AS lead
              LEFT JOIN first_sale USING (customer_id)
             WHERE lead.client_id = %(client)s AND lead.status = 'valid'
               AND lead.created_on {_DAYS}
               AND (%(channel)s::text IS NULL OR lead.channel = %(channel)s)
               AND NOT COALESCE(first_sale.sold_on < lead.created_on, false))
        SELECT COUNT(*) FILTER (WHERE sold_on >= created_on
                                  AND sold_on <= created_on + cohort_days)::{_EXACT}
               / NULLIF(COUNT(created_on), 0)
          FROM accounts_client LEFT JOIN prospect ON true WHERE id = %(client)s""",
    "lead_close_ratio_period": f"""
        WITH {_FIRST}
        SELECT {_NEW_CUSTOMERS}::{_EXACT} / NULLIF(({_leads("COUNT(*)", "created_on")}), 0)""",
    "cpl": f"""
        WITH {_SPEND}
        SELECT {_BY_BASIS} / NULLIF(({_leads("COUNT(*)", "created_on")}), 0)""",
    "cost_per_qualified_lead": f"""
        WITH {_SPEND}
        SELECT {_BY_BASIS} / NULLIF(({_leads("COUNT(*)", "mql_on")}), 0)""",
    # The middle one or two in the order of waiting; an unanswered one there leaves no value.
    "speed_to_lead": f"""
        WITH waiting AS (
            SELECT EXTRACT(EPOCH FROM GREATEST(answered_at - created_at, '0')) AS seconds,
                   row_number() OVER (ORDER BY answered_at IS NULL,
                                      GREATEST(answered_at - created_at, '0')) AS place,
                   COUNT(*) OVER () AS many, answered_at IS NULL AS is_waiting
              FROM campaigns_lead
             WHERE {_OURS} AND status = 'valid' AND created_at IS NOT NULL AND created_on {_DAYS})
        SELECT CASE WHEN bool_or(is_waiting) THEN NULL ELSE AVG(seconds::{_EXACT}) / 60 END
          FROM waiting WHERE place IN ((many + 1) / 2, (many + 2) / 2)""",
    # --- sales ---
    "revenue": f"SELECT {_revenue()}",
    "sales_count": f"SELECT COUNT(*) FROM campaigns_sale WHERE {_OURS} AND sold_on {_DAYS}",
    "sales_growth": f"""
        SELECT {_revenue()} / CASE WHEN before > 0 THEN before END - 1
          FROM (SELECT {_revenue(days=_YEAR_BEFORE)} AS before) AS base""",
    "aov": f"SELECT AVG(amount::{_EXACT}) FROM campaigns_sale WHERE {_OURS} AND sold_on {_DAYS}",
    "revenue_per_customer": f"""
        SELECT {_revenue()} / NULLIF((SELECT COUNT(DISTINCT customer_id) FROM campaigns_sale
                                       WHERE {_OURS} AND sold_on {_DAYS}), 0)""",
    "win_rate": f"""
        {_leads(f"AVG((outcome = 'won')::int::{_EXACT})", "closed_on")}
           AND outcome IN ('won', 'lost') AND opp_on IS NOT NULL""",
    "open_pipeline_value": f"""
        SELECT COALESCE(SUM(amount), 0) FROM campaigns_lead
         WHERE {_OURS} AND status = 'valid' AND opp_on <= %(last)s::date
           AND NOT COALESCE(closed_on <= %(last)s::date, false)""",
    # --- customers and return ---
    "new_customers": f"WITH {_FIRST} SELECT {_NEW_CUSTOMERS}",
    "cpa": f"""
        WITH {_SPEND}
        SELECT (SELECT COALESCE(SUM(amount), 0) FROM spend
                 WHERE day {_DAYS} AND channel IN {_PAID}
                   AND (%(channel)s::text IS NULL OR channel = %(channel)s))::{_EXACT}
               / NULLIF(COUNT(*), 0)
          FROM campaigns_sale WHERE {_OURS} AND sold_on {_DAYS} AND channel IN {_PAID}""",
    "cac": f"WITH {_FIRST}, {_SPEND} SELECT {_MARKETING} / NULLIF({_NEW_CUSTOMERS}, 0)",
    "cac_to_ticket": f"""
        WITH {_FIRST}, {_SPEND}
        SELECT {_MARKETING} * COUNT(*) / NULLIF({_NEW_CUSTOMERS} * SUM(amount), 0)
          FROM campaigns_sale WHERE {_OURS} AND sold_on {_DAYS}""",
    "mer": f"WITH {_SPEND} SELECT {_revenue()} / NULLIF({_MARKETING}, 0)",
}  # fmt: skip

#: These credit nobody: asked by channel they have no value.
NOT_BY_CHANNEL = frozenset({"mer"})
