"""One order in which writers by hand lock rows that follow from each other, so that none wait crosswise.

Leads, then the customers whose first sale may move, then sales. The order of ids within each.
"""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Client
from campaigns.models import Customer, Lead, Sale


def lock_around(client: Client, leads: Iterable[int] = (), sales: Iterable[int] = ()) -> None:
    """Lock these leads and sales, the leads of the sales, the sales of the leads, and their customers."""
    mine = {"agency_id": client.agency_id, "client": client}
    lead_ids, sale_ids = set(leads), set(sales)
    sold = Sale.objects.filter(**mine)
    lead_ids |= set(
        sold.filter(pk__in=sale_ids, lead__isnull=False).values_list("lead_id", flat=True)
    )
    held = list(
        Lead.objects.filter(**mine, pk__in=lead_ids).order_by("pk").select_for_update(of=("self",))
    )
    concerned = sold.filter(Q(pk__in=sale_ids) | Q(lead__in=lead_ids))
    customers = {lead.customer_id for lead in held if lead.customer_id is not None}
    customers |= set(concerned.filter(customer__isnull=False).values_list("customer_id", flat=True))
    list(
        Customer.objects.filter(**mine, pk__in=customers)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk")
    )
    list(concerned.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
