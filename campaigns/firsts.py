"""Which sale is a customer's first: kept on sales, refunds and leads by whoever writes sales.

A snapshot row may not look at other rows, so what depends on a customer's other sales is copied
onto each fact, in the writer's own transaction.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from accounts.models import Client

#: A first sale that is wholly given back within these days was none (KPIS, new customers).
REFUND_DAYS = 30
#: Up to so many customers each is looked up; more are joined as whole sets, whatever the planner
#: believes of tables that nobody has analysed yet.
FEW = 20
_JOIN_SETS = "SET LOCAL enable_nestloop TO off"
_JOIN_AS_USUAL = "SET LOCAL enable_nestloop TO DEFAULT"


def firsts_keep(client: Client, customer_ids: Iterable[int]) -> None:
    """Bring the copies of these customers' facts up to date; after their sales, refunds or leads
    were written, in the same transaction.

    1. Lock the customers in the order of their ids. Two writers that touch the same one wait for
       each other here. NO KEY UPDATE: a sale just inserted holds KEY SHARE on its customer, and
       two writers that both do would block each other for ever on a stronger lock.
    2. In a following statement, which sees what the other one committed, find the first sale: the
       earliest that was not wholly refunded within REFUND_DAYS; and the day of the next such one,
       which only the first sale knows.
    3. Copy it to refunds, and its day to the customers' leads.
    Only rows that become other rows are written, so twice changes nothing. A lead that loses its
    customer is its writer's to clear.
    """
    parameters = _parameters(client, customer_ids)
    if not parameters["customers"]:
        return
    is_many = len(parameters["customers"]) > FEW
    with connection.cursor() as cursor:
        if is_many:
            cursor.execute(_JOIN_SETS)
        for statement in (_LOCK, _SALES, _REFUNDS, _LEADS):
            cursor.execute(statement, parameters)
        if is_many:
            cursor.execute(_JOIN_AS_USUAL)


def customers_hold(client: Client, customer_ids: Iterable[int]) -> None:
    """The first step of `firsts_keep`, ahead of writing sales: whoever writes a customer's sales holds
    the customer before any of them, or two would wait for each other crosswise."""
    parameters = _parameters(client, customer_ids)
    if parameters["customers"]:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, parameters)


def _parameters(client: Client, customer_ids: Iterable[int]) -> dict[str, Any]:
    return {
        "agency": client.agency_id,
        "client": client.pk,
        "customers": sorted(set(customer_ids)),
        "days": REFUND_DAYS,
    }


_MINE = "{0}.agency_id = %(agency)s AND {0}.client_id = %(client)s"

_LOCK = """
SELECT id FROM campaigns_customer
 WHERE agency_id = %(agency)s AND client_id = %(client)s AND id = ANY(%(customers)s)
 ORDER BY id FOR NO KEY UPDATE
"""
# Sales of one day are in the order of their instants, then of their identity: never in the order
# in which they happened to arrive. Each step is materialised: without statistics, as in the minute
# after a client's first import, the planner takes every set for one row and would compute it anew
# for each sale.
_SALES = f"""
WITH sold AS MATERIALIZED (
    SELECT id, customer_id, sold_on, sold_at, source, external_id, amount, is_first,
           second_on
      FROM campaigns_sale AS sale
     WHERE {_MINE.format("sale")} AND sale.customer_id = ANY(%(customers)s)
), given_back AS MATERIALIZED (
    SELECT sold.id, sum(refund.amount) AS amount
      FROM sold JOIN campaigns_refund AS refund
           ON refund.sale_id = sold.id AND refund.refunded_on <= sold.sold_on + %(days)s
     WHERE {_MINE.format("refund")} GROUP BY sold.id
), asked AS (
    SELECT sold.*, sold.amount = 0 OR sold.amount > COALESCE(given_back.amount, 0) AS is_kept
      FROM sold LEFT JOIN given_back USING (id)
), counted AS (
    SELECT id, is_first AS was_first, second_on AS was_second_on,
           is_kept AND row_number() OVER in_time = 1 AS is_first,
           lead(sold_on) OVER in_time AS next_on
      FROM asked
    WINDOW in_time AS (PARTITION BY customer_id, is_kept
                           ORDER BY sold_on, sold_at, source, external_id)
), judged AS MATERIALIZED (
    SELECT id, is_first, CASE WHEN is_first THEN next_on END AS second_on FROM counted
     WHERE is_first <> was_first
        OR CASE WHEN is_first THEN next_on END IS DISTINCT FROM was_second_on
)
UPDATE campaigns_sale AS sale SET is_first = judged.is_first, second_on = judged.second_on
  FROM judged WHERE {_MINE.format("sale")} AND sale.id = judged.id
"""
_REFUNDS = f"""
UPDATE campaigns_refund AS refund SET is_first = sale.is_first
  FROM campaigns_sale AS sale
 WHERE {_MINE.format("sale")} AND sale.customer_id = ANY(%(customers)s)
   AND {_MINE.format("refund")} AND refund.sale_id = sale.id AND refund.is_first <> sale.is_first
"""
_LEADS = f"""
UPDATE campaigns_lead AS lead
   SET first_sale_on = first.sold_on,
       was_customer = COALESCE(first.sold_on < lead.created_on, FALSE)
  FROM unnest(%(customers)s::bigint[]) AS customer (id)
  LEFT JOIN (
    SELECT sale.customer_id, sale.sold_on FROM campaigns_sale AS sale
     WHERE {_MINE.format("sale")} AND sale.customer_id = ANY(%(customers)s) AND sale.is_first
  ) AS first ON first.customer_id = customer.id
 WHERE {_MINE.format("lead")} AND lead.customer_id = customer.id
   AND (lead.first_sale_on IS DISTINCT FROM first.sold_on
        OR lead.was_customer <> COALESCE(first.sold_on < lead.created_on, FALSE))
"""
