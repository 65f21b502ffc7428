"""Incidents: the client's, the agency's, and what one button does about one."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import access_agency, access_client
from accounts.errors import DomainError
from accounts.going_on import next_page
from accounts.models import Client
from accounts.requests import AgencyRequest
from kpis.views.entering import private
from steering.alerts.acting import (
    incident_acknowledge,
    incident_resolve,
    incident_snooze,
    incident_undo,
    today_of,
)
from steering.incident_queries import FILTERS, STANDING, incident_in, incidents_of
from steering.models import Incident, IncidentState
from steering.pages.incidents import incident_rows

PAGE = 50


def filter_names() -> list[tuple[str, str]]:
    """Four, as many as a phone is wide; those that are acknowledged stand among the first."""
    return [
        ("standing", _("Not resolved")),
        ("open", str(IncidentState.OPEN.label)),
        ("snoozed", str(IncidentState.SNOOZED.label)),
        ("resolved", str(IncidentState.RESOLVED.label)),
    ]


@require_safe
def incidents(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """The client's."""
    return _listed(request, access_client(request.access, client, "see_data"))


@require_safe
def agency_incidents(request: AgencyRequest, agency: str) -> HttpResponse:
    """Those of all clients that the reader sees."""
    access_agency(request.access, "see_data")
    return _listed(request, None)


def _listed(request: AgencyRequest, client: Client | None) -> HttpResponse:
    state = request.GET.get("state", "standing")
    states = FILTERS.get(state, STANDING)
    house = request.access.agency
    rows = incidents_of(house.pk, states, client)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "client": client,
        "page": page,
        "rows": incident_rows(house, page),
        "filters": filter_names(),
        "state": state if state in FILTERS else "standing",
        "may_edit": request.access.can("edit_goals"),
        "shows_client": client is None,
    }
    return private(render(request, "steering/incidents.html", context))


@require_POST
def incident_act(
    request: AgencyRequest, agency: str, client: str, number: int, act: str
) -> HttpResponse:
    """One of ACTS. Whoever asked goes back to where they were, and can take it back from there."""
    brand = access_client(request.access, client, "edit_goals")
    if incident_in(brand, number) is None:
        raise Http404
    do, done = ACTS[act]
    try:
        do(request, brand, number)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        undo = reverse("incident_undo", args=[agency, client, number])
        tags = "" if act == "undo" else f"undo:{undo}"
        messages.success(request, done(), extra_tags=tags)
    return redirect(next_page(request, reverse("incidents", args=[agency, client])))


def _acknowledge(request: AgencyRequest, client: Client, number: int) -> Incident:
    who, note = request.access.actor_id, request.POST.get("note", "")
    return incident_acknowledge(client, number, who, timezone.now(), note)


def _snooze(request: AgencyRequest, client: Client, number: int) -> Incident:
    now = timezone.now()
    try:
        until = date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        until = today_of(client, now)  # no day is a bad day, and is refused as one
    note = request.POST.get("note", "")
    return incident_snooze(client, number, until, request.access.actor_id, now, note)


def _resolve(request: AgencyRequest, client: Client, number: int) -> Incident:
    who, note = request.access.actor_id, request.POST.get("note", "")
    return incident_resolve(client, number, who, timezone.now(), note)


def _undo(request: AgencyRequest, client: Client, number: int) -> Incident:
    return incident_undo(client, number, request.access.actor_id, timezone.now())


ACTS: dict[str, tuple[Callable[[AgencyRequest, Client, int], Incident], Callable[[], str]]] = {
    "acknowledge": (_acknowledge, lambda: _("Acknowledged: no reminders unless it gets worse.")),
    "snooze": (_snooze, lambda: _("Snoozed: nothing is said of it until then.")),
    "resolve": (_resolve, lambda: _("Resolved.")),
    "undo": (_undo, lambda: _("Taken back.")),
}
