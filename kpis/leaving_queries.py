"""What the page of a client that may leave shows."""

from datetime import datetime

from accounts.models import Client
from kpis.models import Export, ExportState


def export_last(client: Client, at: datetime) -> Export | None:
    """The newest export that waits, failed, or can still be taken away."""
    rows = Export.objects.filter(agency_id=client.agency_id, client=client)
    found: Export | None = rows.exclude(expires_at__lte=at).order_by("-pk").first()
    return found


def export_ready(client: Client, at: datetime) -> Export | None:
    """The newest that can be taken away."""
    rows = Export.objects.filter(
        agency_id=client.agency_id, client=client, state=ExportState.READY, expires_at__gt=at
    )
    found: Export | None = rows.order_by("-pk").first()
    return found
