"""How far a source of a client has delivered: moved by each batch, and moved back by its undoing."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Client
from campaigns.imports.mapping import FileMapping
from campaigns.imports.writing.facts import Outcome
from campaigns.imports.writing.images import keep_images
from campaigns.models import ImportBatch, ReplacedRow, SourceSync

SYNCS = "campaigns_sourcesync"


def sources_covered(
    client: Client, batch: ImportBatch, mapping: FileMapping, outcome: Outcome, at: datetime
) -> None:
    """Extend each family of the source over the days that the file states or contains.

    The days between what was there and what comes count as complete: a note says so. at: when it ended.
    """
    first = mapping.complete_from or outcome.first_day
    last = mapping.complete_through or outcome.last_day
    if first is None or last is None:
        return
    for family in outcome.families:
        sync, is_new = SourceSync.objects.select_for_update().get_or_create(
            agency_id=client.agency_id, client=client, family=family, source=mapping.source
        )
        _keep(client, batch, sync, is_new)
        if sync.complete_through and first > sync.complete_through + timedelta(days=1):
            outcome.notes.append(
                {
                    "code": "gap",
                    "family": family,
                    "from": (sync.complete_through + timedelta(days=1)).isoformat(),
                    "to": (first - timedelta(days=1)).isoformat(),
                }
            )
        sync.complete_from = min(filter(None, (sync.complete_from, first)))
        sync.complete_through = max(filter(None, (sync.complete_through, last)))
        sync.last_success_at, sync.retired_at = at, None
        sync.save()


def source_retire(client: Client, source: str) -> int:
    """Nothing more comes from it: later days have nothing of it, instead of being unknown.

    Answers how many of its families were concerned; a delivery takes it back by itself.
    """
    found = SourceSync.objects.filter(
        agency_id=client.agency_id, client=client, source=source, is_live=False, retired_at=None
    )
    return found.update(retired_at=timezone.now())


def source_revive(client: Client, source: str) -> int:
    """It is expected to deliver after all."""
    found = SourceSync.objects.filter(agency_id=client.agency_id, client=client, source=source)
    return found.exclude(retired_at=None).update(retired_at=None)


def _keep(client: Client, batch: ImportBatch, sync: SourceSync, is_new: bool) -> None:
    """What the source was before the batch; an empty image if the batch made it known."""
    if is_new:
        ReplacedRow.objects.create(
            agency_id=client.agency_id, client=client, batch=batch,
            table_name=SYNCS, row_id=sync.pk, before={},
        )  # fmt: skip
        return
    about = {"agency": client.agency_id, "client": client.pk, "batch": batch.pk, "sync": sync.pk}
    keep_images(SYNCS, about, "", "t.id = %(sync)s")
