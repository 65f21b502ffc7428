"""KPIs of goods, customers, visitors, budgets, mail and posts once more, written by hand over facts.

The same rules as in `second_derivation`: no snapshot, no formula tree, none of the copies that
writers keep. Parameters: client, first and last day, channel or NULL, and the last complete day.
"""

from collections.abc import Mapping

from tests.kpis.second_derivation import (
    _BY_BASIS,
    _DAYS,
    _EXACT,
    _FIRST,
    _MARKETING,
    _NEW_CUSTOMERS,
    _OURS,
    _SPEND,
    _daily,
    _leads,
    _revenue,
)

_SEARCH = " AND channel = 'organic_search'"
_SOCIAL = " AND channel IN ('organic_social', 'paid_social')"
_INBOUND = """ AND channel IN ('ai_assistant', 'organic_shopping', 'organic_social', 'organic_video',
                              'organic_search', 'referral', 'email')"""
_PHONE = " AND device = 'mobile'"


def _share(above: str, below: str, family: str = "web", more: str = "") -> str:
    return _daily(f"COALESCE(SUM({above}), 0)::{_EXACT} / NULLIF(SUM({below}), 0)", family) + more


def _sum(column: str, family: str, more: str = "") -> str:
    return _daily(f"COALESCE(SUM({column}), 0)", family) + more


# -- goods ------------------------------------------------------------------------------------


def _goods(column: str, days: str, more: str = "") -> str:
    """Cost of goods (`cost`) or value of unknown cost (`value`): of sales, of their lines, less refunds."""
    of = {
        "cost": "COALESCE(SUM({0}.cost_of_goods), 0)",
        "value": "COALESCE(SUM({0}.amount) FILTER (WHERE {0}.cost_of_goods IS NULL), 0)",
    }[column]
    ours = """{0}.client_id = %(client)s
              AND (%(channel)s::text IS NULL OR {0}.channel = %(channel)s)"""
    return f"""((SELECT {of.format("sale")} FROM campaigns_sale AS sale
                  WHERE {ours.format("sale")} AND NOT sale.has_lines AND sale.sold_on {days} {more})
              + (SELECT {of.format("line")} FROM campaigns_saleline AS line
                   JOIN campaigns_sale AS sale ON sale.id = line.sale_id
                  WHERE {ours.format("sale")} AND sale.sold_on {days} {more})
              - (SELECT {of.format("refund")} FROM campaigns_refund AS refund
                  WHERE {ours.format("refund")} AND refund.refunded_on {days} {more}))"""


def _profit(days: str = _DAYS, more: str = "") -> str:
    """Gross profit by the client's basis; NULL if some goods' cost is unknown and no margin is set."""
    revenue = _revenue(more, days)
    uncosted = _goods("value", days, more)
    return f"""(SELECT CASE
           WHEN profit_basis = 'cost_of_goods' AND margin IS NULL AND {uncosted} <> 0 THEN NULL
           WHEN profit_basis = 'cost_of_goods'
           THEN {revenue} - {_goods("cost", days, more)} - {uncosted} * (1 - COALESCE(margin, 0))
           WHEN profit_basis = 'margin' AND margin IS NOT NULL THEN {revenue} * margin
           ELSE {revenue} END::{_EXACT}
      FROM accounts_client WHERE id = %(client)s)"""


_HAS_BASIS = """(SELECT profit_basis = 'cost_of_goods' OR profit_basis = 'margin' AND margin IS NOT NULL
                   FROM accounts_client WHERE id = %(client)s)"""


def _sales(expression: str, days: str = _DAYS) -> str:
    return f"(SELECT {expression} FROM campaigns_sale WHERE {_OURS} AND sold_on {days})"


# -- customers --------------------------------------------------------------------------------


def _active(day: str) -> str:
    """The customers active at the end of a day."""
    return f"""(SELECT customer_id FROM campaigns_sale, accounts_client AS client
                 WHERE client.id = %(client)s AND client_id = %(client)s
                   AND customer_id IS NOT NULL
                   AND sold_on BETWEEN {day} - client.active_days AND {day}
                 UNION
                SELECT customer_id FROM campaigns_customerterm
                 WHERE client_id = %(client)s AND starts_on <= {day}
                   AND (ends_on IS NULL OR ends_on >= {day}))"""


