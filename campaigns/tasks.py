"""Celery tasks of campaigns: each names its work and calls a service."""

from celery import shared_task

from accounts.tasks import TenantTask
from campaigns.services import batch_run, batch_undo_run


@shared_task(base=TenantTask, name="campaigns.tasks.import_run", opens_transaction=False)
def import_run(*, agency_id: int, client_id: int, batch_id: int) -> None:
    """Run a queued import, or undo one that waits for it. One at work already, or done, is left alone."""
    batch_run(agency_id, client_id, batch_id)
    batch_undo_run(agency_id, client_id, batch_id)
