"""What the page of a client that may leave shows."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agency, Client
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


@dataclass(frozen=True)
class Leaver:
    """A client of an agency that may be deleted, with the newest of its exports that is still kept."""

    client: Client
    export: Export | None

    @property
    def is_exported(self) -> bool:
        return self.export is not None and self.export.state == ExportState.READY

    @property
    def is_waiting(self) -> bool:
        return self.export is not None and self.export.state == ExportState.WAITING


def leavers_of(agency: Agency, at: datetime) -> list[Leaver]:
    """Every client of the agency by name, the archived ones too."""
    rows = Export.objects.filter(agency_id=agency.pk).exclude(expires_at__lte=at)
    newest = {each.client_id: each for each in rows.order_by("pk")}
    clients = Client.objects.filter(agency=agency).order_by("name", "pk")
    return [Leaver(client, newest.get(client.pk)) for client in clients]