_BEFORE = "(%(first)s::date - 1)"
_END = "%(last)s::date"
_START = f"(SELECT COUNT(*) FROM {_active(_BEFORE)} AS active)::{_EXACT}"


def _more(kind: str) -> str:
    return f"""
        SELECT (SELECT COUNT(DISTINCT customer_id) FROM {_active(_BEFORE)} AS active
                  JOIN campaigns_sale AS sale USING (customer_id)
                  JOIN campaigns_saleline AS line ON line.sale_id = sale.id
                 WHERE sale.client_id = %(client)s AND line.kind = '{kind}'
                   AND sale.sold_on {_DAYS}) / NULLIF({_START}, 0)"""


# Twelve whole months up to the last day; those before the first fact of all do not count.
_MONTHS = f"""
months AS (
    SELECT month::date AS first, (month + interval '1 month')::date - 1 AS last
      FROM generate_series(date_trunc('month', %(last)s::date + 1) - interval '12 months',
                           date_trunc('month', %(last)s::date + 1) - interval '1 month',
                           '1 month') AS month
), whole AS (
    SELECT min(first) AS first, max(last) AS last, count(*) AS many FROM months
     WHERE last >= (SELECT LEAST(
        (SELECT min(sold_on) FROM campaigns_sale WHERE client_id = %(client)s),
        (SELECT min(refunded_on) FROM campaigns_refund WHERE client_id = %(client)s),
        (SELECT min(starts_on) + 1 FROM campaigns_customerterm WHERE client_id = %(client)s)))
), standing AS (
    SELECT sum((SELECT count(*) FROM {_active("(months.first - 1)")} AS active)) AS starting,
           sum((SELECT count(*) FROM {_active("(months.first - 1)")} AS active
                  JOIN {_active("months.last")} AS later USING (customer_id))) AS stayed
      FROM months
)"""
_YEAR = "BETWEEN (SELECT first FROM whole) AND (SELECT last FROM whole)"
_YEARS_ORDERS = f"(SELECT count(*) FROM campaigns_sale WHERE {_OURS} AND sold_on {_YEAR})"
_MONTHLY = f"""(SELECT CASE WHEN many >= 3 THEN {_profit(_YEAR)} / NULLIF({_YEARS_ORDERS}, 0)
                       * {_YEARS_ORDERS}::{_EXACT} / NULLIF(starting, 0) END
                  FROM whole, standing)"""
_LTV = f"""({_MONTHLY} / (SELECT NULLIF(1 - stayed::{_EXACT} / NULLIF(starting, 0), 0)
                            FROM standing))"""
_CAC = f"({_MARKETING} / NULLIF({_NEW_CUSTOMERS}, 0))"
_LIFETIME = f"WITH {_MONTHS}, {_FIRST}, {_SPEND}"

# What one customer has left up to the last complete day, by the client's basis.
_LEFT_BEHIND = f"""
flow AS (
    SELECT customer_id, amount, has_lines, cost_of_goods, id AS sale_id, 1 AS sign
      FROM campaigns_sale WHERE client_id = %(client)s AND sold_on <= %(through)s::date
     UNION ALL
    SELECT COALESCE(refund.customer_id, sale.customer_id), refund.amount, false,
           refund.cost_of_goods, NULL, -1
      FROM campaigns_refund AS refund LEFT JOIN campaigns_sale AS sale ON sale.id = sale_id
     WHERE refund.client_id = %(client)s AND refunded_on <= %(through)s::date
), costed AS (
    SELECT customer_id, sign * flow.amount AS revenue, sign * COALESCE(line.amount, flow.amount) AS value,
           sign * (CASE WHEN has_lines THEN line.cost_of_goods ELSE flow.cost_of_goods END) AS goods,
           line.id IS NULL OR row_number() OVER (PARTITION BY flow.sale_id ORDER BY line.id) = 1
           AS is_counted
      FROM flow LEFT JOIN campaigns_saleline AS line
           ON has_lines AND line.sale_id = flow.sale_id
), worth AS (
    SELECT customer_id, sum(revenue) FILTER (WHERE is_counted)::{_EXACT} AS revenue,
           COALESCE(sum(goods), 0) AS goods,
           COALESCE(sum(value) FILTER (WHERE goods IS NULL), 0) AS uncosted
      FROM costed GROUP BY 1
)"""

