"""After an undo: what follows from the rows that came and went, across rows. Nothing else decides it."""

from collections.abc import Iterable

from accounts.models import Client
from campaigns.facts.wins import dimensions_copy
from campaigns.models import Customer, Lead, Refund, Sale
from campaigns.records.images import RowChange
from campaigns.records.writing.selling import sales_settle

_LEADS, _SALES = Lead._meta.db_table, Sale._meta.db_table
_REFUNDS, _CUSTOMERS = Refund._meta.db_table, Customer._meta.db_table


def follow_up(client: Client, rows: Iterable[RowChange]) -> None:
    """1. Sales take on their leads' dimensions, refunds their sales'. 2. First sales are judged
    anew for every customer that a touched lead, sale or refund has or had."""
    changed = list(rows)
    mine = {"agency_id": client.agency_id, "client": client}
    lead_ids = {row.row_id for row in changed if row.table == _LEADS}
    lead_ids |= _seen(changed, _SALES, "lead_id")
    sale_ids = {row.row_id for row in changed if row.table == _SALES}
    refund_ids = {row.row_id for row in changed if row.table == _REFUNDS}
    sale_ids |= _seen(changed, _REFUNDS, "sale_id")
    sale_ids |= set(
        Refund.objects.filter(**mine, pk__in=refund_ids, sale__isnull=False).values_list(
            "sale_id", flat=True
        )
    )
    sales = list(Sale.objects.filter(**mine, pk__in=sale_ids))
    lead_ids |= {sale.lead_id for sale in sales if sale.lead_id is not None}
    leads = list(Lead.objects.filter(**mine, pk__in=lead_ids).order_by("pk"))
    customers = {row.row_id for row in changed if row.table == _CUSTOMERS}
    customers |= _seen(changed, _LEADS, "customer_id") | _seen(changed, _SALES, "customer_id")
    customers |= {one.customer_id for one in (*leads, *sales) if one.customer_id is not None}
    dimensions_copy(client, leads)
    sales_settle(client, [sale.pk for sale in sales], customers)


def _seen(rows: Iterable[RowChange], table: str, column: str) -> set[int]:
    return {value for row in rows if row.table == table for value in row.seen(column)}
