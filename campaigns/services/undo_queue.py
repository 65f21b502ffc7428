"""Undoing that takes longer than a page: a worker does it, and the scheduler sends it again if one dies.

A batch is `undoing` until the one transaction that takes it back commits; killed at any instruction,
it stays so, with its lock free.
"""

from celery import current_app
from django.utils import timezone, translation

from accounts.commits import after_commit
from accounts.errors import DomainError
from accounts.locks import Work, try_lock
from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import ImportBatch
from campaigns.models.batches import BatchState
from campaigns.services.chain import chain_of
from campaigns.services.undo import UndoPlan, batch_undo, batch_undo_plan, standing

#: So many lines, of the batch and of the later ones that are run again, are undone while one waits.
FEW = 10_000


def batch_undo_shown(client: Client, batch: ImportBatch) -> UndoPlan | None:
    """What undoing would do, for the page that asks; None if finding it out takes longer than a page."""
    return batch_undo_plan(client, batch) if _is_small(client, batch) else None


def batch_undo_ask(client: Client, batch: ImportBatch) -> ImportBatch:
    """Undo a small batch now, and have a large one undone; in the client's scope."""
    batch = standing(client, batch)
    if batch.state == BatchState.UNDOING:
        return batch
    if _is_small(client, batch):
        return batch_undo(client, batch)
    batch.state, batch.queued_at = BatchState.UNDOING, timezone.now()
    batch.notes = [note for note in batch.notes if note.get("code") != "undo_refused"]
    batch.save()
    after_commit(_send, batch)
    return batch


def batch_undo_run(agency_id: int, client_id: int, batch_id: int) -> ImportBatch | None:
    """Undo a batch that waits for it; outside any scope. None if somebody else is at it."""
    with tenant_transaction(agency_id):
        client = Client.objects.get(pk=client_id)
    with translation.override(client.language):
        try:
            with tenant_transaction(agency_id):
                if not (try_lock(Work.IMPORT, batch_id) and try_lock(Work.IMPORTS, client_id)):
                    return None
                batch = ImportBatch.objects.filter(client=client, pk=batch_id).first()
                if batch is None or batch.state != BatchState.UNDOING:
                    return batch
                return batch_undo(client, batch)
        except DomainError as refusal:
            return _refused(client, batch_id, refusal)


def _refused(client: Client, batch_id: int, refusal: DomainError) -> ImportBatch:
    """It stands again, and says why it could not be undone."""
    with tenant_transaction(client.agency_id):
        batch = ImportBatch.objects.select_for_update().get(client=client, pk=batch_id)
        batch.state = BatchState.DONE
        batch.notes = [*batch.notes, {"code": "undo_refused", "why": str(refusal)}]
        batch.save()
        return batch


def _is_small(client: Client, batch: ImportBatch) -> bool:
    batches = [batch, *chain_of(client, batch)]
    return sum(each.counts.get("rows", 0) for each in batches) <= FEW


def _send(batch: ImportBatch) -> None:
    which = {"agency_id": batch.agency_id, "client_id": batch.client_id, "batch_id": batch.pk}
    current_app.send_task("campaigns.tasks.import_run", kwargs=which)
