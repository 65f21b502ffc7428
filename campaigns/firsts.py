"""Which sale of a customer is the first, kept on the sales and copied to refunds and leads.

Called by whoever writes sales, refunds or the customer of a lead, in the writer's transaction.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

#: A first sale wholly given back within so many days does not make a customer (KPIS, new_customers).
UNDONE_DAYS = 30

# NO KEY: both writers already hold KEY SHARE on the customer through their sales' foreign keys, and a
# full FOR UPDATE would wait for the other's, that is, deadlock.
_LOCK = """
SELECT id FROM campaigns_customer
 WHERE agency_id = %(agency)s AND client_id = %(client)s AND id = ANY(%(customers)s)
 ORDER BY id FOR NO KEY UPDATE"""

# Ordered by what was sold when, then by names: never by id, because the order of arrival must not matter.
_SALES = """
WITH mine AS (
    SELECT * FROM campaigns_sale
     WHERE agency_id = %(agency)s AND client_id = %(client)s AND customer_id = ANY(%(customers)s)
), given_back AS (
    SELECT mine.id, sum(refund.amount) AS amount
      FROM mine JOIN campaigns_refund AS refund
        ON refund.agency_id = %(agency)s AND refund.client_id = %(client)s AND refund.sale_id = mine.id
       AND refund.refunded_on - mine.sold_on <= %(undone_days)s
     GROUP BY mine.id
), ranked AS (
    SELECT mine.id,
           NOT COALESCE(given_back.amount >= mine.amount, FALSE) AS counts,
           row_number() OVER (
               PARTITION BY mine.customer_id
               ORDER BY COALESCE(given_back.amount >= mine.amount, FALSE),
                        mine.sold_on, mine.sold_at NULLS FIRST, mine.source, mine.external_id) AS place
      FROM mine LEFT JOIN given_back USING (id)
)
UPDATE campaigns_sale AS sale SET is_first = (ranked.counts AND ranked.place = 1)
  FROM ranked
 WHERE sale.id = ranked.id AND sale.agency_id = %(agency)s
   AND sale.is_first IS DISTINCT FROM (ranked.counts AND ranked.place = 1)"""

_REFUNDS = """
UPDATE campaigns_refund AS refund SET is_first = sale.is_first
  FROM campaigns_sale AS sale
 WHERE refund.agency_id = %(agency)s AND refund.client_id = %(client)s
   AND sale.agency_id = %(agency)s AND sale.client_id = %(client)s
   AND sale.id = refund.sale_id AND sale.customer_id = ANY(%(customers)s)
   AND refund.is_first IS DISTINCT FROM sale.is_first"""

_LEADS = """
UPDATE campaigns_lead AS lead
   SET first_sale_on = first.sold_on, was_customer = COALESCE(first.sold_on < lead.created_on, FALSE)
  FROM unnest(%(customers)s::bigint[]) AS customer (id)
  LEFT JOIN campaigns_sale AS first
    ON first.agency_id = %(agency)s AND first.client_id = %(client)s
   AND first.customer_id = customer.id AND first.is_first
 WHERE lead.agency_id = %(agency)s AND lead.client_id = %(client)s AND lead.customer_id = customer.id
   AND (lead.first_sale_on, lead.was_customer)
       IS DISTINCT FROM (first.sold_on, COALESCE(first.sold_on < lead.created_on, FALSE))"""


def firsts_recompute(agency_id: int, client_id: int, customer_ids: Iterable[int]) -> None:
    """Set is_first of these customers' sales and refunds, and the copies on their leads.

    1. Lock the customers in the order of their ids: two writers cannot see each other's sales, and
       without the lock each would call its own the first, for ever.
    2. In a following statement, which sees what the other writer has committed by then, rank the
       sales; one that was wholly given back within 30 days is passed over.
    3. Copy the outcome to refunds and leads.
    Rows that are right already are not written, so nothing is marked as changed.
    """
    customers = sorted(set(customer_ids))
    if not customers:
        return
    parameters: dict[str, Any] = {
        "agency": agency_id,
        "client": client_id,
        "customers": customers,
        "undone_days": UNDONE_DAYS,
    }
    with connection.cursor() as cursor:
        for statement in (_LOCK, _SALES, _REFUNDS, _LEADS):
            cursor.execute(statement, parameters)
