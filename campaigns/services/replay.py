"""A done import, run again from the lines that it kept: by the same writers, whatever the tables are."""

from accounts.models import Client
from campaigns.firsts import firsts_keep
from campaigns.imports.mapping import mapping_from_json
from campaigns.imports.runner import terms_of
from campaigns.imports.writing.facts import write_facts
from campaigns.imports.writing.keeping import stage_again
from campaigns.imports.writing.touched import customers_touched
from campaigns.models import ImportBatch
from campaigns.services.sources import sources_covered

WITH_CUSTOMERS = ("leads", "sales", "lines")


def batch_replay(client: Client, batch: ImportBatch) -> None:
    """Raises FileRefused if its lines cannot be written now."""
    mapping = mapping_from_json(batch.mapping)
    which = {"agency": client.agency_id, "client": client.pk, "batch": batch.pk}
    stage_again(mapping.kind, which)
    outcome = write_facts(mapping.kind, set(mapping.columns), which | terms_of(mapping))
    if batch.kind in WITH_CUSTOMERS:
        firsts_keep(client, customers_touched(which))
    sources_covered(client, batch, mapping, outcome, batch.finished_at or batch.queued_at)
