"""Exports of a client: wished for, made by a worker, told of, and cleared away after some days.

An export waits until the transaction commits that makes it ready. A worker killed at any instruction
leaves it waiting with its lock free, and the scheduler sends it again.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

from celery import current_app
from django.db import OperationalError
from django.utils import timezone

from accounts.commits import after_commit
from accounts.locks import Work, try_lock
from accounts.models import Client
from accounts.outages import VALKEY_AWAY
from accounts.tenancy import tenant_transaction
from inbox.services import notice_send
from kpis.exports.archive_services import client_export
from kpis.exports.files import export_path
from kpis.models import Export, ExportState

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
KEPT = timedelta(days=7)


def export_queue(client: Client, requested_by: int | None) -> Export:
    """Have everything written to a file once this transaction commits; one that waits is the same."""
    Export.objects.bulk_create(
        [
            Export(
                agency_id=client.agency_id,
                client=client,
                secret=token_urlsafe(32),
                requested_by=requested_by,
            )
        ],
        ignore_conflicts=True,  # two at once make one
    )
    waiting: Export = Export.objects.get(
        agency_id=client.agency_id, client=client, state=ExportState.WAITING
    )
    after_commit(_send, waiting)
    return waiting


def export_run(agency_id: int, client_id: int, export_id: int) -> Export | None:
    """Make a waiting export, in transactions of its own; outside any scope.

    None if somebody else is at it, or it is gone. An error is tried again, MOST_ATTEMPTS times in
    all; so is a worker's death, which only the count of attempts knows of.
    """
    with tenant_transaction(agency_id):
        export = Export.objects.filter(client_id=client_id, pk=export_id).first()
        if export is None or export.state != ExportState.WAITING:
            return export
        if not try_lock(Work.EXPORT, export_id):
            return None
        client = Client.objects.get(pk=client_id)
        export.attempts += 1
        export.save(update_fields=["attempts"])
    if export.attempts > MOST_ATTEMPTS:
        return _ended(client, export, None)
    path = export_path(export)
    part = path.with_suffix(f".{export.attempts}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        client_export(client, part, export_id)
        return _ended(client, export, part)
    except OperationalError:
        raise  # the database is away: it stays waiting
    except Exception:
        log.exception("export %s of client %s failed", export_id, client_id)
        return _ended(client, export, None) if export.attempts >= MOST_ATTEMPTS else export
    finally:
        with suppress(OSError):  # nothing was written, or not even the folder
            part.unlink()


def export_expire(agency_id: int, client_id: int, export_id: int) -> bool:
    """Remove the file and the row of an export whose days are over; whether it was."""
    with tenant_transaction(agency_id):
        over = Export.objects.select_for_update().filter(
            client_id=client_id, pk=export_id, expires_at__lte=timezone.now()
        )
        export = over.first()
        if export is None:
            return False
        export_path(export).unlink(missing_ok=True)
        export.delete()
        return True


def _ended(client: Client, export: Export, made: Path | None) -> Export | None:
    """Note what came of it and tell whoever wished for it. None: it is not wished for any more."""
    with tenant_transaction(client.agency_id):
        row = Export.objects.select_for_update().filter(pk=export.pk).first()
        if row is None or row.state != ExportState.WAITING:
            return row  # the client is being erased, or another worker was faster
        row.state = ExportState.READY if made else ExportState.FAILED
        row.finished_at = timezone.now()
        row.expires_at = row.finished_at + KEPT
        if made:
            row.size = made.stat().st_size
            made.rename(export_path(row))
        row.save()
        for dead in export_path(row).parent.glob(f"{row.secret}.*.part"):
            dead.unlink(missing_ok=True)
        _tell(client, row, row.expires_at)
        return row


def _tell(client: Client, export: Export, until: datetime) -> None:
    if export.requested_by is None:
        return
    kind = "export_ready" if export.state == ExportState.READY else "export_failed"
    data = {"client": client.name, "until": until.date().isoformat()}
    key = f"export:{export.pk}"
    notice_send(client.agency_id, client, kind, key, data, member_id=export.requested_by)


def _send(export: Export) -> None:
    """Tell the workers. If the broker is away, the scheduler will find the export waiting."""
    which = {
        "agency_id": export.agency_id,
        "client_id": export.client_id,
        "export_id": export.pk,
    }
    try:
        current_app.send_task("kpis.tasks.export", kwargs=which)
    except VALKEY_AWAY as error:
        log.warning("export %s could not be sent: %s", export.pk, error)
