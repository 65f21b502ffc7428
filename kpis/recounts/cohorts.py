"""What customers whose first sale falls in a bucket have left so far (KPIS, cltv_historical)."""

from datetime import date
from decimal import Decimal

from kpis.exchange import rate_sql
from kpis.formula import Undefined
from kpis.queries import COLUMNS, Total
from kpis.recounts.asked import Asked, Found, rows_of

_MINE = "{0}.agency_id = %(agency)s AND {0}.client_id = %(client)s"
_VERSION = "[width_bucket(day, %(versions)s::date[])]"
# 1. The customers of each bucket. 2. Their sales and refunds up to the last complete day; a sale
# with lines leaves its goods to them. 3. Of each row what is left by the basis that held on its day,
# as `kpis.catalogue.atoms.gross_profit` says it: NULL where nobody knows what the goods cost.
# 4. Both are put side by side and gathered by customer: a join would trust the planner's guess.
_COHORTS = f"""
WITH cohort AS (
    SELECT width_bucket(sold_on, %(firsts)s::date[]) - 1 AS bucket, {{split}} AS split, customer_id
      FROM campaigns_sale AS fact
     WHERE {_MINE.format("fact")} AND is_first
       AND sold_on BETWEEN %(first)s AND %(last)s{{conditions}}
), flow AS (
    SELECT customer_id, sold_on AS day, CASE WHEN has_lines THEN 0 ELSE amount END AS amount,
           CASE WHEN has_lines THEN 0 ELSE cost_of_goods END AS goods, {{sale_rate}} AS rate
      FROM campaigns_sale AS sale
     WHERE {_MINE.format("sale")} AND sale.sold_on <= %(through)s
     UNION ALL
    SELECT sale.customer_id, sale.sold_on, line.amount, line.cost_of_goods, {{sale_rate}}
      FROM campaigns_saleline AS line
      JOIN campaigns_sale AS sale ON sale.agency_id = line.agency_id
           AND sale.client_id = line.client_id AND sale.id = line.sale_id
     WHERE {_MINE.format("line")} AND sale.sold_on <= %(through)s
     UNION ALL
    SELECT COALESCE(refund.customer_id, sale.customer_id), refund.refunded_on, -refund.amount,
           -refund.cost_of_goods, {{refund_rate}}
      FROM campaigns_refund AS refund
      LEFT JOIN campaigns_sale AS sale ON sale.agency_id = refund.agency_id
           AND sale.client_id = refund.client_id AND sale.id = refund.sale_id
     WHERE {_MINE.format("refund")} AND refund.refunded_on <= %(through)s
), left_over AS (
    SELECT customer_id, rate,
           CASE (%(bases)s::text[]){_VERSION}
                WHEN 'cost_of_goods' THEN COALESCE(
                     amount - goods, amount * (%(margins)s::numeric[]){_VERSION})
                WHEN 'margin' THEN amount * (%(margins)s::numeric[]){_VERSION}
                ELSE amount END AS profit
      FROM flow WHERE amount <> 0 OR goods <> 0
), beside AS (
    SELECT customer_id, bucket, split::text AS split, TRUE AS is_member, 0::numeric AS value,
           FALSE AS is_unknown, FALSE AS lacks_rate
      FROM cohort
     UNION ALL
    SELECT customer_id, NULL, NULL, FALSE, profit * rate, profit IS NULL, rate IS NULL
      FROM left_over
), left_behind AS (
    SELECT max(bucket) AS bucket, max(split) AS split, sum(value) AS value,
           bool_or(is_unknown) AS is_unknown, bool_or(lacks_rate) AS lacks_rate
      FROM beside GROUP BY customer_id HAVING bool_or(is_member)
)
SELECT bucket, split, COUNT(*)::numeric, COALESCE(sum(value), 0)::numeric,
       bool_or(is_unknown), bool_or(lacks_rate)
  FROM left_behind GROUP BY 1, 2"""


def cohorts(asked: Asked) -> Found:
    """How many customers began in each bucket, and their gross profit up to the last complete day."""
    conditions, values = asked.conditions(COLUMNS)
    sql = _COHORTS.format(
        split=asked.cut_by(COLUMNS),
        conditions=asked.named(conditions),
        sale_rate=rate_sql("sale.sold_on", "sale.currency", asked.client.agency_id, asked.currency),
        refund_rate=rate_sql(
            "refund.refunded_on", "refund.currency", asked.client.agency_id, asked.currency
        ),
    )
    found: Found = {}
    for place, split, size, value, is_unknown, lacks_rate in rows_of(
        sql, {**_values(asked), **asked.names(values)}
    ):
        reason = "cost_unknown" if is_unknown else "rate_missing" if lacks_rate else ""
        totals: dict[str, Total] = {
            "cohort_size": size,
            "cohort_value": Undefined(reason, "cohort_value") if reason else value,
        }
        found[asked.number(place), asked.place(split)] = {key: totals[key] for key in asked.keys}
    return found


def _values(asked: Asked) -> dict[str, object]:
    """The names of the statement; the client's choices with the days from which they hold."""
    versions = asked.history.versions
    margins: list[Decimal | None] = [each.margin for _since, each in versions]
    return {
        "agency": asked.client.agency_id,
        "client": asked.client.pk,
        "firsts": asked.firsts,
        "first": asked.first,
        "last": asked.last,
        "through": asked.through,
        "versions": [since or date.min for since, _each in versions],
        "bases": [each.profit_basis for _since, each in versions],
        "margins": margins,
    }
