"""Dismissing the notice of closed figures that moved: for oneself, on one client."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import access_client
from accounts.requests import AgencyRequest
from kpis.restatement_notices import moved_dismiss


@require_POST
def restatements_seen(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "see_numbers")
    if request.access.membership is not None:
        moved_dismiss(brand, request.access.membership.pk)
    return redirect("dashboard", agency, client)
