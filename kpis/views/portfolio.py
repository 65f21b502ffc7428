"""The portfolio: which client needs me today?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import access_agency
from accounts.shell import shell_of
from kpis.calendar import STANDARD, last_complete_day
from kpis.pages.checklist import agency_checklist
from kpis.pages.picker import choice_from
from kpis.pages.portfolio import portfolio_of
from kpis.pages.warming import LineReader, reader_note
from kpis.views.entering import access_of, private, reader_for


@require_safe
def portfolio(request: HttpRequest, agency: str) -> HttpResponse:
    """Every client that this person may see, in one line each; those in need first."""
    access = access_of(request)
    access_agency(access, "see_numbers")
    clients = shell_of(request).clients
    reader = reader_for(request)
    reader_note(
        access.agency.pk,
        LineReader(get_language() or "", reader.locale, access.can("see_costs")),
    )
    params = {name: request.GET.get(name, "") for name in ("period", "from", "to", "compare")}
    context = {
        "portfolio": portfolio_of(
            clients, params, reader.locale, access.agency.currency, access.can("see_costs")
        ),
        # For the picker's words; every client's own days are its own.
        "choice": choice_from(
            params, last_complete_day(timezone.now(), timezone.get_default_timezone()), STANDARD
        ),
        "reader": reader,
        "checklist": agency_checklist(access, request.user),  # type: ignore[arg-type]
    }
    return private(render(request, "kpis/portfolio.html", context))
