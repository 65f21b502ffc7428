"""A client that moved to another time zone: count its old instants by the new one, on request.

Without this old facts keep the zone they were written in. Facts that came with a date and no time
have no instant: nothing can be cut anew, and they stay.
"""

from typing import Any

from django.db.models import Q

from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.firsts import firsts_keep
from campaigns.models import Customer, Interaction, Lead, Refund, Sale

#: What has instants, and which; the local days are the database's own columns of these.
INSTANTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Lead, ("created_at", "mql_at", "sql_at", "opp_at", "closed_at")),
    (Sale, ("sold_at",)),
    (Refund, ("refunded_at",)),
    (Interaction, ("happened_at",)),
)
#: Facts changed as a whole are not audited row by row; what it moves on closed days is in the ledger.
AS_ONE = 0


def facts_rezone(client: Client) -> int:
    """Give every fact with an instant the zone that the client has now. How many changed.

    1. The zone, from which PostgreSQL makes the days anew; its triggers mark old and new days, and
       give a sale's lines its new day.
    2. Which sale is a customer's first may change with the days.
    Inside a scope that holds the client; twice changes nothing.
    """
    changed = 0
    with writing_because("rebuilt", AS_ONE):
        for model, instants in INSTANTS:
            has_instant = Q()
            for name in instants:
                has_instant |= Q(**{f"{name}__isnull": False})
            rows = model.objects.filter(agency_id=client.agency_id, client=client)
            rows = rows.filter(has_instant).exclude(tz=client.time_zone)
            changed += rows.update(tz=client.time_zone)
        if changed:
            customers = Customer.objects.filter(agency_id=client.agency_id, client=client)
            firsts_keep(client, customers.values_list("pk", flat=True))
    return changed
