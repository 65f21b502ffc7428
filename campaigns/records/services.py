"""The services of everything entered by hand: each is an act, and can be undone as one.

Inside a transaction and the client's scope. Whether the actor may do it, the caller has asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client, Membership
from accounts.tenancy import writing_because
from campaigns.announcing import facts_announce, source_keep_live
from campaigns.models import Act
from campaigns.models.acts import Verb
from campaigns.records.acts import act
from campaigns.records.errors import RecordNotFound
from campaigns.records.kinds import KINDS, RecordKind
from campaigns.records.values import checked
from campaigns.records.writing.leads import LeadWriter
from campaigns.records.writing.parents import parent_writers
from campaigns.records.writing.plain import plain_writers
from campaigns.records.writing.refunds import RefundWriter
from campaigns.records.writing.sales import SaleWriter
from campaigns.records.writing.writer import Writer

#: So many rows may be changed or removed in one act.
MOST_ROWS = 1_000
REASON = "manual"
WRITERS: Mapping[str, Writer] = {
    **parent_writers(),
    **dict(plain_writers()),
    "leads": LeadWriter(),
    "sales": SaleWriter(),
    "refunds": RefundWriter(),
}


@dataclass(frozen=True)
class Done:
    """What an act did: its rows as they are now (none that were removed), and what went along.

    along: by kind, {"refunds": 2}; "reopened" are leads that lost their sale.
    """

    act: Act
    rows: Sequence[Any] = ()
    along: Mapping[str, int] = field(default_factory=dict)

    @property
    def row(self) -> Any:
        return self.rows[0]


def record_create(
    kind: str, client: Client, fields: Mapping[str, Any], actor: Membership | None
) -> Done:
    """Add a row. fields: names of the kind; references are rows or ids of this client.

    Raises DomainError, with data["field"] where one value is at fault; RecordNotFound for a
    reference to what is not this client's.
    """
    record = KINDS[kind]
    values = checked(record, client, fields, is_new=True)
    with writing(record, client, actor, Verb.CREATE) as opened:
        row = WRITERS[kind].create(client, actor, values)
        opened.count = 1
        if record.family:
            source_keep_live(client, record.family, getattr(row, record.day))
    return Done(opened, [row])


def records_change(
    kind: str,
    client: Client,
    ids: Iterable[int],
    fields: Mapping[str, Any],
    actor: Membership | None,
) -> Done:
    """Give the same values to rows of a kind, all or none; act.count of them became others."""
    record = KINDS[kind]
    values = checked(record, client, fields)
    rows = rows_locked(record, client, ids)
    with writing(record, client, actor, Verb.CHANGE) as opened:
        opened.count = WRITERS[kind].change(client, actor, rows, values)
    return Done(opened, rows_as_they_are(record, rows))


def records_remove(
    kind: str,
    client: Client,
    ids: Iterable[int],
    actor: Membership | None,
    with_hanging: bool = False,
    reason: str = REASON,
) -> Done:
    """Remove rows of a kind, all or none. What belongs to them goes along, see Done.along.

    Raises RecordConflict, with data["hanging"] by kind, where something hangs on a row that goes
    only `with_hanging` (a lead's sales and contacts), or never (facts of a campaign).
    """
    record = KINDS[kind]
    rows = rows_locked(record, client, ids)
    with writing(record, client, actor, Verb.REMOVE, reason) as opened:
        along = WRITERS[kind].remove(client, actor, rows, with_hanging)
        opened.count = len(rows)
    return Done(opened, along=along)


@contextmanager
def writing(
    record: RecordKind, client: Client, actor: Membership | None, verb: str, reason: str = REASON
) -> Iterator[Act]:
    """An act with its reason; the rest of the house is told once it is committed."""
    with act(client, actor, record.key, verb) as opened, writing_because(reason):
        yield opened
    facts_announce(client)


def rows_locked(record: RecordKind, client: Client, ids: Iterable[int]) -> list[Any]:
    """The rows in the order of their ids, locked; all of them, or none is touched."""
    wanted = sorted(set(ids))
    if not wanted:
        raise DomainError("nothing_chosen", _("Choose at least one row."))
    if len(wanted) > MOST_ROWS:
        message = _("At most %(most)s rows can be changed in one go.") % {"most": MOST_ROWS}
        raise DomainError("too_many", message, {"most": MOST_ROWS})
    WRITERS[record.key].lock(client, wanted)
    mine = record.model.objects.filter(agency_id=client.agency_id, client=client, pk__in=wanted)
    rows = list(mine.order_by("pk").select_for_update(of=("self",)))
    if len(rows) < len(wanted):
        raise RecordNotFound(record.key, sorted(set(wanted) - {row.pk for row in rows}))
    return rows


def rows_as_they_are(record: RecordKind, rows: Sequence[Any]) -> list[Any]:
    """Days that the database computes are read again."""
    found = record.model.objects.in_bulk([row.pk for row in rows])
    return [found[row.pk] for row in rows if row.pk in found]
