"""Archives on their way in: stored, checked by a worker, started by a person, brought in by a worker.

The check brings the whole archive in and takes it back, so that what is shown is what will come. What
is on its way stays so until the transaction commits that ends it: a worker killed at any instruction
leaves it with its lock free, and the scheduler sends it again.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.commits import after_commit
from accounts.errors import DomainError
from accounts.locks import Work, try_lock
from accounts.models import Agency, Client
from accounts.outages import VALKEY_AWAY
from accounts.tenancy import tenant_transaction
from campaigns.imports.storage import shown_name
from kpis.archive.reading import Archive, archive_open
from kpis.archive.tables import CARRIED
from kpis.arriving.files import (
    arrival_file_forget,
    arrival_files_sweep,
    arrival_path,
    arrival_store,
)
from kpis.arriving.finding import found_of
from kpis.arriving.progress import progress_over, progress_say
from kpis.arriving.queries import name_free
from kpis.arriving.telling import arrival_tell, arrival_tell_client, arrival_untell
from kpis.exports.archive_services import archive_bring_in
from kpis.models import Arrival, ArrivalState

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
KEPT = timedelta(days=7)
AT_WORK = (ArrivalState.CHECKING, ArrivalState.COMING)


def arrival_create(
    agency: Agency, chunks: Iterable[bytes], file_name: str, requested_by: int | None
) -> Arrival:
    """Keep a file and have it checked once this transaction commits. In scope.

    Raises DomainError `file_too_large`, StorageFull.
    """
    secret, size = arrival_store(agency.pk, chunks)
    arrival: Arrival = Arrival.objects.create(
        agency=agency,
        secret=secret,
        size=size,
        file_name=shown_name(file_name),
        requested_by=requested_by,
    )
    after_commit(_send, arrival)
    secrets = set(Arrival.objects.filter(agency=agency).values_list("secret", flat=True))
    after_commit(arrival_files_sweep, agency.pk, secrets)
    return arrival


def arrival_start(arrival: Arrival, name: str, started_by: int | None) -> Arrival:
    """Have a checked archive brought in as a new client of that name. Twice is once. In scope.

    started_by: a Membership's id; the client is made in its name, and it hears of it.
    Raises DomainError `client_there` if the agency has one of that name, `arrival_not_ready`.
    """
    row: Arrival | None = Arrival.objects.select_for_update().filter(pk=arrival.pk).first()
    if row is None:
        raise DomainError("arrival_not_ready", _("The file is discarded."))
    if row.state in (ArrivalState.COMING, ArrivalState.DONE):
        return row
    if row.state != ArrivalState.CHECKED:
        raise DomainError("arrival_not_ready", _("This archive has not been checked."))
    if Client.objects.filter(agency_id=row.agency_id, name=name).exists():
        raise DomainError("client_there", _("The agency has a client of this name already."))
    row.state, row.name, row.refusal = ArrivalState.COMING, name, ""
    row.attempts, row.queued_at, row.expires_at = 0, timezone.now(), None
    row.requested_by = started_by
    row.save()
    after_commit(_send, row)
    return row


def arrival_discard(arrival: Arrival) -> None:
    """Remove the file and its row; a client that it became stays. In scope.

    Raises DomainError `arrival_busy` while it is brought in, or while a worker has it.
    """
    free = Arrival.objects.select_for_update(skip_locked=True).filter(pk=arrival.pk)
    row = free.exclude(state=ArrivalState.COMING).first()
    if row is None or not try_lock(Work.ARRIVAL, row.pk):
        raise DomainError("arrival_busy", _("A worker has this archive just now. Wait for it."))
    _remove(row)


def arrival_expire(agency_id: int, arrival_id: int) -> bool:
    """Remove an archive that nobody brought in within its days; whether it was. Outside any scope."""
    with tenant_transaction(agency_id):
        over = Arrival.objects.select_for_update().filter(
            pk=arrival_id, expires_at__lte=timezone.now()
        )
        row = over.first()
        if row is None:
            return False
        _remove(row)
        return True


def _remove(row: Arrival) -> None:
    arrival_untell(row)
    row.delete()
    after_commit(arrival_file_forget, row)


def arrival_run(agency_id: int, arrival_id: int) -> Arrival | None:
    """Check an archive, or bring in one that was started, in transactions of its own; outside any scope.

    None if somebody else is at it. An error is tried again, MOST_ATTEMPTS times in all; so is a
    worker's death, which only the count of attempts knows of.
    """
    with tenant_transaction(agency_id):
        row = Arrival.objects.filter(pk=arrival_id).first()
        if row is None or row.state not in AT_WORK:
            return row
        if not try_lock(Work.ARRIVAL, row.pk):
            return None
        row.attempts += 1
        row.save(update_fields=["attempts"])
        language = Agency.objects.only("language").get(pk=agency_id).language
    with translation.override(language):
        try:
            if row.attempts > MOST_ATTEMPTS:
                return _ended(row, ArrivalState.FAILED, "")
            return _check(row) if row.state == ArrivalState.CHECKING else _bring_in(row)
        except DomainError as refusal:
            return _refused(row, refusal)
        except OperationalError:
            raise  # the database is away: it stays on its way
        except Exception:
            log.exception("archive %s of agency %s failed", arrival_id, agency_id)
            is_over = row.attempts >= MOST_ATTEMPTS
            return _ended(row, ArrivalState.FAILED, "") if is_over else row


def _check(row: Arrival) -> Arrival | None:
    with tenant_transaction(row.agency_id):
        held = _held(row)
        if held is None:
            return None
        agency = Agency.objects.get(pk=held.agency_id)
        with archive_open(arrival_path(held), settings.ARCHIVE_UNPACKED_BYTES) as archive:
            for table in CARRIED:
                for _line in archive.lines(f"{table}.jsonl"):
                    pass
            held.name = name_free(agency, archive.manifest["client"])
            _try(agency, held, archive)
        held.state, held.finished_at = ArrivalState.CHECKED, timezone.now()
        held.expires_at = held.finished_at + KEPT
        held.save()
        arrival_tell(held)
    progress_over(row.pk)
    return held


class _TakenBack(Exception):
    """Ends a try of bringing in."""


def _try(agency: Agency, row: Arrival, archive: Archive) -> None:
    try:
        with transaction.atomic():
            brought = archive_bring_in(agency, archive, row.name, partial(progress_say, row.pk))
            row.found = found_of(archive, brought)
            raise _TakenBack
    except _TakenBack:
        return


def _bring_in(row: Arrival) -> Arrival | None:
    with tenant_transaction(row.agency_id, actor_id=row.requested_by):
        held = _held(row)
        if held is None:
            return None
        agency = Agency.objects.get(pk=held.agency_id)
        with archive_open(arrival_path(held), settings.ARCHIVE_UNPACKED_BYTES) as archive:
            say = partial(progress_say, held.pk)
            held.client = archive_bring_in(agency, archive, held.name, say).client
        held.state, held.finished_at = ArrivalState.DONE, timezone.now()
        held.save()
        arrival_tell_client(held)
        after_commit(arrival_file_forget, held)
    progress_over(row.pk)
    return held


def _held(row: Arrival) -> Arrival | None:
    """The row for this transaction alone; None if it is another worker's, or not wanted any more."""
    if not try_lock(Work.ARRIVAL, row.pk):
        return None
    rows = Arrival.objects.select_for_update().filter(pk=row.pk, state=row.state)
    found: Arrival | None = rows.first()
    return found


