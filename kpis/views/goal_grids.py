"""Milestones of a running goal written by hand, and the way back to an earlier version."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.models import Client
from accounts.requests import AgencyRequest
from kpis.book import book_of
from kpis.formats import to_decimal
from kpis.goal_setting.forms import decimal_of, scaled, unreadable
from kpis.goal_setting.queries import goal_in, versions_of
from kpis.goal_setting.rewriting import goal_grid, goal_revert, goal_rewrite
from kpis.goals.rewriting import Grid
from kpis.models import Goal
from kpis.pages.goal_grid import grid_page
from kpis.pages.goals import title_of
from kpis.views.entering import private, reader_for

MOST_REASON = 300


@require_http_methods(["GET", "HEAD", "POST"])
def goal_milestones(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """The grid: what is written is added up before it is saved."""
    brand = access_client(request.access, client, "edit_goals")
    goal = _goal_or_404(brand, number)
    grid = goal_grid(brand, goal)
    if grid is None:
        messages.info(request, _("No milestone of this goal can be written any more."))
        return redirect("goal_detail", agency, client, goal.pk)
    written, problem = None, ""
    typed = request.POST.getlist("by_hand")
    unread = next(filter(None, map(unreadable, typed)), "")
    if request.method == "POST":
        written = _written(request, brand, goal, grid)
        if request.POST.get("do") == "share" and None not in written:
            known = [value for value in written if value is not None]
            written = [to_decimal(value) for value in grid.shared(known)]
        elif request.POST.get("do") == "save" and not unread:
            try:
                reason = request.POST.get("reason", "")[:MOST_REASON]
                seen = _seen(request)
                goal_rewrite(brand, goal, written, seen, request.access.actor_id, reason)
                messages.success(request, _("Saved. The milestones before can be brought back."))
                return redirect("goal_detail", agency, client, goal.pk)
            except DomainError as error:
                problem = str(error)
    reader = reader_for(request, brand).in_currency(goal.currency)
    context = {
        "client": brand,
        "goal": goal,
        "title": title_of(goal, brand),
        "page": grid_page(goal, grid, written, reader, typed),
        "problem": problem,
        "unread": unread,
        "reason": request.POST.get("reason", ""),
        "is_percent": book_of(brand)[goal.kpi].unit == "percent",
        "seen": versions_of(goal).values_list("pk", flat=True).last(),
    }
    return private(render(request, "goals/goal_grid.html", context))


@require_POST
def goal_back(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    goal = _goal_or_404(brand, number)
    version = request.POST.get("version", "")
    try:
        chosen = int(version) if version.isdecimal() else 0
        goal_revert(brand, goal, chosen, _seen(request), request.access.actor_id)
        messages.success(request, _("The goal asks again for what it asked for before."))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("goal_detail", agency, client, goal.pk)


def _written(
    request: AgencyRequest, client: Client, goal: Goal, grid: Grid
) -> list[Decimal | None]:
    """One number for each open step; the last one of a level stays its target."""
    is_percent = book_of(client)[goal.kpi].unit == "percent"
    found = [scaled(decimal_of(text), is_percent) for text in request.POST.getlist("by_hand")]
    if grid.is_last_fixed:
        found = [*found[: len(grid.open) - 1], to_decimal(grid.open[-1].value)]
    missing = len(grid.open) - len(found)
    return [*found[: len(grid.open)], *([None] * missing)]


def _seen(request: AgencyRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() else 0


def _goal_or_404(client: Client, number: int) -> Goal:
    goal = goal_in(client, number)
    if goal is None or goal.kpi not in book_of(client):
        raise Http404
    return goal
