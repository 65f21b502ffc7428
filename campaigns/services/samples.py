"""Sample data for a client: brought in as imports of the source “sample”, and taken out in one go."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from campaigns.imports.samples import BROUGHT_IN, SAMPLE_SOURCE, SAMPLES
from campaigns.lead_steps import today_of
from campaigns.models import ImportBatch
from campaigns.models.batches import BatchState
from campaigns.services.batches import batch_create, batch_start
from campaigns.services.undo import batch_undo

_THERE = (BatchState.QUEUED, BatchState.DONE)


def samples_import(
    client: Client, language: str, actor: int | None = None, is_sent: bool = True
) -> list[ImportBatch]:
    """Queue the sample files of a client, marked by their source; those that are there already if they are.

    In the order of BROUGHT_IN. They end on the client's yesterday.
    """
    if there := list(_batches(client).order_by("id")):
        return there
    batches = []
    for name in BROUGHT_IN:
        sample = SAMPLES[name]
        body = sample_text(client, name, language).encode()
        mapping = {
            "kind": sample.kind, "preset": f"generic_{sample.kind}", "source": SAMPLE_SOURCE,
            "dates": "ymd", "decimal": ".",
        }  # fmt: skip
        batch = batch_create(client, [body], f"sample-{name}.csv", mapping, actor)
        batches.append(batch_start(client, batch, is_sent=is_sent))
    return batches


def sample_text(client: Client, name: str, language: str) -> str:
    """A sample file as CSV; KeyError for a name that is none."""
    return SAMPLES[name].text(language, today_of(client) - timedelta(days=1))


def samples_undo(client: Client) -> int:
    """Take the sample data out again, the newest batch first; how many batches that were.

    DomainError sample_waits: a worker is about to bring it in, after which it would stand there.
    """
    if _batches(client).filter(state=BatchState.QUEUED).exists():
        raise DomainError(
            "sample_waits",
            _("The sample data is still on its way. Take it out once it is there."),
        )
    done = _batches(client).filter(state=BatchState.DONE).order_by("-id")
    return len([batch_undo(client, batch) for batch in done])


def has_samples(client: Client) -> bool:
    return _batches(client).exists()


def _batches(client: Client) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.filter(client=client, source=SAMPLE_SOURCE, state__in=_THERE)
