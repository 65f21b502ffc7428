"""What may be done to facts as a whole: imports and the mappings they are read with."""

from campaigns.services.batches import (
    batch_create,
    batch_forget,
    batch_run,
    batch_start,
    mapping_delete,
    mapping_save,
    preview_of,
)
from campaigns.services.sources import source_retire, source_revive
from campaigns.services.undo import batch_undo

__all__ = [
    "batch_create",
    "batch_forget",
    "batch_run",
    "batch_start",
    "batch_undo",
    "mapping_delete",
    "mapping_save",
    "preview_of",
    "source_retire",
    "source_revive",
]
