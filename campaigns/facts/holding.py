"""Whose facts a call will change: these customers are held before any of their leads, sales and refunds.

Which sale is a customer's first is written to all of these, so two calls that hold different ones of one
customer would wait for each other for ever. Customers come first everywhere; by hand it is
`records.locking`. What escapes this order is tried again as a whole (accounts.middleware).
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from accounts.models import Client
from campaigns.facts.rows import Row

_MINE = "{0}.agency_id = %(agency)s AND {0}.client_id = %(client)s"
_HOLD = f"""
SELECT id FROM campaigns_customer AS customer
 WHERE {_MINE.format("customer")} AND id IN (
    SELECT named.id FROM campaigns_customer AS named
     WHERE {_MINE.format("named")} AND named.external_id = ANY(%(customers)s)
    UNION ALL {{theirs}})
 ORDER BY id FOR NO KEY UPDATE
"""
_OF_SALES = _HOLD.format(
    theirs=f"""SELECT sale.customer_id FROM campaigns_sale AS sale
     WHERE {_MINE.format("sale")} AND sale.source = %(source)s AND sale.external_id = ANY(%(own)s)"""
)
_OF_LEADS = _HOLD.format(
    theirs=f"""SELECT lead.customer_id FROM campaigns_lead AS lead
     WHERE {_MINE.format("lead")} AND lead.source = %(source)s AND lead.external_id = ANY(%(own)s)"""
)
_OF_REFUNDS = _HOLD.format(
    theirs=f"""SELECT sale.customer_id FROM campaigns_sale AS sale
     WHERE {_MINE.format("sale")} AND sale.external_id = ANY(%(sales)s)
    UNION ALL SELECT sale.customer_id
      FROM campaigns_refund AS refund JOIN campaigns_sale AS sale ON sale.id = refund.sale_id
     WHERE {_MINE.format("refund")} AND refund.source = %(source)s
       AND refund.external_id = ANY(%(own)s) AND {_MINE.format("sale")}"""
)


def hold_won(client: Client, rows: Sequence[Row], source: str) -> None:
    """The customers whom rows of leads name, those that their leads have so far, and those that have the
    leads' own ids: what a lead becomes that is won without a name."""
    _hold(_OF_LEADS, client, rows, source, [row["external_id"] for row in rows])


def hold_buyers(client: Client, rows: Sequence[Row], source: str) -> None:
    """The customers whom rows of sales name, and those whom these sales have so far."""
    _hold(_OF_SALES, client, rows, source)


def hold_buyers_of_refunds(client: Client, rows: Sequence[Row], source: str) -> None:
    """The customers of the sales that rows of refunds name, and of those that these refunds have so far."""
    _hold(_OF_REFUNDS, client, rows, source)


def _hold(
    statement: str, client: Client, rows: Sequence[Row], source: str, named: Sequence[str] = ()
) -> None:
    about: dict[str, Any] = {
        "agency": client.agency_id,
        "client": client.pk,
        "source": source,
        "own": [row["external_id"] for row in rows],
        "customers": [*named, *_named("customer", rows)],
        "sales": _named("sale", rows),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, about)


def _named(name: str, rows: Sequence[Row]) -> list[str]:
    return [own for row in rows if (own := row.get(name))]
