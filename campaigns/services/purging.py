"""Files that nobody started, or that were refused, do not lie about for ever."""

from datetime import datetime, timedelta

from accounts.commits import after_commit
from accounts.models import Client
from campaigns.imports.storage import forget
from campaigns.models import ImportBatch, RefusedRow
from campaigns.models.batches import BatchState

#: So long a file waits for its sender, or for a second try.
KEPT_DAYS = 7


def batches_purge(client: Client, at: datetime) -> int:
    """Forget what was only looked at, and the files of what was refused; how many batches that were.

    In the client's scope. What a refused import said stays, without its file. Twice is once.
    """
    old = ImportBatch.objects.filter(client=client, queued_at__lt=at - timedelta(days=KEPT_DAYS))
    seen = list(old.filter(state=BatchState.PREVIEW).select_for_update(skip_locked=True))
    refused = old.filter(state__in=(BatchState.REFUSED, BatchState.FAILED)).exclude(file_path="")
    tried = list(refused.select_for_update(skip_locked=True))
    for batch in (*seen, *tried):
        after_commit(forget, batch.file_path)
    RefusedRow.objects.filter(client=client, batch__in=seen).delete()
    old.filter(pk__in=[batch.pk for batch in seen]).delete()
    old.filter(pk__in=[batch.pk for batch in tried]).update(file_path="")
    return len(seen) + len(tried)