_INTERACTIONS = f"""(SELECT count(*) FROM campaigns_interaction
                      WHERE client_id = %(client)s AND happened_on {_DAYS} AND NOT is_bulk
                        AND customer_id IS NOT NULL AND kind <> 'meeting')"""
_MONTH_ENDS = """
ends AS (
    SELECT LEAST((month + interval '1 month')::date - 1, %(last)s::date) AS day
      FROM generate_series(date_trunc('month', %(first)s::date), %(last)s::date, '1 month') AS month
)"""

# -- ranges and budgets -----------------------------------------------------------------------


def _reported(measure: str) -> str:
    return f"""(SELECT value::{_EXACT} FROM campaigns_reportedrange
                 WHERE client_id = %(client)s AND measure = '{measure}'
                   AND first_day = %(first)s::date AND last_day = %(last)s::date
                   AND platform = '' AND campaign_id IS NULL)"""


# A budget is spread like a cost: its first days carry what does not divide.
_BUDGETS = """
holding AS (
    SELECT min(starts_on) AS first, max(ends_on) AS last FROM campaigns_budget
     WHERE client_id = %(client)s AND %(last)s::date BETWEEN starts_on AND ends_on
), planned AS (
    SELECT day::date, channel,
           div(amount * minor + length - 1 - (day::date - starts_on), length) / minor AS amount
      FROM (SELECT *, ends_on - starts_on + 1 AS length,
                   CASE WHEN currency IN ('CLP', 'JPY', 'PYG') THEN 1 ELSE 100 END::numeric AS minor
              FROM campaigns_budget WHERE client_id = %(client)s) AS budget,
           generate_series(starts_on, ends_on, '1 day') AS day
)"""
_OF_CHANNEL = "(%(channel)s::text IS NULL OR channel = %(channel)s)"


def _budgeted(until: str) -> str:
    return f"""
        WITH {_SPEND}, {_BUDGETS}
        SELECT (SELECT COALESCE(SUM(amount), 0) FROM spend
                 WHERE day BETWEEN holding.first AND %(last)s::date AND {_OF_CHANNEL})::{_EXACT}
               / NULLIF((SELECT SUM(amount) FROM planned
                          WHERE day BETWEEN holding.first AND {until} AND {_OF_CHANNEL}), 0)
          FROM holding WHERE holding.first IS NOT NULL"""


def _mean_of(column: str, over: str = "opps_won") -> str:
    return f"""{_leads(column, "closed_on")} AND outcome = 'won' AND opp_on IS NOT NULL"""


_QUARTER = "BETWEEN %(last)s::date - 89 AND %(last)s::date"
_LEAD_DECIDED = (
    f"client_id = %(client)s AND {_OF_CHANNEL} AND status = 'valid' AND opp_on IS NOT NULL"
)

