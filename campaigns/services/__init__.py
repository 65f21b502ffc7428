"""What may be done to facts as a whole: imports and the mappings they are read with."""

from campaigns.services.batches import (
    batch_create,
    batch_forget,
    batch_map,
    batch_run,
    batch_start,
    file_facts,
    mapping_delete,
    mapping_save,
    preview_of,
)
from campaigns.services.purging import batches_purge
from campaigns.services.recognising import batch_recognise
from campaigns.services.samples import has_samples, sample_text, samples_import, samples_undo
from campaigns.services.sources import source_retire, source_revive
from campaigns.services.undo import UndoPlan, batch_undo, batch_undo_plan
from campaigns.services.undo_queue import batch_undo_ask, batch_undo_run, batch_undo_shown

__all__ = [
    "UndoPlan",
    "batch_create",
    "batch_forget",
    "batch_map",
    "batch_recognise",
    "batch_run",
    "batch_start",
    "batch_undo",
    "batch_undo_ask",
    "batch_undo_plan",
    "batch_undo_run",
    "batch_undo_shown",
    "batches_purge",
    "file_facts",
    "has_samples",
    "mapping_delete",
    "mapping_save",
    "preview_of",
    "sample_text",
    "samples_import",
    "samples_undo",
    "source_retire",
    "source_revive",
]
