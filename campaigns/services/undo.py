"""Undoing an import, whichever: as if it had never been, with everything else as it happened since.

1. In copies of the tables (campaigns.undoing), the batch and the later imports that rest on it are
   taken back, newest first: each row that one replaced comes back from the image kept under it.
2. They are run again from the lines that each kept: once all of them, to see what somebody has changed
   by hand since, and once without the batch.
3. The difference between the two is what the batch did. It is taken out of the real tables, except
   where somebody has been at work since; later batches' images become those of the second run.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.commits import after_commit
from accounts.errors import DomainError
from accounts.locks import Work, lock
from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.firsts import firsts_keep
from campaigns.import_notes import BROUGHT_IN, is_brought_in, note_text
from campaigns.imports.errors import FileRefused
from campaigns.imports.writing.staging import execute
from campaigns.models import BatchLines, ImportBatch
from campaigns.models.batches import BatchState
from campaigns.services.chain import chain_of, without_lines
from campaigns.services.replay import batch_replay
from campaigns.signals import facts_changed
from campaigns.undoing.applying import (
    ChangedMeanwhile,
    Deeds,
    customers_moved,
    deeds_counted,
    deeds_do,
    images_replace,
)
from campaigns.undoing.difference import (
    deeds_find,
    edits_find,
    images_keep,
    images_merge,
    workings_drop,
)
from campaigns.undoing.shadows import shadows
from campaigns.undoing.tables import Written, tables_of
from campaigns.undoing.taking_back import take_back

#: A row that is written while the undo is thought out makes it think again, so often.
MOST_TRIES = 5


@dataclass(frozen=True)
class UndoPlan:
    """What an undo would do: rows of facts, and the later imports that are run again."""

    deeds: Deeds
    later: list[ImportBatch] = field(default_factory=list)


def batch_undo(client: Client, batch: ImportBatch) -> ImportBatch:
    """Take a batch out of those that were done. Raises DomainError if it cannot be, or not cleanly."""
    for tried in range(1, MOST_TRIES + 1):
        try:
            return _undo(client, batch)
        except ChangedMeanwhile:
            if tried == MOST_TRIES:
                raise _busy() from None
    raise AssertionError("the last try answers or raises")


def batch_undo_plan(client: Client, batch: ImportBatch) -> UndoPlan:
    """What undoing the batch would change. Writes nothing."""
    batch = standing(client, batch)
    with _kept_out(), transaction.atomic():
        tables, later = _think_out(client, batch)
        found = deeds_counted(tables, [each.pk for each in later])
        transaction.set_rollback(True)
    return UndoPlan(found, later)


def _undo(client: Client, batch: ImportBatch) -> ImportBatch:
    lock(Work.IMPORTS, client.pk)
    batch = standing(client, batch)
    which = {"agency": client.agency_id, "client": client.pk, "batch": batch.pk}
    with _kept_out(), transaction.atomic(), writing_because("undo", batch.pk):
        tables, later = _think_out(client, batch)
        found = deeds_counted(tables, [each.pk for each in later])
        deeds_do(tables, which)
        images_replace({**which, "batches": [batch.pk, *(each.pk for each in later)]})
        if any(table.name == "campaigns_customer" for table in tables):
            firsts_keep(client, customers_moved())
        workings_drop()
    BatchLines.objects.filter(client=client, batch=batch).delete()
    batch.state, batch.undone_at = BatchState.UNDONE, timezone.now()
    batch.counts = {**batch.counts, "removed": found.removed, "edited": found.edited}
    batch.save()
    after_commit(facts_changed.send, ImportBatch, agency_id=client.agency_id, client_id=client.pk)
    return batch


def standing(client: Client, batch: ImportBatch) -> ImportBatch:
    """The batch, locked; DomainError if there is nothing to undo."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk, client=client)
    if batch.state not in (BatchState.DONE, BatchState.UNDOING):
        raise DomainError(
            "batch_not_done", _("This import is not done, so nothing is to be undone.")
        )
    if is_brought_in(batch.notes):
        raise DomainError("batch_brought_in", note_text(BROUGHT_IN))
    return batch


def _think_out(client: Client, batch: ImportBatch) -> tuple[list[Written], list[ImportBatch]]:
    """Up to the decision what to do: the tables that it is about, and the batches that were run again."""
    later = chain_of(client, batch)
    if older := without_lines([batch, *later]):
        raise _too_old(older)
    tables = tables_of([batch.kind, *(each.kind for each in later)])
    which = {
        "agency": client.agency_id, "client": client.pk, "batch": batch.pk,
        "batches": [batch.pk, *(each.pk for each in later)],
    }  # fmt: skip
    with shadows(tables, which):
        _take_back(tables, [batch, *later], which)
        _replay(client, [batch, *later])
        edits_find(tables, which)
        images_keep()
        _take_back(tables, [batch, *later], which)
        _replay(client, later)
        execute("SET LOCAL enable_nestloop TO off")
        deeds_find(tables, which)
        images_merge(which)
        execute("SET LOCAL enable_nestloop TO DEFAULT")
    return tables, later


def _take_back(
    tables: Sequence[Written], batches: Sequence[ImportBatch], which: dict[str, Any]
) -> None:
    for each in reversed(batches):
        take_back(tables, {**which, "batch": each.pk})


def _replay(client: Client, batches: Sequence[ImportBatch]) -> None:
    for each in batches:
        try:
            batch_replay(client, each)
        except FileRefused as refusal:
            raise DomainError(
                "later_rests_on_it",
                _("The later import “%(file)s” rests on this one: without it, it would have been"
                  " refused (%(why)s). Undo that one first.")
                % {"file": each.file_name, "why": refusal},
                {"batch": each.pk},
            ) from refusal  # fmt: skip


@contextmanager
def _kept_out() -> Iterator[None]:
    """What the database refuses is told in words."""
    try:
        yield
    except IntegrityError as error:
        raise DomainError(
            "batch_in_use",
            _("Something written later points at rows of this import (a sale, a refund, a goal)."
              " Remove that first."),
        ) from error  # fmt: skip


def _too_old(older: Sequence[ImportBatch]) -> DomainError:
    names = ", ".join(f"“{each.file_name}”" for each in older[:3])
    return DomainError(
        "lines_not_kept",
        _(
            "This import cannot be undone: %(files)s came in before Rumbo kept what is needed for it."
        )
        % {"files": names},
        {"batches": [each.pk for each in older]},
    )


def _busy() -> DomainError:
    return DomainError(
        "busy", _("Rows of this import are being changed right now. Try again in a minute.")
    )
