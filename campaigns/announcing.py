"""What every writer of facts by hand does besides writing: names why, keeps the source live, tells.

Batches do the same for themselves: they know how far their file is complete.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.commits import after_commit
from accounts.models import Client
from accounts.tenancy import writing_because
from campaigns.models import SourceSync
from campaigns.signals import facts_changed

MANUAL = "manual"
A_MOMENT = timedelta(minutes=1)


@contextmanager
def writing_by_hand(client: Client, family: str, since: date | None = None) -> Iterator[None]:
    """Around a write of one family of facts, inside a transaction and the client's scope.

    With `since`, the day of a new row, the manual source is live from there on: complete through
    the last complete local day. Without it (a change of a row that another source brought) no
    source becomes any more complete.
    """
    with writing_because("manual"):
        yield
    if since is not None:
        source_keep_live(client, family, since)
    facts_announce(client)


def facts_announce(client: Client) -> None:
    """On commit, tell the rest of the house that facts of this client changed."""
    after_commit(
        facts_changed.send, sender=SourceSync, agency_id=client.agency_id, client_id=client.pk
    )


def source_keep_live(client: Client, family: str, since: date, source: str = MANUAL) -> None:
    """The source is live from that day on; one that files deliver stays what it is.

    A source that delivered a moment ago is left alone, so that writers do not wait for each other.
    """
    now = timezone.now()
    if _is_kept(client, family, since, source, now):
        return
    sync, is_new = SourceSync.objects.get_or_create(
        agency_id=client.agency_id,
        client=client,
        family=family,
        source=source,
        defaults={"is_live": True, "complete_from": since, "last_success_at": now},
    )
    if is_new or not sync.is_live:
        return
    is_earlier = sync.complete_from is not None and since < sync.complete_from
    if is_earlier or sync.last_success_at is None or now - sync.last_success_at > A_MOMENT:
        sync.last_success_at = now
        sync.complete_from = since if is_earlier else sync.complete_from
        sync.save(update_fields=["last_success_at", "complete_from"])


def _is_kept(client: Client, family: str, since: date, source: str, now: datetime) -> bool:
    """Whether there is nothing to write: what every call but the first of a moment finds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM campaigns_sourcesync WHERE agency_id = %s AND client_id = %s"
            " AND family = %s AND source = %s AND (NOT is_live OR last_success_at >= %s"
            " AND (complete_from IS NULL OR complete_from <= %s))",
            [client.agency_id, client.pk, family, source, now - A_MOMENT, since],
        )
        return cursor.fetchone() is not None
