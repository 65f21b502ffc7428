"""Which imports must be run again when an earlier one goes: those that could come out otherwise.

A kind that looks at nothing but its own table is moved by earlier files of its source; leads, sales,
lines, products, contacts and contracts look at one another. A file that names campaigns or people
looks at what earlier files made of these.
"""

from collections.abc import Sequence

from accounts.models import Client
from campaigns.imports.writing.staging import rows_of
from campaigns.models import BatchLines, ImportBatch
from campaigns.models.batches import BatchState
from campaigns.undoing.tables import ALONE

_NAMED = {"campaign", "campaign_id", "salesperson", "salesperson_name"}
_MADE = """SELECT EXISTS (SELECT FROM campaigns_campaign t WHERE {0})
               OR EXISTS (SELECT FROM campaigns_salesperson t WHERE {0})
               OR EXISTS (SELECT FROM campaigns_replacedrow t WHERE {0}
                   AND t.table_name IN ('campaigns_campaign', 'campaigns_salesperson'))"""
_MINE = "t.agency_id = %(agency)s AND t.client_id = %(client)s AND t.batch_id = %(batch)s"


def chain_of(client: Client, batch: ImportBatch) -> list[ImportBatch]:
    """The later imports that rest on a batch, in the order in which they were done."""
    if batch.finished_at is None:
        return []
    later = ImportBatch.objects.filter(
        agency_id=client.agency_id,
        client=client,
        state__in=(BatchState.DONE, BatchState.UNDOING),
        finished_at__gt=batch.finished_at,
    ).order_by("finished_at")
    found, moved = [], {_table_of(batch)}
    if _names(batch) and _made_any(client, batch):
        moved.add("named")
    for each in later:
        if _table_of(each) in moved or ("named" in moved and _names(each)):
            found.append(each)
            moved.add(_table_of(each))
    return found


def without_lines(batches: Sequence[ImportBatch]) -> list[ImportBatch]:
    """Those that cannot be run again: they were done before lines were kept."""
    kept = set(
        BatchLines.objects.filter(
            agency_id=batches[0].agency_id, client_id=batches[0].client_id, batch__in=batches
        )
        .order_by()
        .values_list("batch_id", flat=True)
        .distinct()
    )
    return [each for each in batches if each.pk not in kept]


def _table_of(batch: ImportBatch) -> str:
    """What a batch writes. Own values have one place whoever writes them."""
    if batch.kind not in ALONE:
        return "deals"
    return batch.kind if batch.kind == "own" else f"{batch.kind} of {batch.source}"


def _names(batch: ImportBatch) -> bool:
    return bool(_NAMED & set(batch.mapping.get("columns") or ()))


def _made_any(client: Client, batch: ImportBatch) -> bool:
    which = {"agency": client.agency_id, "client": client.pk, "batch": batch.pk}
    return bool(rows_of(_MADE.format(_MINE), which)[0][0])
