"""The portfolio by goals: every client in sight with its goals, what is due and what is quiet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.access import access_agency
from accounts.queries import clients_in_sight
from accounts.requests import AgencyRequest
from kpis.views.entering import private, reader_for
from steering.pages.goal_board import FILTERS, ORDERS, goal_board


@require_safe
def agency_goals(request: AgencyRequest, agency: str) -> HttpResponse:
    """`?show=` one of FILTERS, `?order=` one of ORDERS, `?mine=1` the reader's own goals."""
    access_agency(request.access, "see_data")
    wanted, order = request.GET.get("show", ""), request.GET.get("order", "")
    is_mine = request.GET.get("mine") == "1"
    board = goal_board(
        request.access.agency,
        clients_in_sight(),
        wanted if wanted in FILTERS else "",
        order if order in ORDERS else "",
        reader_for(request).locale,
        timezone.now(),
        request.access.actor_id if is_mine else None,
        request.access.clients == "*",
    )
    context = {
        "board": board,
        "words": _words(),
        "show": wanted,
        "order": order,
        "is_mine": is_mine,
        "has_templates": request.access.can("edit_goals") and request.access.clients == "*",
    }
    return private(render(request, "steering/goal_board.html", context))


def _words() -> dict[str, str]:
    """What every line says, looked up once."""
    return {
        "due": _("Reviews due"),
        "incidents": _("Incidents"),
        "data": pgettext("page", "Data"),
        "plan": _("Plan"),
        "read": pgettext("by the client", "Read"),
        "review": _("review"),
        "no_goals": _("No goals"),
        "behind": _("Behind"),
        "fresh": _("Up to date"),
        "waits": _("Waits for the client"),
        "none": _("None yet"),
        "lately": _("Lately"),
    }
