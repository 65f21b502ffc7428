"""What follows from a change of sales: first sales, refunds' copies, and whether a lead is won."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from accounts.models import Client
from campaigns.facts.copies import copy_to_refunds
from campaigns.firsts import firsts_keep
from campaigns.models import Refund, Sale, SaleLine

_SAME = "target.agency_id = source.agency_id AND target.client_id = source.client_id"
_MINE = "target.agency_id = %(agency)s AND target.client_id = %(client)s"


def sales_settle(client: Client, sales: Iterable[int], customers: Iterable[int]) -> None:
    """After these sales or their refunds were written: everything that is copied follows.

    customers: those whose first sale may have moved, the former ones of the sales included.
    """
    ids = list(sales)
    copy_to_refunds(client, "id", ids)
    _nobody_has_a_first(client, ids)
    firsts_keep(client, customers)


def _nobody_has_a_first(client: Client, sales: list[int]) -> None:
    """A sale of nobody known is nobody's first; of the others `firsts` judges."""
    _execute(
        "UPDATE campaigns_sale AS target SET is_first = FALSE, second_on = NULL"
        f" WHERE {_MINE} AND target.id = ANY(%(ids)s) AND target.customer_id IS NULL"
        " AND (target.is_first OR target.second_on IS NOT NULL)",
        client,
        sales,
    )
    _execute(
        "UPDATE campaigns_refund AS target SET is_first = FALSE FROM campaigns_sale AS source"
        f" WHERE {_MINE} AND {_SAME} AND target.sale_id = source.id AND source.id = ANY(%(ids)s)"
        " AND source.customer_id IS NULL AND target.is_first",
        client,
        sales,
    )


def _execute(statement: str, client: Client, ids: list[int]) -> None:
    if ids:
        about: dict[str, Any] = {"agency": client.agency_id, "client": client.pk, "ids": ids}
        with connection.cursor() as cursor:
            cursor.execute(statement, about)


def customers_of(client: Client, sales: Iterable[Sale]) -> set[int]:
    return {sale.customer_id for sale in sales if sale.customer_id is not None}


def sales_gone(client: Client, sales: Sequence[Sale]) -> dict[str, int]:
    """Remove sales with their refunds and lines: how many of these. What follows is the caller's."""
    mine = {"agency_id": client.agency_id, "client": client}
    ids = [sale.pk for sale in sales]
    refunds, _models = Refund.objects.filter(**mine, sale__in=ids).delete()
    lines, _models = SaleLine.objects.filter(**mine, sale__in=ids).delete()
    Sale.objects.filter(**mine, pk__in=ids).delete()
    return {"refunds": refunds, "lines": lines}
