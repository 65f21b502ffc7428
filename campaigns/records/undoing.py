"""Undoing an act: everything it changed is brought back from the audit, or nothing is."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Client, Membership
from accounts.tenancy import writing_because
from campaigns.announcing import facts_announce
from campaigns.daily_by_hand.sources import daily_sources_keep
from campaigns.models import Act, Customer, DailyFact, Product
from campaigns.models.acts import Verb
from campaigns.records.acts import act
from campaigns.records.errors import RecordConflict, RecordNotFound
from campaigns.records.following import follow_up
from campaigns.records.hanging import hanging_on, refuse_hanging
from campaigns.records.images import ORDER, SYNCS, TABLES, RowChange, changes_in, entries_of
from campaigns.records.restoring import rows_bring_back, rows_put_back, rows_remove
from campaigns.records.standing import still_standing
from campaigns.records.syncs import sources_undo

REASON = "manual"
#: What acts of other kinds make in passing.
_BY_THE_WAY: Mapping[object, str] = {Customer: "customers", Product: "products"}


def act_undo(client: Client, act_id: int, actor: Membership | None) -> Act:
    """Take an act back, whole; the act that did it, which can be undone like any other.

    1. The act is locked: of two who press at once, one is told that it is undone already.
    2. Its rows are locked, and must stand as it left them (RecordConflict changed_since names who).
    3. Rows it made are removed, children first, unless something hangs on them since; rows it
       removed come back with their ids, parents first; changed columns get their former values.
    4. What follows across rows is kept anew: copies, first sales, how far the source is live.
    """
    undone = _locked(client, act_id)
    if undone.undone_by_id is not None:
        raise RecordConflict("undone_already", _("This has been undone already."))
    with act(client, actor, undone.kind, Verb.UNDO) as opened, writing_because(REASON):
        entries = AuditEntry.objects.filter(
            agency_id=client.agency_id, client_id=client.pk, act_id=undone.pk
        )
        changes = changes_in(entries_of(entries))
        rows = [row for row in changes if row.table in TABLES]
        still_standing(client, rows)
        _replay(client, undone, rows)
        follow_up(client, rows)
        sources_undo(client, [row for row in changes if row.table == SYNCS])
        if any(TABLES[row.table] is DailyFact for row in rows):
            daily_sources_keep(client)
        opened.count = undone.count
    undone.undone_by = opened
    undone.save(update_fields=["undone_by"])
    facts_announce(client)
    return opened


def _locked(client: Client, act_id: int) -> Act:
    mine = Act.objects.filter(agency_id=client.agency_id, client=client, pk=act_id)
    found: Act | None = mine.select_for_update(of=("self",)).first()
    if found is None:
        raise RecordNotFound("acts", [act_id])
    return found


def _replay(client: Client, undone: Act, rows: Sequence[RowChange]) -> None:
    of_model = {model: [row for row in rows if TABLES[row.table] is model] for model in ORDER}
    try:
        with transaction.atomic():
            for model in ORDER:
                rows_bring_back(client, model, of_model[model])
            for model in ORDER:
                rows_put_back(client, model, of_model[model])
            for model in reversed(ORDER):
                _remove(client, model, of_model[model], undone.kind)
    except IntegrityError as error:
        message = _("What it stood on has changed since: something it needs is gone, or taken.")
        raise RecordConflict("changed_since", message) from error


def _remove(client: Client, model: object, rows: Sequence[RowChange], kind: str) -> None:
    """Remove what the act made; a parent made by the way stays if something else names it now."""
    made = [row for row in rows if row.is_insert]
    if model in _BY_THE_WAY and _BY_THE_WAY[model] != kind:
        made = [row for row in made if not hanging_on(client, model, [row.row_id])]
    hanging = hanging_on(client, model, [row.row_id for row in made])
    refuse_hanging(hanging, _("Undo or remove that first."))
    rows_remove(client, model, made)
