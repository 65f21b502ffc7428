"""What the value of customers is computed from: sales and refunds, read for one client.

Money is converted to the client's currency at the rate of its day: `amounts_without_rate` says how
many rows have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Client
from campaigns.models import Customer
from kpis.catalogue.versions import History
from kpis.exchange import rate_sql
from kpis.models import ValueModel
from kpis.value.estimate import Histories


@dataclass(frozen=True)
class CohortRows:
    """Per month of first sales: customers, days they have been known in all; and what followed.

    `values` (what sales less refunds left, on the basis of profit in force on their days) and
    `active` (customers who bought) by (first month, age in calendar months). A refund counts on its
    own day. What a customer did before the sale that counts as the first is told with age 0.
    `revenue` is the same without any cost, in all; `unknown` the rows of which nobody can tell what
    is left, because the goods' cost is not known and there is no margin.
    """

    customers: Mapping[date, int]
    known_days: int
    values: Mapping[tuple[date, int], Decimal]
    active: Mapping[tuple[date, int], int]
    revenue: Decimal
    unknown: int


_MINE = "{0}.agency_id = %(agency)s AND {0}.client_id = %(client)s"
_FIRSTS = f"""
    SELECT customer_id, sold_on FROM campaigns_sale AS sale
     WHERE {_MINE.format("sale")} AND is_first AND sold_on <= %(as_of)s"""

_CUSTOMERS = f"""
SELECT date_trunc('month', sold_on)::date, COUNT(*), SUM(%(as_of)s - sold_on)
  FROM ({_FIRSTS}) AS first GROUP BY 1"""

_VERSION = "[width_bucket({day}, %(versions)s::date[])]"
#: What is left of an amount, on the basis of profit in force on its day. Goods whose cost nobody
#: knows leave the margin (KPIS A.2, gross_profit).
_LEFT = f"""
    CASE (%(bases)s::text[]){_VERSION}
         WHEN 'cost_of_goods' THEN COALESCE(amount - goods, amount * (%(margins)s::numeric[]){_VERSION})
         WHEN 'margin' THEN amount * (%(margins)s::numeric[]){_VERSION}
         ELSE amount END""".format(day="day")

# Added up per customer and month first, so that a customer is counted once without sorting all rows.
_FLOWS = f"""
WITH first AS ({_FIRSTS}
), row_of AS (
    SELECT sale.customer_id, sale.sold_on AS day, {{amount}} AS amount, {{goods}} AS goods,
           true AS is_sale, {{sale_rate}} AS rate
      FROM campaigns_sale AS sale
     WHERE {_MINE.format("sale")} AND sale.sold_on <= %(as_of)s
     UNION ALL{{lines}}
    SELECT COALESCE(refund.customer_id, sale.customer_id), refund.refunded_on, -refund.amount,
           -refund.cost_of_goods, false, {{refund_rate}}
      FROM campaigns_refund AS refund
      LEFT JOIN campaigns_sale AS sale ON sale.agency_id = refund.agency_id
           AND sale.client_id = refund.client_id AND sale.id = refund.sale_id
     WHERE {_MINE.format("refund")} AND refund.refunded_on <= %(as_of)s
), flow AS (
    SELECT customer_id, date_trunc('month', day)::date AS month, is_sale,
           amount * rate AS amount, {_LEFT} * rate AS left_over
      FROM row_of
), by_month AS (
    SELECT date_trunc('month', first.sold_on)::date AS born, flow.month, flow.customer_id,
           SUM(flow.amount) AS amount, SUM(flow.left_over) AS left_over,
           COUNT(*) FILTER (WHERE left_over IS NULL) AS unknown, bool_or(is_sale) AS is_active
      FROM flow JOIN first USING (customer_id) GROUP BY 1, 2, 3
)
SELECT born,
       GREATEST(0, (EXTRACT(YEAR FROM month) - EXTRACT(YEAR FROM born)) * 12
                   + EXTRACT(MONTH FROM month) - EXTRACT(MONTH FROM born))::int AS age,
       SUM(amount), COALESCE(SUM(left_over), 0), SUM(unknown)::int,
       COUNT(*) FILTER (WHERE is_active AND month >= born)
  FROM by_month GROUP BY 1, 2"""
# Only where the cost of goods counts: a sale with lines leaves its amount and its goods to them.
_LINES = f"""
    SELECT sale.customer_id, sale.sold_on, line.amount, line.cost_of_goods, true, {{sale_rate}}
      FROM campaigns_saleline AS line
      JOIN campaigns_sale AS sale ON sale.agency_id = line.agency_id
           AND sale.client_id = line.client_id AND sale.id = line.sale_id
     WHERE {_MINE.format("line")} AND sale.sold_on <= %(as_of)s
     UNION ALL"""
_BY_LINES = {
    "amount": "CASE WHEN sale.has_lines THEN 0 ELSE sale.amount END",
    "goods": "CASE WHEN sale.has_lines THEN 0 ELSE sale.cost_of_goods END",
}
_WHOLE = {"amount": "sale.amount", "goods": "NULL::numeric", "lines": ""}

# A sale that was wholly given back is no purchase; the one that counts as the first always is.
_HISTORIES = f"""
WITH first AS ({_FIRSTS}
), given_back AS (
    SELECT sale_id, SUM(amount) AS amount, SUM(amount * {{refund_rate}}) AS converted
      FROM campaigns_refund AS refund
     WHERE {_MINE.format("refund")} AND refunded_on <= %(as_of)s GROUP BY sale_id
), bought AS (
    SELECT sale.customer_id, first.sold_on AS first_on, sale.sold_on,
           SUM(sale.amount * {{sale_rate}} - COALESCE(given_back.converted, 0)) AS spent
      FROM campaigns_sale AS sale
      JOIN first USING (customer_id)
      LEFT JOIN given_back ON given_back.sale_id = sale.id
     WHERE {_MINE.format("sale")} AND sale.sold_on BETWEEN first.sold_on AND %(as_of)s
       AND (sale.is_first OR sale.amount = 0 OR sale.amount > COALESCE(given_back.amount, 0))
     GROUP BY 1, 2, 3
)
SELECT customer_id, (COUNT(*) - 1)::int, MAX(sold_on) - first_on, %(as_of)s - first_on,
       COALESCE(SUM(spent) FILTER (WHERE sold_on > first_on), 0)::float8
  FROM bought GROUP BY customer_id, first_on ORDER BY customer_id"""

_WITHOUT_A_RATE = f"""
SELECT (SELECT COUNT(*) FROM campaigns_sale AS sale
         WHERE {_MINE.format("sale")} AND sold_on <= %(as_of)s AND currency <> %(currency)s
           AND {{sale_rate}} IS NULL)
     + (SELECT COUNT(*) FROM campaigns_refund AS refund
         WHERE {_MINE.format("refund")} AND refunded_on <= %(as_of)s AND currency <> %(currency)s
           AND {{refund_rate}} IS NULL)"""

_CONTRACTS = f"""
SELECT COUNT(DISTINCT customer_id) FROM campaigns_customerterm AS term
 WHERE {_MINE.format("term")} AND starts_on <= %(as_of)s AND COALESCE(ends_on, 'infinity') >= %(as_of)s"""


def cohort_rows(client: Client, as_of: date, history: History) -> CohortRows:
    """Everything the cohort table needs, in two statements."""
    customers: dict[date, int] = {}
    known_days = 0
    for month, count, days in _rows(_CUSTOMERS, client, as_of):
        customers[month] = count
        known_days += days
    values: dict[tuple[date, int], Decimal] = {}
    active: dict[tuple[date, int], int] = {}
    revenue, unknown = Decimal(0), 0
    for born, age, amount, left, rows_unknown, buyers in _flows(client, as_of, history):
        values[born, age], active[born, age] = left, buyers
        revenue, unknown = revenue + (amount or 0), unknown + rows_unknown
    return CohortRows(customers, known_days, values, active, revenue, unknown)


def _flows(client: Client, as_of: date, history: History) -> list[Any]:
    versions = [each for _since, each in history.versions]
    has_goods = any(each.profit_basis == "cost_of_goods" for each in versions)
    parts = {**_BY_LINES, "lines": _LINES.format(**_rates(client))} if has_goods else _WHOLE
    return _rows(
        _FLOWS, client, as_of, parts,
        versions=[since or date.min for since, _each in history.versions],
        bases=[each.profit_basis for each in versions],
        margins=[each.margin for each in versions],
    )  # fmt: skip


def histories_of(client: Client, as_of: date) -> Histories:
    """Who bought how often, when last, since when, and for how much (KPIS E.2, E.3)."""
    rows = _rows(_HISTORIES, client, as_of)
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Histories(*columns)


def amounts_without_rate(client: Client, as_of: date) -> int:
    """Sales and refunds in another currency that no exchange rate converts: they cannot be added."""
    return int(_rows(_WITHOUT_A_RATE, client, as_of)[0][0])


def contracts_of(client: Client, as_of: date) -> int:
    """Customers with a contract in force: they do not decide each time whether to come back."""
    return int(_rows(_CONTRACTS, client, as_of)[0][0])


def newest_models(client: Client) -> tuple[ValueModel | None, ValueModel | None]:
    """(the fit that waits, the last one that ended)."""
    rows = ValueModel.objects.filter(agency_id=client.agency_id, client=client).order_by("-pk")
    found = list(rows[:2])
    waiting = next((each for each in found if each.state == "queued"), None)
    return waiting, next((each for each in found if each.state != "queued"), None)


def top_customers(model: ValueModel | None) -> list[int]:
    """The ids of those of whom most is expected."""
    return [each["customer"] for each in model.results.get("top", [])] if model else []


def customers_named(client: Client, ids: list[int]) -> dict[int, Customer]:
    """Customers by their id, for who may see persons."""
    return Customer.objects.filter(agency_id=client.agency_id, client=client).in_bulk(ids)


def _rates(client: Client) -> dict[str, str]:
    """What an amount is multiplied by to be in the client's currency, on its own day (KPIS G.6)."""
    return {
        "sale_rate": rate_sql("sale.sold_on", "sale.currency", client.agency_id, client.currency),
        "refund_rate": rate_sql(
            "refund.refunded_on", "refund.currency", client.agency_id, client.currency
        ),
    }


def _rows(
    template: str, client: Client, as_of: date, parts: Mapping[str, str] | None = None, **more: Any
) -> list[Any]:
    statement = template.format(**_rates(client), **(parts or {}))
    with connection.cursor() as cursor:
        # Right after an import the planner takes every set for one row, and would go through all
        # sales again for each customer.
        cursor.execute("SET LOCAL enable_nestloop TO off")
        cursor.execute(
            statement,
            {
                "agency": client.agency_id, "client": client.pk, "as_of": as_of,
                "currency": client.currency, **more,
            },
        )  # fmt: skip
        rows = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    return rows
