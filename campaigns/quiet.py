"""Sources that used to deliver and no longer do."""

from collections import defaultdict
from collections.abc import Mapping
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
    return quiet_by_client(client.agency_id, {client.pk: (client.time_zone, today)})[client.pk]


def quiet_by_client(
    agency_id: int, clients: Mapping[int, tuple[str, date]]
) -> dict[int, list[Quiet]]:
    """The same for many clients in two statements: id → (time zone, today there)."""
    last: dict[tuple[int, str], date] = {}
    delivering = SourceSync.objects.filter(
        agency_id=agency_id, client_id__in=clients, retired_at=None, last_success_at__isnull=False
    ).exclude(source=MANUAL)
    for owner, source, at in delivering.values_list("client_id", "source", "last_success_at"):
        day = at.astimezone(ZoneInfo(clients[owner][0])).date()
        last[owner, source] = max(day, last.get((owner, source), day))
    rhythms = _rhythms(agency_id, clients)
    found: dict[int, list[Quiet]] = {number: [] for number in clients}
    for (owner, source), day in sorted(last.items()):
        quiet = Quiet(source, day, rhythms.get((owner, source)))
        if (clients[owner][1] - day).days > _limit(quiet.rhythm_days):
            found[owner].append(quiet)
    return found


def _limit(rhythm: int | None) -> int:
    return PATIENCE_DAYS if rhythm is None else max(LEAST_DAYS, 2 * rhythm)


def _rhythms(agency_id: int, clients: Mapping[int, tuple[str, date]]) -> dict[tuple[int, str], int]:
    """Per client and source, the median days between its last deliveries; whole, at least 1."""
    days: dict[tuple[int, str], list[date]] = defaultdict(list)
    rows = ImportBatch.objects.filter(
        agency_id=agency_id, client_id__in=clients, state=BatchState.DONE, finished_at__isnull=False
    ).order_by("-finished_at")
    for owner, source, at in rows.values_list("client_id", "source", "finished_at"):
        day = at.astimezone(ZoneInfo(clients[owner][0])).date()
        its = days[owner, source]
        if len(its) < LOOKED_AT and day not in its:
            its.append(day)
    return {
        key: max(1, round(median((later - sooner).days for later, sooner in pairwise(its))))
        for key, its in days.items()
        if len(its) > 1
    }
