"""Imports: a file is stored, looked at, started, run by a worker. Undoing one is in `undo`.

A batch is queued until its one transaction commits as done; a worker killed at any instruction leaves
it queued, with its lock free, and the scheduler sends it again.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import OperationalError, models
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.commits import after_commit
from accounts.errors import DomainError
from accounts.locks import Work, try_lock
from accounts.models import Client
from accounts.outages import Outage, outage_of
from accounts.tenancy import tenant_transaction, writing_because
from campaigns.batch_notices import tell_of_end, tell_of_refusal
from campaigns.firsts import firsts_keep
from campaigns.imports.errors import FileRefused
from campaigns.imports.inspection import WORKBOOK
from campaigns.imports.mapping import FileMapping, mapping_from_json
from campaigns.imports.preview import Preview, preview
from campaigns.imports.reading import ClientTerms, StoredFile
from campaigns.imports.refusals import RowsRefused, refused_rows
from campaigns.imports.runner import run
from campaigns.imports.sheets.workbook import sheet_open
from campaigns.imports.storage import forget, shown_name, store, stored_path
from campaigns.imports.writing.facts import Outcome
from campaigns.imports.writing.touched import customers_touched
from campaigns.models import ImportBatch, ImportMapping, RefusedRow
from campaigns.models.batches import BatchState
from campaigns.progress import ProgressReport
from campaigns.services.replay import WITH_CUSTOMERS
from campaigns.services.sources import sources_covered
from campaigns.signals import facts_changed

log = logging.getLogger(__name__)
#: An unexpected error is tried again this often; a batch that kills its worker, more often.
MOST_ERRORS, MOST_ATTEMPTS = 5, 60
_OF_ONE_FILE = ("encoding", "delimiter", "complete_from", "complete_through")


def batch_create(
    client: Client,
    chunks: Iterable[bytes],
    name: str,
    mapping: FileMapping | dict[str, Any],
    written_by: int | None = None,
) -> ImportBatch:
    """Store and inspect a file for import; the batch waits in state `preview`. In the client's scope.

    mapping: at least a kind, usually with a preset. Raises FileRefused for what is no table of text.
    """
    wanted = mapping if isinstance(mapping, FileMapping) else mapping_from_json(mapping)
    relative, found = store(chunks, shown_name(name), client.agency_id, client.pk)
    return ImportBatch.objects.create(
        agency_id=client.agency_id,
        client=client,
        kind=wanted.kind,
        source=wanted.source or "",
        state=BatchState.PREVIEW,
        file_name=shown_name(name),
        file_path=relative,
        file_hash=found.sha256,
        file_size=found.size,
        mapping=_with_encoding(wanted, found.encoding),
        written_by=written_by,
    )


def _with_encoding(wanted: FileMapping, found: str) -> dict[str, Any]:
    said = wanted.as_json()
    return said if found == WORKBOOK else {**said, "encoding": wanted.encoding or found}


def preview_of(
    client: Client, batch: ImportBatch, mapping: FileMapping | dict[str, Any] | None = None
) -> Preview:
    """What the batch would do with its own mapping, or with another. Writes nothing."""
    said = batch.mapping if mapping is None else mapping
    wanted = said if isinstance(said, FileMapping) else mapping_from_json(said)
    try:
        file = batch_file(batch, wanted)
    except FileRefused as refusal:  # a workbook whose sheet is not chosen yet, or cannot be read
        choices = tuple(refusal.data.get("choices", ()))
        return Preview(batch.file_name, refusal=refusal, sheets=choices)
    return preview(file, wanted, _terms(client))


def batch_start(
    client: Client,
    batch: ImportBatch,
    mapping: FileMapping | dict[str, Any] | None = None,
    without_bad_rows: bool = False,
    is_sent: bool = True,
) -> ImportBatch:
    """Queue a prepared or refused batch; a worker takes it once this transaction commits.

    is_sent=False leaves it to the caller to run it.
    """
    if batch.state not in (BatchState.PREVIEW, BatchState.REFUSED, BatchState.FAILED):
        raise DomainError("batch_not_ready", _("This import has been started already."))
    if mapping is not None:
        wanted = mapping if isinstance(mapping, FileMapping) else mapping_from_json(mapping)
        batch.kind = wanted.kind
        batch.mapping = wanted.as_json()
    batch.state = BatchState.QUEUED
    batch.without_bad_rows = without_bad_rows
    batch.queued_at, batch.finished_at = timezone.now(), None
    batch.attempts, batch.error, batch.counts, batch.notes = 0, None, {}, []
    batch.save()
    RefusedRow.objects.filter(agency_id=batch.agency_id, client=client, batch=batch).delete()
    if is_sent:
        after_commit(_send, batch)
    return batch


def _send(batch: ImportBatch) -> None:
    """Tell the workers. If the broker is away, the scheduler will find the batch queued."""
    which = {"agency_id": batch.agency_id, "client_id": batch.client_id, "batch_id": batch.pk}
    current_app.send_task("campaigns.tasks.import_run", kwargs=which)


def batch_forget(client: Client, batch_id: int) -> None:
    """Leave no trace of a batch that wrote nothing: a dry run's."""
    batch = ImportBatch.objects.get(client=client, pk=batch_id)
    if batch.state in (BatchState.DONE, BatchState.UNDOING, BatchState.UNDONE):
        raise DomainError("batch_not_ready", _("This import has been done; undo it instead."))
    RefusedRow.objects.filter(client=client, batch=batch).delete()
    after_commit(forget, batch.file_path)
    batch.delete()


