"""What the value of customers is computed from: sales and refunds, read for one client.

Money is in the client's currency: `foreign_amounts` says how many rows are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Client
from campaigns.models import Customer
from kpis.catalogue import Parameters
from kpis.catalogue.versions import History
from kpis.models import ValueModel
from kpis.value.estimate import Histories


@dataclass(frozen=True)
class CohortRows:
    """Per month of first sales: customers, days they have been known in all; and what followed.

    `values` (what sales less refunds left, on the basis of profit in force on their days) and
    `active` (customers who bought) by (first month, age in calendar months). A refund counts on its
    own day. What a customer did before the sale that counts as the first is told with age 0.
    """

    customers: Mapping[date, int]
    known_days: int
    values: Mapping[tuple[date, int], Decimal]
    active: Mapping[tuple[date, int], int]


_MINE = "agency_id = %(agency)s AND client_id = %(client)s"
_FIRSTS = f"""
    SELECT customer_id, sold_on FROM campaigns_sale
     WHERE {_MINE} AND is_first AND sold_on <= %(as_of)s"""

#: What is left of an amount of a day: the share that the client's parameters said then.
_LEFT = "(%(shares)s::numeric[])[width_bucket({}, %(versions)s::date[])]"

_CUSTOMERS = f"""
SELECT date_trunc('month', sold_on)::date, COUNT(*), SUM(%(as_of)s - sold_on)
  FROM ({_FIRSTS}) AS first GROUP BY 1"""

# Added up per customer and month first, so that a customer is counted once without sorting all rows.
_FLOWS = f"""
WITH first AS ({_FIRSTS}
), flow AS (
    SELECT customer_id, sold_on AS day, amount * {_LEFT.format("sold_on")} AS amount, true AS is_sale
      FROM campaigns_sale WHERE {_MINE} AND sold_on <= %(as_of)s
     UNION ALL
    SELECT sale.customer_id, refund.refunded_on, -refund.amount * {_LEFT.format("refund.refunded_on")}, false
      FROM campaigns_refund AS refund JOIN campaigns_sale AS sale
           ON sale.agency_id = refund.agency_id AND sale.client_id = refund.client_id
          AND sale.id = refund.sale_id
     WHERE refund.agency_id = %(agency)s AND refund.client_id = %(client)s
       AND refund.refunded_on <= %(as_of)s
), by_month AS (
    SELECT date_trunc('month', first.sold_on)::date AS born, date_trunc('month', flow.day)::date AS month,
           flow.customer_id, SUM(flow.amount) AS amount, bool_or(is_sale) AS is_active
      FROM flow JOIN first USING (customer_id) GROUP BY 1, 2, 3
)
SELECT born,
       GREATEST(0, (EXTRACT(YEAR FROM month) - EXTRACT(YEAR FROM born)) * 12
                   + EXTRACT(MONTH FROM month) - EXTRACT(MONTH FROM born))::int AS age,
       SUM(amount), COUNT(*) FILTER (WHERE is_active AND month >= born)
  FROM by_month GROUP BY 1, 2"""

# A sale that was wholly given back is no purchase; the one that counts as the first always is.
_HISTORIES = f"""
WITH first AS ({_FIRSTS}
), given_back AS (
    SELECT sale_id, SUM(amount) AS amount FROM campaigns_refund
     WHERE {_MINE} AND refunded_on <= %(as_of)s GROUP BY sale_id
), bought AS (
    SELECT sale.customer_id, first.sold_on AS first_on, sale.sold_on,
           SUM(sale.amount - COALESCE(given_back.amount, 0)) AS spent
      FROM campaigns_sale AS sale
      JOIN first USING (customer_id)
      LEFT JOIN given_back ON given_back.sale_id = sale.id
     WHERE sale.agency_id = %(agency)s AND sale.client_id = %(client)s
       AND sale.sold_on BETWEEN first.sold_on AND %(as_of)s
       AND (sale.is_first OR sale.amount = 0 OR sale.amount > COALESCE(given_back.amount, 0))
     GROUP BY 1, 2, 3
)
SELECT customer_id, (COUNT(*) - 1)::int, MAX(sold_on) - first_on, %(as_of)s - first_on,
       COALESCE(SUM(spent) FILTER (WHERE sold_on > first_on), 0)::float8
  FROM bought GROUP BY customer_id, first_on ORDER BY customer_id"""

_FOREIGN = f"""
SELECT (SELECT COUNT(*) FROM campaigns_sale
         WHERE {_MINE} AND sold_on <= %(as_of)s AND currency <> %(currency)s)
     + (SELECT COUNT(*) FROM campaigns_refund
         WHERE {_MINE} AND refunded_on <= %(as_of)s AND currency <> %(currency)s)"""


def cohort_rows(client: Client, as_of: date, history: History) -> CohortRows:
    """Everything the cohort table needs, in two statements."""
    versions = {
        "versions": [since or date.min for since, _each in history.versions],
        "shares": [share_left(each) for _since, each in history.versions],
    }
    customers: dict[date, int] = {}
    known_days = 0
    for month, count, days in _rows(_CUSTOMERS, client, as_of):
        customers[month] = count
        known_days += days
    values: dict[tuple[date, int], Decimal] = {}
    active: dict[tuple[date, int], int] = {}
    for born, age, amount, buyers in _rows(_FLOWS, client, as_of, **versions):
        values[born, age], active[born, age] = amount, buyers
    return CohortRows(customers, known_days, values, active)


def histories_of(client: Client, as_of: date) -> Histories:
    """Who bought how often, when last, since when, and for how much (KPIS E.2, E.3)."""
    rows = _rows(_HISTORIES, client, as_of)
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 5
    return Histories(*columns)


def foreign_amounts(client: Client, as_of: date) -> int:
    """Sales and refunds in another currency than the client's: they cannot be added to the others."""
    return int(_rows(_FOREIGN, client, as_of)[0][0])


def newest_models(client: Client) -> tuple[ValueModel | None, ValueModel | None]:
    """(the fit that waits, the last one that ended)."""
    rows = ValueModel.objects.filter(agency_id=client.agency_id, client=client).order_by("-pk")
    found = list(rows[:2])
    waiting = next((each for each in found if each.state == "queued"), None)
    return waiting, next((each for each in found if each.state != "queued"), None)


def customer_names(client: Client, ids: list[int]) -> dict[int, str]:
    """What customers are called, for who may see persons."""
    rows = Customer.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids)
    return {each.pk: str(each) for each in rows}


def share_left(parameters: Parameters) -> Decimal:
    """How much of an amount is gross profit; all of it on the basis of revenue."""
    is_margin = parameters.profit_basis == "margin" and parameters.margin is not None
    return Decimal(parameters.margin or 0) if is_margin else Decimal(1)


def _rows(statement: str, client: Client, as_of: date, **more: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "agency": client.agency_id, "client": client.pk, "as_of": as_of,
                "currency": client.currency, **more,
            },
        )  # fmt: skip
        return cursor.fetchall()