QUERIES: Mapping[str, str] = {
    # --- web ---
    "users": f"SELECT COUNT(DISTINCT visitor) FROM campaigns_visitorday WHERE {_OURS} AND day {_DAYS}",
    "new_users": _sum("new_users", "web"),
    "new_visitor_share": _daily(
        f"""COALESCE(SUM(new_sessions), 0)::{_EXACT} / NULLIF(
            COALESCE(SUM(new_sessions), 0) + COALESCE(SUM(returning_sessions), 0), 0)""",
        "web",
    ),
    "engagement_rate": _share("engaged_sessions", "sessions"),
    "pageviews": _sum("pageviews", "web"),
    "pages_per_session": _share("pageviews", "sessions"),
    "session_key_event_rate": _share("sessions_with_key_event", "sessions"),
    "visitor_conversion_rate": f"""
        SELECT COUNT(DISTINCT CASE WHEN has_conversion THEN visitor END)::{_EXACT}
               / NULLIF(COUNT(DISTINCT visitor), 0)
          FROM campaigns_visitorday WHERE {_OURS} AND day {_DAYS}""",
    # --- ads ---
    "reach": f"SELECT {_reported('platform_reach')}",
    "frequency": f"""
        SELECT ({_sum("impressions", "ads")})::{_EXACT}
               / NULLIF({_reported("platform_reach")}, 0)""",
    "click_conversion_rate": _share("platform_conversions", "clicks", "ads"),
    "budget_utilisation": _budgeted("holding.last"),
    "budget_pace": _budgeted("%(last)s::date"),
    # --- leads ---
    "opportunities_created": _leads("COUNT(*)", "opp_on"),
    "mql_to_sql_rate": _leads(
        f"""COUNT(CASE WHEN sql_on >= mql_on AND sql_on <= mql_on + 30 THEN 1 END)::{_EXACT}
            / NULLIF(COUNT(*), 0)""",
        "mql_on",
    ),
    "response_sla_rate": f"""
        SELECT COUNT(*) FILTER (WHERE lead.answered_at <= lead.created_at + client.sla_minutes * interval '1 min')
               ::{_EXACT} / NULLIF(COUNT(*), 0)
          FROM campaigns_lead AS lead JOIN accounts_client AS client ON client.id = lead.client_id
         WHERE lead.client_id = %(client)s
           AND (%(channel)s::text IS NULL OR lead.channel = %(channel)s)
           AND lead.status = 'valid' AND lead.created_at IS NOT NULL AND lead.created_on {_DAYS}""",
    # --- sales ---
    "orders_per_customer": f"""
        SELECT COUNT(*)::{_EXACT} / NULLIF(COUNT(DISTINCT customer_id), 0)
          FROM campaigns_sale WHERE {_OURS} AND sold_on {_DAYS}""",
    "items_per_order": f"""
        SELECT (SELECT COALESCE(SUM(line.units), 0) FROM campaigns_saleline AS line
                  JOIN campaigns_sale AS sale ON sale.id = line.sale_id
                 WHERE sale.client_id = %(client)s AND sale.sold_on {_DAYS}
                   AND (%(channel)s::text IS NULL OR sale.channel = %(channel)s))::{_EXACT}
               / NULLIF({_sales("COUNT(*)")}, 0)""",
    # Long past: what was expected is what came.
    "projected_revenue": f"SELECT {_revenue()} * n / NULLIF(n, 0) FROM {_sales('COUNT(*) AS n')} AS o",
    "avg_deal_size": _mean_of(f"COALESCE(SUM(amount), 0)::{_EXACT} / NULLIF(COUNT(*), 0)"),
    "sales_cycle_days": _mean_of(f"AVG((closed_on - opp_on)::{_EXACT})"),
    "sales_cycle_median": f"""
        WITH deal AS (
            SELECT closed_on - opp_on AS days, COUNT(*) OVER () AS many,
                   row_number() OVER (ORDER BY closed_on - opp_on) AS place
              FROM campaigns_lead WHERE {_LEAD_DECIDED} AND outcome = 'won' AND closed_on {_DAYS})
        SELECT AVG(days::{_EXACT}) FROM deal WHERE place IN ((many + 1) / 2, (many + 2) / 2)""",
    # Open deals × won of decided × worth of a won one ÷ its days: of won ones only their worth and
    # their days are left of the last two, so 0 won leaves nothing.
    "pipeline_velocity": f"""
        WITH decided AS (
            SELECT COUNT(*) FILTER (WHERE outcome = 'won') AS won, COUNT(*) AS all_of_them,
                   COALESCE(SUM(amount) FILTER (WHERE outcome = 'won'), 0) AS amount,
                   SUM(closed_on - opp_on) FILTER (WHERE outcome = 'won') AS days
              FROM campaigns_lead
             WHERE {_LEAD_DECIDED} AND outcome IN ('won', 'lost') AND closed_on {_QUARTER})
        SELECT (SELECT COUNT(*) FROM campaigns_lead
                 WHERE {_LEAD_DECIDED} AND opp_on <= {_END}
                   AND NOT COALESCE(closed_on <= {_END}, false))::{_EXACT}
               * won / NULLIF(all_of_them, 0) * amount / NULLIF(won, 0)
               / NULLIF(days::{_EXACT} / NULLIF(won, 0), 0)
          FROM decided""",
    "meetings_held": f"""
        SELECT COUNT(*) FROM campaigns_interaction
         WHERE client_id = %(client)s AND kind = 'meeting' AND is_held AND happened_on {_DAYS}""",
    "upsell_rate": _more("upsell"),
    "cross_sell_rate": _more("cross"),
    # --- customers ---
    # Nobody ever entered a sales cost: unknown; entered, but none on these days: zero.
    "cac_full": f"""
        WITH {_FIRST}, {_SPEND}
        SELECT CASE WHEN EXISTS (SELECT 1 FROM spread WHERE layer = 'sales')
               THEN {_MARKETING} + COALESCE((SELECT SUM(amount) FROM spread
                                              WHERE layer = 'sales' AND day {_DAYS}), 0) END
               / NULLIF({_NEW_CUSTOMERS}, 0)""",
    "cltv_historical": f"""
        WITH {_FIRST}, {_LEFT_BEHIND}
        SELECT CASE
               WHEN profit_basis = 'cost_of_goods' AND margin IS NULL AND SUM(uncosted) <> 0 THEN NULL
               WHEN profit_basis = 'cost_of_goods'
               THEN SUM(revenue - goods - uncosted * (1 - COALESCE(margin, 0)))
               WHEN profit_basis = 'margin' AND margin IS NOT NULL THEN SUM(revenue) * margin
               ELSE SUM(revenue) END / NULLIF(COUNT(customer_id), 0)
          FROM accounts_client AS client LEFT JOIN first_sale
               ON first_sale.sold_on {_DAYS}
              AND (%(channel)s::text IS NULL OR first_sale.channel = %(channel)s)
          LEFT JOIN worth USING (customer_id)
         WHERE client.id = %(client)s GROUP BY profit_basis, margin""",
    "ltv": f"{_LIFETIME} SELECT {_LTV}",
    "ltv_cac_ratio": f"{_LIFETIME} SELECT {_LTV} / NULLIF({_CAC}, 0)",
    "customer_profit": f"{_LIFETIME} SELECT {_LTV} - {_CAC}",
    "payback_months": f"""
        {_LIFETIME}
        SELECT CASE WHEN {_HAS_BASIS} AND {_MONTHLY} > 0 THEN {_CAC} / {_MONTHLY} END""",
    # The next sale that was kept: one given back whole within 30 days was none.
    "repeat_purchase_rate": f"""
        WITH {_FIRST}
        SELECT COUNT(*) FILTER (WHERE EXISTS (
                   SELECT 1 FROM campaigns_sale AS again
                    WHERE again.customer_id = first_sale.customer_id
                      AND again.sold_on > first_sale.sold_on
                      AND again.sold_on <= first_sale.sold_on + client.repeat_days
                      AND NOT EXISTS (SELECT 1 FROM campaigns_refund AS refund
                                       WHERE refund.sale_id = again.id
                                         AND refund.refunded_on <= again.sold_on + 30
                                      HAVING SUM(refund.amount) >= again.amount)))::{_EXACT}
               / NULLIF(COUNT(*), 0)
          FROM first_sale JOIN accounts_client AS client ON client.id = first_sale.client_id
         WHERE first_sale.sold_on {_DAYS}
           AND (%(channel)s::text IS NULL OR first_sale.channel = %(channel)s)""",
    "retention_rate": f"""
        SELECT (SELECT COUNT(*) FROM {_active(_BEFORE)} AS active
                  JOIN {_active(_END)} AS later USING (customer_id)) / NULLIF({_START}, 0)""",
    # --- return ---
    "roi": f"""
        WITH {_SPEND}
        SELECT {_profit(more=" AND channel NOT IN ('direct', 'unassigned')")}
               / NULLIF({_MARKETING}, 0) - 1""",
    "gross_margin": f"""
        SELECT CASE WHEN {_HAS_BASIS} AND {_revenue()} > 0 THEN {_profit()} / {_revenue()} END""",
    "net_margin": f"""
        SELECT SUM(net_profit)::{_EXACT} / CASE WHEN SUM(total_revenue) > 0 THEN SUM(total_revenue) END
          FROM campaigns_manualmonth
         WHERE client_id = %(client)s
           AND (month + interval '1 month')::date - 1 {_DAYS}""",
    # --- social ---
    "organic_reach": f"SELECT {_reported('post_reach')}",
    "social_engagement_rate": _share("post_engagements", "post_impressions", "social"),
    # Of every account what was last reported, until the next report.
    "followers": f"""
        SELECT COALESCE(SUM(followers), 0)
          FROM (SELECT followers, rank() OVER (
                       PARTITION BY source, platform, item ORDER BY day DESC) AS place
                  FROM campaigns_dailyfact
                 WHERE client_id = %(client)s AND followers IS NOT NULL AND day <= {_END}) AS told
         WHERE place = 1""",
    "engaged_customer_rate": f"""
        SELECT (SELECT COUNT(DISTINCT customer_id) FROM {_active(_END)} AS active
                  JOIN campaigns_interaction AS contact USING (customer_id)
                 WHERE contact.client_id = %(client)s AND happened_on {_DAYS} AND NOT is_bulk
                   AND (is_inbound OR is_held))
               / NULLIF((SELECT COUNT(*) FROM {_active(_END)} AS active), 0)::{_EXACT}""",
    "interactions_per_customer": f"""
        WITH {_MONTH_ENDS}
        SELECT {_INTERACTIONS} / NULLIF(
               (SELECT AVG((SELECT COUNT(*) FROM {_active("ends.day")} AS active)::{_EXACT}) FROM ends), 0)""",
    # --- mail ---
    "email_open_rate": _share("unique_opens", "emails_delivered", "mail"),
    "email_click_rate": _share("unique_clicks", "emails_delivered", "mail"),
    "email_ctor": _share("unique_clicks", "unique_opens", "mail"),
    "email_bounce_rate": _daily(
        f"""(COALESCE(SUM(hard_bounces), 0) + COALESCE(SUM(soft_bounces), 0))::{_EXACT}
            / NULLIF(SUM(emails_sent), 0)""",
        "mail",
    ),
    "email_unsubscribe_rate": _share("unsubscribes", "emails_delivered", "mail"),
    # --- organisation ---
    "employee_retention": f"SELECT {_reported('staff_stayed')} / NULLIF({_reported('staff_start')}, 0)",
    # --- presets ---
    "organic_sessions": _sum("sessions", "web", _SEARCH),
    "organic_lead_rate": _share("sessions_with_lead", "sessions", more=_SEARCH),
    "social_sessions": _sum("sessions", "web", _SOCIAL),
    "social_lead_rate": _share("sessions_with_lead", "sessions", more=_SOCIAL),
    "mobile_lead_rate": _share("sessions_with_lead", "sessions", more=_PHONE),
    "mobile_bounce_rate": _daily(
        f"1 - COALESCE(SUM(engaged_sessions), 0)::{_EXACT} / NULLIF(SUM(sessions), 0)", "web"
    )
    + _PHONE,
    "inbound_roi": f"""
        WITH {_SPEND}, marketing AS (
            SELECT NULLIF(SUM(amount), 0)::{_EXACT} AS spent
              FROM (SELECT day, channel, amount FROM spend
                     UNION ALL
                    SELECT day, channel, amount FROM spread
                     WHERE layer IN ('fee', 'tools', 'people', 'other')) AS everything
             WHERE day {_DAYS} {_INBOUND})
        SELECT {_profit(more=_INBOUND)} / spent - 1 FROM marketing""",
    "cpl_by_channel": f"""
        WITH {_SPEND}
        SELECT {_BY_BASIS} / NULLIF(({_leads("COUNT(*)", "created_on")}), 0)""",
    "email_leads": _leads("COUNT(*)", "created_on") + " AND channel = 'email'",
    "direct_share": _daily(
        f"""COALESCE(SUM(sessions) FILTER (WHERE channel = 'direct'), 0)::{_EXACT}
            / NULLIF(SUM(sessions), 0)""",
        "web",
    ),
}

#: These have no channel, or are about some channels only: asked by channel they have no value.
NOT_BY_CHANNEL = frozenset({
    "reach", "frequency", "meetings_held", "upsell_rate", "cross_sell_rate", "cac_full", "ltv",
    "ltv_cac_ratio", "customer_profit", "payback_months", "retention_rate", "net_margin",
    "organic_reach", "social_engagement_rate", "followers", "engaged_customer_rate",
    "interactions_per_customer", "email_open_rate", "email_click_rate", "email_ctor",
    "email_bounce_rate", "email_unsubscribe_rate", "employee_retention", "organic_sessions",
    "organic_lead_rate", "social_sessions", "social_lead_rate", "email_leads", "inbound_roi",
    "direct_share",
})  # fmt: skip
