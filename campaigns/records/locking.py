"""One order in which writers by hand lock rows that follow from each other, so that none wait crosswise.

Customers whose first sale may move, then leads, then sales. The order of ids within each. Calls of the
API and imports keep the same: `facts.holding`, `firsts`.
"""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Client
from campaigns.models import Customer, Lead, Sale


def lock_around(client: Client, leads: Iterable[int] = (), sales: Iterable[int] = ()) -> None:
    """Lock these leads and sales, the leads of the sales, the sales of the leads, and their customers."""
    mine = {"agency_id": client.agency_id, "client": client}
    lead_ids, sale_ids = set(leads), set(sales)
    sold, known = Sale.objects.filter(**mine), Lead.objects.filter(**mine)
    lead_ids |= set(
        sold.filter(pk__in=sale_ids, lead__isnull=False).values_list("lead_id", flat=True)
    )
    concerned = sold.filter(Q(pk__in=sale_ids) | Q(lead__in=lead_ids))
    led = known.filter(pk__in=lead_ids)
    customers = {
        customer
        for rows in (led, concerned)
        for customer in rows.filter(customer__isnull=False).values_list("customer_id", flat=True)
    }
    buyers = Customer.objects.filter(**mine, pk__in=customers).order_by("pk")
    list(buyers.select_for_update(of=("self",), no_key=True).values_list("pk"))
    for rows in (led, concerned):
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
