"""The status page of an agency: processes, sources, last runs, what waits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import access_agency
from accounts.queries import clients_in_sight
from accounts.requests import AgencyRequest
from kpis.pages.status import status_page
from kpis.status_queries import standings
from kpis.views.entering import private, reader_for


@require_safe
def status(request: AgencyRequest, agency: str) -> HttpResponse:
    """Of the clients that this person sees."""
    house = access_agency(request.access, "see_data")
    now = timezone.now()
    found = standings(house.pk, clients_in_sight(), now)
    page = status_page(found, reader_for(request), now)
    return private(render(request, "kpis/status.html", {"status": page}))
