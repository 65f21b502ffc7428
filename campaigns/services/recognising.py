"""A file that is sent without a word about how to read it."""

from accounts.models import Client
from campaigns.imports.errors import FileRefused
from campaigns.imports.mapping import FileMapping
from campaigns.imports.recognition import recognised
from campaigns.models import ImportBatch, ImportMapping
from campaigns.services.batches import batch_file, file_facts


def batch_recognise(client: Client, batch: ImportBatch) -> bool:
    """Give a prepared batch the mapping that its header calls for; False, and no change, if none does.

    Of a workbook whose sheet is not named, the first sheet that is recognised is taken.
    """
    saved = [row.mapping for row in ImportMapping.objects.filter(client=client).order_by("-pk")]
    said = file_facts(batch.mapping)
    try:
        sheets: tuple[str | None, ...] = (batch_file(batch, _reading(None)).sheet,)
    except FileRefused as refusal:
        sheets = tuple(refusal.data.get("choices", ()))
    for sheet in sheets:
        try:
            found = recognised(batch_file(batch, _reading(sheet)), saved)
        except FileRefused:
            continue
        if found is not None:
            batch.kind = found.kind
            batch.mapping = {**found.as_json(), **said, **({"sheet": sheet} if sheet else {})}
            batch.save(update_fields=["kind", "mapping"])
            return True
    return False


def _reading(sheet: str | None) -> FileMapping:
    return FileMapping(kind="leads", sheet=sheet)
