"""What a client's numbers can be narrowed to, for the filters of a page."""

from accounts.models import Client
from campaigns.models import Campaign

MOST = 300


def campaign_choices(client: Client) -> list[tuple[str, str]]:
    """(id, name) of the campaigns that are not archived, by name."""
    rows = Campaign.objects.filter(
        agency_id=client.agency_id, client=client, archived_at=None
    ).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:MOST]]
