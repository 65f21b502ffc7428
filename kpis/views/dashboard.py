"""A client's dashboard: are we on course?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.pages.board import board_of, channel_choices, later_cards, later_notices
from kpis.pages.checklist import client_checklist
from kpis.pages.choices import campaign_choices
from kpis.pages.moved import moved_notice
from kpis.pages.selection import ANALYST, EXECUTIVE, VIEWS
from kpis.pages.unusual import unusual_list
from kpis.views.entering import private, visit


@require_safe
def dashboard(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """`?view=` executive, manager or analyst; `?chart=` the KPI drawn; period and filters as ever."""
    here = visit(request, client)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else EXECUTIVE
    board = board_of(
        here.client,
        here.choice,
        view,
        request.GET.get("chart", ""),
        here.sees_costs,
        here.reader,
        is_whole="whole" in request.GET,
    )
    context = {
        "here": here,
        "board": board,
        "choice": here.choice,
        "views": VIEWS.items(),
        "unusual": unusual_list(here.client, here.choice.question, here.reader),
        "channels": channel_choices(),
        "campaigns": campaign_choices(here.client),
        "moved": moved_notice(here.client, here.access, here.reader),
        "checklist": client_checklist(here.access, request.user, here.client),  # type: ignore[arg-type]
    }
    return private(render(request, "kpis/dashboard.html", context))


@require_safe
def dashboard_later(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """The figures that take longer, put into their places by htmx; `?later=` says which, `?notices=`
    that there are notices to be completed.
    """
    here = visit(request, client)
    keys = request.GET.get("later", "").split(",")
    context = {
        "here": here,
        "cards": later_cards(here.client, here.choice, keys, here.sees_costs, here.reader),
        "notices": later_notices(here.client, here.choice, here.sees_costs, here.reader)
        if "notices" in request.GET
        else None,
        "is_table": request.GET.get("view") == ANALYST,
    }
    return private(render(request, "kpis/later.html", context))
