"""What is told of an import, to people and to programs: refused or failed, in, rows left out."""

from typing import Any

from accounts.models import Client
from campaigns.event_kinds import IMPORT_FAILED, IMPORT_FINISHED
from campaigns.models import ImportBatch
from inbox.services import notice_send
from webhooks.services import event_send


def tell_of_refusal(client: Client, batch: ImportBatch) -> None:
    """The words are those that the batch itself shows, in the client's language."""
    message = (batch.error or {}).get("message", "")
    data = {"batch": batch.pk, "file": batch.file_name, "message": message}
    notice_send(client.agency_id, client, "import_failed", f"import:{batch.pk}:failed", data)
    code = (batch.error or {}).get("code", "")
    _send(client, batch, IMPORT_FAILED, {"code": code, "message": message})


def tell_of_end(client: Client, batch: ImportBatch) -> None:
    """It is in: programs hear of it, people only if rows were left out."""
    refused = batch.counts.get("refused", 0)
    _send(client, batch, IMPORT_FINISHED, {"rows": batch.counts.get("rows", 0), "refused": refused})
    if refused:
        kept = batch.counts.get("rows", 0)
        data = {"batch": batch.pk, "file": batch.file_name, "refused": refused, "kept": kept}
        notice_send(client.agency_id, client, "import_partly", f"import:{batch.pk}:partly", data)


def _send(client: Client, batch: ImportBatch, kind: str, more: dict[str, Any]) -> None:
    """A batch that is tried once more after a failure has another end, and another key."""
    whole = {
        "import": batch.pk,
        "file": batch.file_name,
        "kind": batch.kind,
        "source": batch.source,
    }
    at = batch.finished_at.isoformat() if batch.finished_at else ""
    event_send(client.agency_id, client, kind, {**whole, **more}, f"{kind}:{batch.pk}:{at}")
