"""Notes beside a client's numbers, as rows. Who may not see the agency's own never gets them."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import Client
from kpis.calendar import Period
from kpis.models import Annotation, Visibility


def notes_of(client: Client, sees_agency: bool, is_removed: bool = False) -> QuerySet[Annotation]:
    """A client's notes, the newest first; without `sees_agency` only those shared with the client."""
    rows = Annotation.objects.filter(
        agency_id=client.agency_id, client=client, removed_at__isnull=not is_removed
    )
    if not sees_agency:
        rows = rows.filter(visibility=Visibility.CLIENT)
    return rows.order_by("-starts_on", "-pk")


def notes_within(client: Client, period: Period, sees_agency: bool) -> QuerySet[Annotation]:
    """Those that touch the period."""
    rows = notes_of(client, sees_agency)
    return rows.filter(starts_on__lte=period.last, ends_on__gte=period.first)


def note_in(client: Client, number: int) -> Annotation | None:
    rows = Annotation.objects.filter(agency_id=client.agency_id, client=client, pk=number)
    return rows.first()


def notes_to_judge(client: Client, through: date) -> QuerySet[Annotation]:
    """Those whose effect was to be judged by a day and is not yet."""
    return notes_of(client, True).filter(judged_on__lte=through, outcome="")