def batch_run(
    agency_id: int, client_id: int, batch_id: int, is_dry: bool = False
) -> ImportBatch | None:
    """Run a queued batch to its end, in transactions of its own; outside any scope.

    None if somebody else is at it, or at another import of the client: it stays queued. A dry run
    answers the batch as it would end, and leaves everything as it was.
    """
    with tenant_transaction(agency_id):
        batch = ImportBatch.objects.filter(client_id=client_id, pk=batch_id).first()
        if batch is None or batch.state != BatchState.QUEUED:
            return batch
        client = Client.objects.get(pk=client_id)
        batch.attempts += 1
        batch.save(update_fields=["attempts"])
    with translation.override(client.language):
        try:
            if batch.attempts > MOST_ATTEMPTS:
                raise _given_up()
            return _attempt(client, batch, is_dry)
        except DomainError as refusal:
            return _refused(client, batch, refusal, is_dry)
        except Exception as error:
            if outage := outage_of(error):
                return _postponed(client, batch, outage)
            if isinstance(error, OperationalError):
                raise  # the database's fault, not the file's: it stays queued
            if batch.attempts < MOST_ERRORS:
                raise
            log.exception("import %s of client %s failed", batch_id, client_id)
            return _refused(client, batch, _given_up(), is_dry)


class _DryRun(Exception):
    """Takes a dry run back."""


def _attempt(client: Client, batch: ImportBatch, is_dry: bool) -> ImportBatch | None:
    with suppress(_DryRun), tenant_transaction(client.agency_id):
        if not (try_lock(Work.IMPORT, batch.pk) and try_lock(Work.IMPORTS, client.pk)):
            return None
        queued = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state="queued")
        found = queued.first()
        if found is None:
            return None
        batch = found
        wanted = mapping_from_json(batch.mapping)
        file = batch_file(batch, wanted)
        report = ProgressReport(batch.pk, file.path.stat().st_size)
        which = {"agency": client.agency_id, "client": client.pk, "batch": batch.pk}
        with writing_because("import", batch.pk):
            outcome, mapping = run(
                file, wanted, _terms(client), which, batch.without_bad_rows, report
            )  # fmt: skip
            if batch.kind in WITH_CUSTOMERS:
                firsts_keep(client, customers_touched(which))
            _finish(client, batch, mapping, outcome)
            tell_of_end(client, batch)
        after_commit(_tell, batch, report)
        if is_dry:
            raise _DryRun
    return batch


def _finish(client: Client, batch: ImportBatch, mapping: FileMapping, outcome: Outcome) -> None:
    through = mapping.complete_through or outcome.last_day
    at = _end_of(client)
    sources_covered(client, batch, mapping, outcome, at)
    batch.source = mapping.source or ""
    batch.mapping = mapping.as_json()
    batch.complete_through = through
    batch.counts, batch.notes = outcome.counts, outcome.notes
    batch.state, batch.error = BatchState.DONE, None
    batch.finished_at = at
    batch.save()


def _end_of(client: Client) -> datetime:
    """Now; but after every earlier import, even if the clock went back: undoing goes by it."""
    done = ImportBatch.objects.filter(agency_id=client.agency_id, client=client, state="done")
    last = done.aggregate(models.Max("finished_at"))["finished_at__max"]
    return max(filter(None, (timezone.now(), last and last + timedelta(microseconds=1))))


