"""What was only looked at is forgotten after a week, with its file; what was refused keeps its words."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from accounts.tenancy import tenant_transaction
from campaigns.imports.storage import stored_path
from campaigns.models import ImportBatch
from campaigns.services import batch_create, batches_purge
from tests.campaigns.imports.sending import send
from tests.cast import Cast

LEADS = {"kind": "leads", "preset": "generic_leads"}
GOOD, BAD = "id,created\n1,2026-03-01\n", "id,created\n1,2026-02-31\n"


@pytest.mark.parametrize(("days", "left"), [(6, 3), (8, 2)])
def test_only_what_is_a_week_old_goes(
    cast: Cast,
    days: int,
    left: int,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert send(cast.bodega, GOOD, LEADS).state == "done"
    refused = send(cast.bodega, BAD, LEADS)
    with django_capture_on_commit_callbacks(execute=True), tenant_transaction(cast.aurora.pk):
        looked = batch_create(cast.bodega, [GOOD.encode()], "leads.csv", LEADS)
        at = timezone.now() + timedelta(days=days)
        assert batches_purge(cast.bodega, at) == 2 * (days > 7)
        assert batches_purge(cast.bodega, at) == 0
        assert ImportBatch.objects.count() == left
        refused.refresh_from_db()
        assert refused.error["code"] == "rows_refused"
        assert bool(refused.file_path) == (days < 7)
    assert stored_path(looked.file_path).exists() == (days < 7)