def _refused(row: Arrival, refusal: DomainError) -> Arrival | None:
    """A name that was taken meanwhile is asked for again; everything else ends it."""
    if refusal.__cause__ is not None:  # its rows were strange; or we were
        log.warning("archive %s of agency %s", row.pk, row.agency_id, exc_info=refusal)
    is_open = refusal.code == "client_there"
    return _ended(row, ArrivalState.CHECKED if is_open else ArrivalState.REFUSED, str(refusal))


def _ended(row: Arrival, state: ArrivalState, refusal: str) -> Arrival | None:
    with tenant_transaction(row.agency_id):
        held = _held(row)
        if held is None:
            return None
        held.state, held.refusal, held.finished_at = state, refusal, timezone.now()
        held.expires_at = held.finished_at + KEPT
        held.save()
        arrival_tell(held)
        if state != ArrivalState.CHECKED:
            after_commit(arrival_file_forget, held)
    progress_over(row.pk)
    return held


def _send(arrival: Arrival) -> None:
    """Tell the workers. If the broker is away, the scheduler will find the archive waiting."""
    which = {"agency_id": arrival.agency_id, "arrival_id": arrival.pk}
    try:
        current_app.send_task("kpis.tasks.arrival", kwargs=which)
    except VALKEY_AWAY as error:
        log.warning("archive %s could not be sent: %s", arrival.pk, error)
