"""The archives that an agency was sent, as rows."""

from accounts.models import Agency, Client
from kpis.models import Arrival

_SHOWN = 20
_LONGEST_NAME = 120


def arrivals_of(agency: Agency) -> list[Arrival]:
    """The newest first."""
    rows = Arrival.objects.filter(agency_id=agency.pk).select_related("client")
    return list(rows.order_by("-pk")[:_SHOWN])


def arrival_in(agency: Agency, number: int) -> Arrival | None:
    rows = Arrival.objects.filter(agency_id=agency.pk, pk=number).select_related("client")
    found: Arrival | None = rows.first()
    return found


def name_free(agency: Agency, wanted: str) -> str:
    """What a client may be called that came with a name: that one, or one beside it."""
    taken = set(Client.objects.filter(agency=agency).values_list("name", flat=True))
    number, found = 1, wanted[:_LONGEST_NAME]
    while found in taken:
        number += 1
        found = f"{wanted[: _LONGEST_NAME - 5]} {number}"
    return found
