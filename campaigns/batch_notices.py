"""What is told of an import: that it was refused or failed, or that it left rows out."""

from accounts.models import Client
from campaigns.models import ImportBatch
from inbox.services import notice_send


def tell_of_refusal(client: Client, batch: ImportBatch) -> None:
    """The words are those that the batch itself shows, in the client's language."""
    message = (batch.error or {}).get("message", "")
    data = {"batch": batch.pk, "file": batch.file_name, "message": message}
    notice_send(client.agency_id, client, "import_failed", f"import:{batch.pk}:failed", data)


def tell_of_rows_left_out(client: Client, batch: ImportBatch) -> None:
    """Nothing where all rows are in."""
    refused = batch.counts.get("refused", 0)
    if refused:
        kept = batch.counts.get("rows", 0)
        data = {"batch": batch.pk, "file": batch.file_name, "refused": refused, "kept": kept}
        notice_send(client.agency_id, client, "import_partly", f"import:{batch.pk}:partly", data)
