"""How the agency's machinery stands: what each client waits for, and when it was last served.

A fixed number of statements, however many clients there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, QuerySet

from accounts.models import Client
from campaigns.models import ImportBatch, SourceSync
from campaigns.models.batches import BatchState
from campaigns.quiet import Quiet, quiet_by_client
from kpis.models import DirtyDay, NightRun


@dataclass(frozen=True)
class Standing:
    """One client: its sources, its last night and import, and since when something waits.

    dirty_since: the oldest mark that is not in the numbers yet. queued_since: the oldest import that
    has not begun. sources: how many deliver, retired ones left out.
    """

    client: Client
    sources: int
    quiet: Sequence[Quiet]
    night: NightRun | None
    batch: ImportBatch | None
    dirty_since: datetime | None
    queued_since: datetime | None


def standings(agency_id: int, clients: Sequence[Client], at: datetime) -> list[Standing]:
    """In the order of the clients."""
    ids = [client.pk for client in clients]
    own = {"agency_id": agency_id, "client_id__in": ids}
    today = {each.pk: (each.time_zone, _day(at, each)) for each in clients}
    quiet = quiet_by_client(agency_id, today)
    nights = _latest(NightRun.objects.filter(**own).order_by("client_id", "-day"))
    ended = ImportBatch.objects.filter(**own, finished_at__isnull=False)
    batches = _latest(ended.order_by("client_id", "-finished_at", "-pk"))
    dirty = _oldest(DirtyDay.objects.filter(**own), "marked_at")
    queued = _oldest(ImportBatch.objects.filter(**own, state=BatchState.QUEUED), "queued_at")
    sources = dict(
        SourceSync.objects.filter(**own, retired_at=None)
        .values_list("client_id")
        .annotate(count=Count("source", distinct=True))
    )
    return [
        Standing(
            client, sources.get(client.pk, 0), quiet[client.pk], nights.get(client.pk),
            batches.get(client.pk), dirty.get(client.pk), queued.get(client.pk),
        )
        for client in clients
    ]  # fmt: skip


def _day(at: datetime, client: Client) -> date:
    return at.astimezone(ZoneInfo(client.time_zone)).date()


def _latest(rows: QuerySet[Any]) -> dict[int, Any]:
    """The first row of each client."""
    return {row.client_id: row for row in rows.distinct("client_id")}


def _oldest(rows: QuerySet[Any], column: str) -> Mapping[int, datetime]:
    return dict(rows.values_list("client_id").annotate(oldest=Min(column)))
