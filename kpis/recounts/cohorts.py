"""What customers whose first sale falls in a bucket have left so far (KPIS, cltv_historical)."""

from kpis.exchange import rate_sql
from kpis.formula import Undefined
from kpis.queries import COLUMNS, Total
from kpis.recounts.asked import Asked, Found, rows_of

# Sales and refunds of the cohort's customers up to the last complete day, each with what is known
# of its goods. A sale with lines leaves its goods to them.
_COHORTS = """
WITH cohort AS (
    SELECT width_bucket(sold_on, %s::date[]) - 1 AS bucket, {split} AS split, customer_id
      FROM campaigns_sale AS fact
     WHERE agency_id = %s AND client_id = %s AND is_first AND sold_on BETWEEN %s AND %s{conditions}
), flow AS (
    SELECT sale.customer_id, sale.amount,
           CASE WHEN sale.has_lines THEN 0 ELSE sale.cost_of_goods END AS goods,
           CASE WHEN sale.has_lines THEN 0 ELSE sale.amount END AS costed, {sale_rate} AS rate
      FROM campaigns_sale AS sale
     WHERE sale.agency_id = %s AND sale.client_id = %s AND sale.sold_on <= %s
     UNION ALL
    SELECT sale.customer_id, 0, line.cost_of_goods, line.amount, {sale_rate}
      FROM campaigns_saleline AS line
      JOIN campaigns_sale AS sale ON sale.agency_id = line.agency_id
           AND sale.client_id = line.client_id AND sale.id = line.sale_id
     WHERE line.agency_id = %s AND line.client_id = %s AND sale.sold_on <= %s
     UNION ALL
    SELECT COALESCE(refund.customer_id, sale.customer_id), -refund.amount, -refund.cost_of_goods,
           -refund.amount, {refund_rate}
      FROM campaigns_refund AS refund
      LEFT JOIN campaigns_sale AS sale ON sale.agency_id = refund.agency_id
           AND sale.client_id = refund.client_id AND sale.id = refund.sale_id
     WHERE refund.agency_id = %s AND refund.client_id = %s AND refund.refunded_on <= %s
), left_behind AS (
    SELECT customer_id, sum(amount * rate) AS revenue, sum(goods * rate) AS goods,
           sum(costed * rate) FILTER (WHERE goods IS NULL) AS uncosted,
           bool_or(rate IS NULL) AS lacks_rate
      FROM flow GROUP BY 1
)
SELECT bucket, split, COUNT(*)::numeric, COALESCE(sum(revenue), 0)::numeric,
       COALESCE(sum(goods), 0)::numeric, COALESCE(sum(uncosted), 0)::numeric, bool_or(lacks_rate)
  FROM cohort JOIN left_behind USING (customer_id)
 GROUP BY 1, 2"""


def cohorts(asked: Asked) -> Found:
    """How many customers began in each bucket, and their gross profit up to the last complete day.

    Each amount at the rate of its own day; with one that no rate converts there is no total.
    """
    conditions, values = asked.conditions(COLUMNS)
    agency_id, to = asked.client.agency_id, asked.currency
    sql = _COHORTS.format(
        split=asked.cut_by(COLUMNS),
        conditions=conditions,
        sale_rate=rate_sql("sale.sold_on", "sale.currency", agency_id, to),
        refund_rate=rate_sql("refund.refunded_on", "refund.currency", agency_id, to),
    )
    of_client = [agency_id, asked.client.pk]
    up_to_now = [*of_client, asked.through]
    rows = rows_of(
        sql,
        [
            asked.firsts, *of_client, asked.first, asked.last, *values,
            *up_to_now, *up_to_now, *up_to_now,
        ],
    )  # fmt: skip
    found: Found = {}
    for place, split, size, revenue, goods, uncosted, lacks_rate in rows:
        value = _profit(asked, revenue, goods, uncosted)
        totals: dict[str, Total] = {
            "cohort_size": size,
            "cohort_value": Undefined("rate_missing", "cohort_value") if lacks_rate else value,
        }
        found[asked.number(place), asked.place(split)] = {key: totals[key] for key in asked.keys}
    return found


def _profit(asked: Asked, revenue: Total, goods: Total, uncosted: Total) -> Total:
    """Gross profit by the client's basis, as `kpis.catalogue.atoms.gross_profit` says it."""
    basis, margin = asked.parameters.profit_basis, asked.parameters.margin
    if basis == "cost_of_goods":
        if uncosted and margin is None:
            return Undefined("cost_unknown", "cohort_value")
        return revenue - goods - uncosted * (1 - (margin or 0))  # type: ignore[operator]
    if basis == "margin" and margin is not None:
        return revenue * margin  # type: ignore[operator]
    return revenue
