"""Sources that used to deliver and no longer do."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from accounts.models import Client
from campaigns.announcing import MANUAL
from campaigns.models import ImportBatch, SourceSync
from campaigns.models.batches import BatchState

#: A source is quiet when nothing came for twice its rhythm, and for no less than LEAST days. One that
#: came only once has no rhythm yet: it is waited for somewhat longer than a month.
LEAST_DAYS, PATIENCE_DAYS = 3, 35
LOOKED_AT = 10  # deliveries, from which the rhythm is known


@dataclass(frozen=True)
class Quiet:
    """A source without deliveries. `rhythm_days`: the usual days between two, None if not known."""

    source: str
    since: date
    rhythm_days: int | None


def quiet_sources(client: Client, today: date) -> list[Quiet]:
    """Sources of files and of the API, by name; who types in by hand does so when there is cause."""
    zone = ZoneInfo(client.time_zone)
    last: dict[str, date] = {}
    for sync in SourceSync.objects.filter(agency_id=client.agency_id, client=client):
        if sync.source != MANUAL and sync.last_success_at:
            at = sync.last_success_at.astimezone(zone).date()
            last[sync.source] = max(at, last.get(sync.source, at))
    rhythms = _rhythms(client, zone)
    found = [Quiet(source, at, rhythms.get(source)) for source, at in sorted(last.items())]
    return [each for each in found if (today - each.since).days > _limit(each.rhythm_days)]


def _limit(rhythm: int | None) -> int:
    return PATIENCE_DAYS if rhythm is None else max(LEAST_DAYS, 2 * rhythm)


def _rhythms(client: Client, zone: ZoneInfo) -> dict[str, int]:
    """Per source, the median days between the days of its last deliveries; whole, at least 1."""
    days: dict[str, list[date]] = defaultdict(list)
    rows = ImportBatch.objects.filter(
        agency_id=client.agency_id, client=client, state=BatchState.DONE, finished_at__isnull=False
    ).order_by("-finished_at")
    for source, at in rows.values_list("source", "finished_at"):
        day = at.astimezone(zone).date()
        if len(days[source]) < LOOKED_AT and day not in days[source]:
            days[source].append(day)
    return {
        source: max(
            1,
            round(median((later - sooner).days for later, sooner in pairwise(its))),
        )
        for source, its in days.items()
        if len(its) > 1
    }
