"""Stocks: what is open or in force at the end of a day, carried from one change to the next. Pure.

What begins and ends is added up per day and combination, then carried on: the work is as large as
the changes and the rows written, not as facts × days.
"""

from collections.abc import Iterable

from kpis.families.funnel import AMOUNT_CURRENCY, HAS_OPP, OPPORTUNITY, VALID
from kpis.families.parts import OF_CLIENT, Part, listed, named_dimensions


def _running(moved: str, own: Iterable[str], counted: str, summed: str = "") -> str:
    """CTEs after `moved`, which has `day`, the dimensions of `own` and the changes, down to a row
    per day and combination with something in it."""
    names = list(own)
    columns = [counted, *([f"priced_{summed}", summed] if summed else [])]
    sums = listed(f"COALESCE(sum({one}), 0) AS {one}" for one in columns)
    running = listed(f"sum({one}) OVER in_time AS {one}" for one in columns)
    return f"""
{moved}, netted AS (
    SELECT {listed(("day", *names))}, {sums} FROM moved GROUP BY {listed(("day", *names))}
), running AS (
    SELECT {listed(names)}, day AS since, lead(day, 1, %(last)s + 1) OVER in_time AS upto, {running}
      FROM netted WINDOW in_time AS (PARTITION BY {listed(names)} ORDER BY day)
), carried AS (
    SELECT since + step AS day, {listed((*names, *columns))}
      FROM running CROSS JOIN LATERAL generate_series(0, upto - since - 1) AS step
     WHERE {counted} > 0
)"""


# --- opportunities: open from their day to the day before they were closed ---

_OPEN_DIMENSIONS = {
    **OPPORTUNITY,
    "currency": AMOUNT_CURRENCY,
    "salesperson_id": "opp_salesperson_id",
}
_COMBINATION = listed(f"{value} AS {name}" for name, value in _OPEN_DIMENSIONS.items())
_OPENED = f"{OF_CLIENT} AND {VALID} AND {HAS_OPP} AND opp_on <= %(last)s"
_HAS_CLOSED = "(closed_at IS NOT NULL OR closed_date IS NOT NULL)"
_IS_OPEN = "closed_at IS NULL AND closed_date IS NULL"
# Decided and undecided ones are read apart, because each has an index for its range of days.
_MOVED = f"""
WITH opened AS MATERIALIZED (
    SELECT opp_on, closed_on, amount, {_COMBINATION}
      FROM campaigns_lead WHERE {_OPENED} AND {_IS_OPEN}
    UNION ALL
    SELECT opp_on, closed_on, amount, {_COMBINATION}
      FROM campaigns_lead WHERE {_OPENED} AND {_HAS_CLOSED}
       AND closed_on > %(first)s AND closed_on > opp_on
), moved AS (
    SELECT GREATEST(opp_on, %(first)s) AS day, {listed(_OPEN_DIMENSIONS)},
           count(*) AS opps, count(amount) AS priced_amount, sum(amount) AS amount
      FROM opened GROUP BY 1, {listed(_OPEN_DIMENSIONS)}
    UNION ALL
    SELECT closed_on, {listed(_OPEN_DIMENSIONS)}, -count(*), -count(amount), -sum(amount)
      FROM opened WHERE closed_on <= %(last)s GROUP BY closed_on, {listed(_OPEN_DIMENSIONS)}
)"""
_OPEN_SQL = f"""{_running(_MOVED, _OPEN_DIMENSIONS, "opps", "amount")}
SELECT day, {named_dimensions({name: name for name in _OPEN_DIMENSIONS})},
       opps::bigint AS open_opps,
       CASE WHEN priced_amount > 0 THEN amount END::numeric(18,6) AS open_pipeline_amount
  FROM carried WHERE TRUE {{days}}
"""
STOCK = Part(
    "stock",
    "leads",
    ("open_opps", "open_pipeline_amount"),
    sql=_OPEN_SQL,
    rows="open_opps IS NOT NULL",
    is_stock=True,
    facts=(f"campaigns_lead WHERE {HAS_OPP}",),
)

# --- customers: active by a contract in force, or by a sale of the last N days ---

# A customer's stays overlap. Each adds only the days that no earlier one of the customer reached,
# so that the customer is counted once on any day. N holds from a day on: a sale is looked at once
# for each N, inside the days for which that N holds.
_ACTIVE_MOVED = f"""
WITH held AS (
    SELECT since, LEAST(lead(since, 1, 'infinity') OVER (ORDER BY since) - 1, %(last)s) AS until, days
      FROM unnest(%(versions)s::date[], %(actives)s::int[]) AS version (since, days)
), stays AS MATERIALIZED (
    SELECT customer_id, GREATEST(sold_on, since, %(first)s) AS begins,
           LEAST(sold_on + days, until) + 1 AS ends
      FROM campaigns_sale
      JOIN held ON sold_on <= until AND sold_on >= GREATEST(since, %(first)s) - days
     WHERE {OF_CLIENT} AND customer_id IS NOT NULL
    UNION ALL
    SELECT customer_id, GREATEST(starts_on, %(first)s), LEAST(ends_on, %(last)s) + 1
      FROM campaigns_customerterm
     WHERE {OF_CLIENT} AND starts_on <= %(last)s AND COALESCE(ends_on >= %(first)s, TRUE)
), fresh AS (
    SELECT customer_id, ends, GREATEST(begins, max(ends) OVER (
               PARTITION BY customer_id ORDER BY begins, ends
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS begins
      FROM stays
), owned AS (
    SELECT salesperson_id, country, begins, ends
      FROM fresh JOIN (SELECT id, salesperson_id, country FROM campaigns_customer
                        WHERE {OF_CLIENT}) AS customer ON customer.id = customer_id
     WHERE begins < ends
), moved AS (
    SELECT begins AS day, salesperson_id, country, count(*) AS active FROM owned GROUP BY 1, 2, 3
    UNION ALL
    SELECT ends, salesperson_id, country, -count(*) FROM owned
     WHERE ends <= %(last)s GROUP BY 1, 2, 3
)"""
_ACTIVE_DIMENSIONS = ("salesperson_id", "country")
_ACTIVE_SQL = f"""{_running(_ACTIVE_MOVED, _ACTIVE_DIMENSIONS, "active")}
SELECT day, {named_dimensions({name: name for name in _ACTIVE_DIMENSIONS})},
       active::bigint AS active_customers
  FROM carried WHERE TRUE {{days}}
"""
ACTIVE = Part(
    "active",
    "sales",
    ("active_customers",),
    sql=_ACTIVE_SQL,
    rows="active_customers IS NOT NULL",
    is_stock=True,
    reach="actives",
    facts=("campaigns_sale", "campaigns_customerterm"),
)
