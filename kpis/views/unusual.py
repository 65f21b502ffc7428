"""Unusual days: the list, dismissing one with a reason, taking that back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.models import Client
from accounts.queries import member_names
from accounts.requests import AgencyRequest
from kpis.anomaly_queries import anomalies_of, anomaly_in, dismissals_of
from kpis.anomaly_services import anomaly_dismiss, anomaly_restore
from kpis.book import book_of
from kpis.models import Anomaly
from kpis.pages.unusual import unusual_rows
from kpis.views.entering import private, reader_for

PAGE = 50


@require_safe
def unusual(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """The newest first, dismissed ones with their reason."""
    brand = access_client(request.access, client, "see_numbers")
    page = Paginator(anomalies_of(brand), PAGE).get_page(request.GET.get("page"))
    dismissals = dismissals_of(brand, page)
    authors = [each.author_id for each in dismissals.values()]
    names = member_names(request.access.agency, authors)
    context = {
        "client": brand,
        "page": page,
        "rows": unusual_rows(page, dismissals, book_of(brand), names, reader_for(request, brand)),
        "may_edit": request.access.can("edit_goals"),
    }
    return private(render(request, "notes/unusual.html", context))


@require_POST
def unusual_dismiss(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    anomaly = _anomaly_or_404(brand, number)
    try:
        anomaly_dismiss(brand, anomaly, request.POST.get("reason", ""), request.access.actor_id)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Dismissed; it can be taken back."))
    return redirect("unusual", agency, client)


@require_POST
def unusual_restore(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    anomaly_restore(brand, _anomaly_or_404(brand, number))
    messages.success(request, _("It is listed again."))
    return redirect("unusual", agency, client)


def _anomaly_or_404(client: Client, number: int) -> Anomaly:
    anomaly = anomaly_in(client, number)
    if anomaly is None:
        raise Http404
    return anomaly
