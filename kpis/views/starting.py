"""The first steps with a client: where its data comes from. And the checklist, closed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_client, access_whole_agency
from accounts.services import agency_checklist_close, client_checklist_close
from kpis.start_queries import start_facts
from kpis.views.entering import access_of, private


@require_safe
def start(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """Sample data, an own file, or by hand: the three ways to a first number."""
    access = access_of(request)
    brand = access_client(access, client, "import_data")
    context = {
        "client": brand,
        "facts": start_facts(access.agency, brand),
        "is_first": access.can("manage_clients") and not access.agency.checklist_closed_at,
    }
    return private(render(request, "starting/start.html", context))


@require_POST
def checklist_close(request: HttpRequest, agency: str) -> HttpResponse:
    agency_checklist_close(access_whole_agency(access_of(request), "manage_clients"))
    return redirect("portfolio", agency)


@require_POST
def client_checklist_hide(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    client_checklist_close(access_client(access_of(request), client, "edit_goals"))
    return redirect("dashboard", agency, client)