def _tell(batch: ImportBatch, report: ProgressReport) -> None:
    report.over()
    forget(batch.file_path)
    facts_changed.send(ImportBatch, agency_id=batch.agency_id, client_id=batch.client_id)


def _refused(client: Client, batch: ImportBatch, refusal: DomainError, is_dry: bool) -> ImportBatch:
    """Record the refusal after its transaction is gone, with the rows it is about."""
    is_failure = refusal.code == "gave_up"
    with tenant_transaction(client.agency_id):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state != BatchState.QUEUED:
            return batch
        batch.state = BatchState.FAILED if is_failure else BatchState.REFUSED
        batch.error = {"code": refusal.code, "message": str(refusal), "data": refusal.data}
        batch.finished_at = timezone.now()
        batch.save()
        if isinstance(refusal, RowsRefused):
            RefusedRow.objects.bulk_create(refused_rows(batch, refusal.bad_rows))
        if not is_dry:  # who tries sees it anyway
            tell_of_refusal(client, batch)
    ProgressReport(batch.pk, 0).over()
    return batch


def _postponed(client: Client, batch: ImportBatch, outage: Outage) -> ImportBatch:
    """Leave it queued with the reason beside it; an attempt that met an outage does not count."""
    log.warning("import %s of client %s waits: %s", batch.pk, client.pk, outage.code)
    again_at = timezone.now() + timedelta(seconds=outage.retry_seconds)
    with tenant_transaction(client.agency_id):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state == BatchState.QUEUED:
            batch.attempts = max(batch.attempts - 1, 0)
            batch.queued_at = again_at
            batch.error = {"code": outage.code, "message": str(outage.message), "data": {}}
            batch.save(update_fields=["attempts", "queued_at", "error"])
    return batch


def _given_up() -> DomainError:
    return DomainError(
        "gave_up",
        _("The import broke off again and again, and nothing of it was kept. Try it with a part of"
          " the file; if that breaks off too, tell the people who run Rumbo."),
    )  # fmt: skip


def mapping_save(client: Client, name: str, mapping: FileMapping | dict[str, Any]) -> ImportMapping:
    """Keep a way to read files under a name; the same name again replaces it."""
    name = name.strip()
    if not name or len(name) > 80:
        raise DomainError("name_invalid", _("Give the mapping a name of up to 80 characters."))
    said = mapping if isinstance(mapping, FileMapping) else mapping_from_json(mapping)
    saved, _is_new = ImportMapping.objects.update_or_create(
        agency_id=client.agency_id,
        client=client,
        name=name,
        defaults={"kind": said.kind, "mapping": _of_any_file(said.as_json())},
    )
    return saved


def batch_map(client: Client, batch: ImportBatch, mapping: dict[str, Any]) -> ImportBatch:
    """Keep how a prepared file is to be read, so that whoever comes back finds it as it was left."""
    wanted = mapping_from_json(mapping)
    if batch.state in (BatchState.PREVIEW, BatchState.REFUSED, BatchState.FAILED):
        batch.kind, batch.mapping = wanted.kind, wanted.as_json()
        batch.save(update_fields=["kind", "mapping"])
    return batch


def file_facts(mapping: dict[str, Any]) -> dict[str, Any]:
    """Of a mapping what holds for that one file: how it is written, and how far it goes."""
    return {name: mapping[name] for name in _OF_ONE_FILE if name in mapping}


def _of_any_file(mapping: dict[str, Any]) -> dict[str, Any]:
    """The mapping for the next file with these columns: what one file alone says is left out."""
    return {name: said for name, said in mapping.items() if name not in _OF_ONE_FILE}


def mapping_delete(mapping: ImportMapping) -> None:
    mapping.delete()


def batch_file(batch: ImportBatch, wanted: FileMapping) -> StoredFile:
    """The batch's file as it is read by a mapping; FileRefused for a workbook whose sheet is not named."""
    path = stored_path(batch.file_path)
    if not batch.file_path or not path.is_file():
        raise DomainError("file_gone", _("The file is not there any more. Send it again."))
    if path.suffix == f".{WORKBOOK}":
        made = sheet_open(path, batch.file_name, wanted.sheet)
        return StoredFile(made.path, batch.file_name, "utf-8", made.sheet, made.sheets)
    return StoredFile(path, batch.file_name, batch.mapping.get("encoding") or "utf-8")


def _terms(client: Client) -> ClientTerms:
    return ClientTerms(client.currency, client.time_zone)
