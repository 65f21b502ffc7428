"""How far the figures that are entered by hand go: from the first day with one through the last.

Unlike leads or costs by hand, a later day without figures is unknown, not zero.
"""

from django.db.models import Max, Min
from django.utils import timezone

from accounts.models import Client
from campaigns.announcing import MANUAL
from campaigns.facts.daily import DAILY_FAMILIES
from campaigns.models import DailyFact, SourceSync


def daily_sources_keep(client: Client) -> None:
    """After figures came or went, by hand or by an undo. Twice is once."""
    mine = {"agency_id": client.agency_id, "client": client, "source": MANUAL}
    rows = DailyFact.objects.filter(**mine, family__in=DAILY_FAMILIES)
    days = {
        family: (first, last)
        for family, first, last in rows.order_by("family")
        .values_list("family")
        .annotate(first=Min("day"), last=Max("day"))
    }
    locked = SourceSync.objects.filter(**mine, family__in=DAILY_FAMILIES).order_by("pk")
    syncs = {sync.family: sync for sync in locked.select_for_update(of=("self",))}
    for family in DAILY_FAMILIES:
        first, last = days.get(family, (None, None))
        sync = syncs.get(family) or SourceSync(**mine, family=family)
        if sync.is_live or (sync.complete_from, sync.complete_through) == (first, last):
            continue
        if first is None and sync.settle_days is None:
            sync.delete()
            continue
        sync.complete_from, sync.complete_through = first, last
        sync.last_success_at, sync.retired_at = timezone.now(), None
        sync.save()
