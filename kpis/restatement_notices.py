"""Which closed figures moved by so much that their readers should know, and who has seen it."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Client
from campaigns.measures import Measure
from kpis.calendar import Period, unit_of
from kpis.models import RestatementsSeen
from kpis.restatements import Moved, moved_by_month
from kpis.services import AGENCY_ONLY_INPUTS, last_complete_of

#: How far back a month that moved is still told.
REACH = timedelta(days=400)


def moved_of(client: Client, membership_id: int | None, sees_costs: bool) -> list[Moved]:
    """Totals of whole months that are other ones than first reported, the latest month first.

    For a member, what they have not dismissed; None asks for everything.
    """
    last = last_complete_of(client)
    days = Period(unit_of(last - REACH, "month").first, last)
    seen_at = None
    if membership_id is not None:
        rows = RestatementsSeen.objects.filter(
            agency_id=client.agency_id, client=client, membership_id=membership_id
        )
        seen_at = rows.values_list("seen_at", flat=True).first()
    return [
        each
        for each in moved_by_month(client, days, seen_at)
        if sees_costs or _is_shown(each.measure)
    ]


def _is_shown(measure: Measure) -> bool:
    return measure.key not in AGENCY_ONLY_INPUTS


def moved_dismiss(client: Client, membership_id: int) -> None:
    """No notice any more of what the ledger holds until now."""
    RestatementsSeen.objects.update_or_create(
        agency_id=client.agency_id,
        client=client,
        membership_id=membership_id,
        defaults={"seen_at": timezone.now()},
    )
