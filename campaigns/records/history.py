"""The history of a row: who changed what, when, from what to what; by hand, by the API and by imports."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Client
from campaigns.models import Act, ImportBatch, Lead, ReplacedRow, StageChange
from campaigns.models.acts import Verb
from campaigns.records.errors import RecordNotFound
from campaigns.records.images import Entry, Image, entries_of, image_of
from campaigns.records.kinds import KINDS
from campaigns.records.people import people_named
from campaigns.records.standing import image_now
from campaigns.records.wording import Line, words_for


@dataclass(frozen=True)
class Change:
    """One thing that happened to a row. verb: create, change, remove, undo, import or note.

    act_id: of an act, which may be undone unless it is. file: of an import.
    """

    at: datetime
    who: str
    verb: str
    lines: tuple[Line, ...]
    act_id: int | None = None
    is_undone: bool = False
    file: str = ""

    @property
    def what(self) -> str:
        """The verb in words."""
        return _("Imported") if self.verb == "import" else str(Verb(self.verb).label)


@dataclass(frozen=True)
class _Event:
    """A change still in images: how the row was and what it became; {} if it was not there."""

    at: datetime
    actor_id: int | None
    verb: str
    before: Image
    after: Image
    act_id: int | None = None
    file: str = ""
    note: str = ""


def history_of(kind: str, client: Client, row_id: int) -> list[Change]:
    """The newest first, of a row that is there or was. Raises RecordNotFound if none ever was.

    Whether the reader may see the kind, the caller has asked.
    """
    model = KINDS[kind].model
    events = list(_events(client, model, row_id))
    if not events:
        raise RecordNotFound(kind, [row_id])
    if model is Lead:
        events += _notes(client, row_id)
        events.sort(key=lambda event: event.at, reverse=True)
    words = words_for(client, model, (image for one in events for image in (one.before, one.after)))
    people = people_named(client.agency_id, (event.actor_id for event in events))
    acts = Act.objects.filter(client=client, undone_by__isnull=False).in_bulk(
        {event.act_id for event in events if event.act_id}
    )
    changes = []
    for event in events:
        lines = tuple(words.lines(model, event.before, event.after))
        if event.note:
            lines = (Line(_("Note"), "", event.note),)
        if lines or event.verb in ("import", "remove"):
            changes.append(
                Change(
                    event.at, people[event.actor_id], event.verb, lines, event.act_id,
                    event.act_id in acts, event.file,
                )
            )  # fmt: skip
    return changes


def _events(client: Client, model: Any, row_id: int) -> Iterator[_Event]:
    """Back from the row as it is now, through the audit and what imports replaced.

    The audit keeps what became of a row by hand, an import only what it was before: what it became
    is what the next step backwards started from.
    """
    table = model._meta.db_table
    now = image_now(client, table, row_id) or {}
    audit = AuditEntry.objects.filter(
        agency_id=client.agency_id, client_id=client.pk, table_name=table, row_id=row_id
    )
    steps: list[Any] = [*entries_of(audit), *_replaced(client, table, row_id)]
    acts = {act.pk: act for act in Act.objects.filter(client=client, pk__in=_act_ids(steps))}
    state = now
    for step in sorted(steps, key=_in_time, reverse=True):
        if isinstance(step, Entry):
            act = acts.get(step.act_id) if step.act_id else None
            yield _by_hand(step, act)
            state = {} if step.action == "insert" else {**state, **step.before}
        else:
            yield _Event(
                step.at, step.batch.written_by, "import", step.before, state,
                file=step.batch.file_name,
            )  # fmt: skip
            state = step.before
    if state.get("batch_id"):
        batch = ImportBatch.objects.get(client=client, pk=state["batch_id"])
        yield _Event(_done_at(batch), batch.written_by, "import", {}, state, file=batch.file_name)


def _in_time(step: Any) -> tuple[datetime, int]:
    """The audit's lines of one transaction have one instant: their order is that of their ids."""
    return step.at, step.pk if isinstance(step, Entry) else 0


def _by_hand(entry: Entry, act: Act | None) -> _Event:
    usual = {"insert": Verb.CREATE, "delete": Verb.REMOVE}.get(entry.action, Verb.CHANGE)
    verb = Verb.UNDO if act is not None and act.verb == Verb.UNDO else usual
    return _Event(
        entry.at,
        entry.actor_id,
        str(verb),
        entry.before,
        entry.after,
        act_id=act.pk if act else None,
    )


@dataclass(frozen=True)
class _Replaced:
    at: datetime
    batch: ImportBatch
    before: Image


def _replaced(client: Client, table: str, row_id: int) -> Iterator[_Replaced]:
    """The first image of each batch: it may have changed the row twice."""
    rows = ReplacedRow.objects.filter(client=client, table_name=table, row_id=row_id)
    seen = set()
    for row in (
        rows.select_related("batch").annotate(text=Cast("before", TextField())).order_by("pk")
    ):
        if row.batch_id not in seen:
            seen.add(row.batch_id)
            yield _Replaced(_done_at(row.batch), row.batch, image_of(row.text))


def _done_at(batch: ImportBatch) -> datetime:
    return batch.finished_at or batch.queued_at


def _act_ids(steps: Iterable[Any]) -> set[int]:
    return {step.act_id for step in steps if isinstance(step, Entry) and step.act_id}


def _notes(client: Client, lead_id: int) -> Iterator[_Event]:
    steps = StageChange.objects.filter(client=client, lead=lead_id).exclude(note="")
    for step in steps.order_by("pk"):
        yield _Event(step.written_at, step.written_by, Verb.NOTE, {}, {}, note=step.note)
