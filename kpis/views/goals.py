"""Goals: the list with what is expected and what is, one with its milestones, a new one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.forms.numbers import amounts_in
from accounts.models import Client
from accounts.queries import members_seeing
from accounts.requests import AgencyRequest
from campaigns.queries import campaigns_of
from kpis.book import book_of
from kpis.calendar import ONE_DAY, unit_of
from kpis.formats import round_half_away
from kpis.goal_setting.changing import goal_change
from kpis.goal_setting.forms import GoalChangeForm, GoalForm
from kpis.goal_setting.queries import goal_in, goals_of
from kpis.goal_setting.services import goal_archive, goal_restore, goal_set
from kpis.ladder.services import children_of, has_ladder
from kpis.models import Goal
from kpis.pages.gap import gap_of
from kpis.pages.goal_afterwards import decided_of
from kpis.pages.goal_drafts import Draft, draft_of
from kpis.pages.goal_versions import days_to_change, part_choices, version_lines
from kpis.pages.goals import goal_page, goal_rows, title_of
from kpis.services import calendar_of, last_complete_of
from kpis.views.entering import private, reader_for

#: Where a problem is told whose own field the form does not have.
AT_FIELD = {
    "period": "ends_on", "baseline_period": "baseline_last", "dimensions": "part",
    "thresholds": "pace_good", "valid_from": "since",
}  # fmt: skip


@require_safe
def goals(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    brand = access_client(request.access, client, "see_numbers")
    reader = reader_for(request, brand)
    context = {
        "client": brand,
        "rows": goal_rows(brand, list(goals_of(brand)), reader),
        "archived": [
            (goal, title_of(goal, brand))
            for goal in goals_of(brand, is_archived=True)
            if goal.kpi in book_of(brand)
        ],
        "may_edit": request.access.can("edit_goals"),
    }
    return private(render(request, "goals/goals.html", context))


@require_safe
def goal_detail(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "see_numbers")
    goal = _goal_or_404(brand, number)
    reader = reader_for(request, brand)
    page = goal_page(brand, goal, reader)
    context = {
        "client": brand,
        "page": page,
        "gap": gap_of(brand, page.row.pledge.progress, reader),
        "decided": decided_of(
            brand, page.row.pledge.progress, request.access.can("see_costs"), reader
        ),
        "children": goal_rows(brand, children_of(goal), reader),
        "has_ladder": has_ladder(goal),
        "here": {"reader": reader},
        "goal": goal,
        "versions": version_lines(brand, goal, reader.in_currency(goal.currency)),
        "may_edit": request.access.can("edit_goals"),
        "sees_data": request.access.can("see_data"),
    }
    return private(render(request, "goals/goal.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def goal_new(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """The form with the baseline and the milestones beside it, before anything is saved."""
    brand = access_client(request.access, client, "edit_goals")
    form = GoalForm(
        request.POST or None,
        initial=_initial(request, brand),
        campaigns=campaigns_of(brand, is_archived=False),
        book=book_of(brand),
        goals=goals_of(brand),
        owners=members_seeing(brand),
        parts=part_choices(brand),
    )
    amounts_in(form, brand.currency)
    draft = None
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_of(brand, form.wish, reader_for(request, brand))
            if request.POST.get("do") == "save":
                goal = goal_set(brand, form.wish, request.access.actor_id)
                messages.success(request, _("The goal is set."))
                return redirect("goal_detail", agency, client, goal.pk)
        except DomainError as error:
            _explain(form, error)
    return _form_page(request, brand, form, draft)


@require_http_methods(["GET", "HEAD", "POST"])
def goal_edit(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """Another target from a day on, and what stands beside it."""
    brand = access_client(request.access, client, "edit_goals")
    goal = _goal_or_404(brand, number)
    reader = reader_for(request, brand).in_currency(goal.currency)
    is_percent = book_of(brand)[goal.kpi].unit == "percent"
    today = last_complete_of(brand) + ONE_DAY
    form = GoalChangeForm(
        request.POST or None,
        initial=_said_by(goal, is_percent),
        goal=goal,
        is_percent=is_percent,
        owners=members_seeing(brand),
        days=days_to_change(brand, goal, today, reader),
    )
    amounts_in(form, goal.currency or brand.currency)
    if request.method == "POST" and form.is_valid():
        since, reason = form.cleaned_data["since"], form.cleaned_data["reason"]
        day = date.fromisoformat(since) if since else None
        try:
            goal_change(brand, goal, form.changes, day, request.access.actor_id, reason)
            messages.success(request, _("Saved."))
            return redirect("goal_detail", agency, client, goal.pk)
        except DomainError as error:
            _explain(form, error)
    context = {"client": brand, "form": form, "goal": goal, "title": title_of(goal, brand)}
    return private(render(request, "goals/goal_change.html", context))


def _said_by(goal: Goal, is_percent: bool) -> dict[str, Any]:
    """What stands in the form: of a reckoned target as many digits as somebody may write."""
    scale = 100 if is_percent else 1
    numbers = {
        name: None if value is None else round_half_away(value * scale, 6)
        for name, value in (("target", goal.target), ("low", goal.low), ("high", goal.high))
    }
    return {
        **numbers, "ends_on": goal.ends_on, "owner": goal.owner_id, "cadence": goal.cadence,
        "note": goal.note,
    }  # fmt: skip


@require_POST
def goal_close(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    goal_archive(_goal_or_404(brand, number))
    messages.success(request, _("The goal is in the archive."))
    return redirect("goals", agency, client)


@require_POST
def goal_reopen(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "edit_goals")
    goal_restore(_goal_or_404(brand, number))
    messages.success(request, _("The goal is back."))
    return redirect("goal_detail", agency, client, number)


def _form_page(
    request: AgencyRequest, client: Client, form: GoalForm, draft: Draft | None
) -> HttpResponse:
    context = {"client": client, "form": form, "draft": draft}
    return private(render(request, "goals/goal_form.html", context))


def _explain(form: GoalForm | GoalChangeForm, error: DomainError) -> None:
    """Each problem at its field; what has no field of that name, above the form."""
    fields = error.data.get("fields") or [("", str(error))]
    for name, message in fields:
        known = AT_FIELD.get(name, name)
        form.add_error(known if known in form.fields else None, message)


def _initial(request: AgencyRequest, client: Client) -> dict[str, Any]:
    """The quarter that comes or runs, and the usual kind of goal of the KPI."""
    book = book_of(client)
    kpi = book.get(request.GET.get("kpi", ""), book["leads"])
    today = last_complete_of(client) + ONE_DAY
    quarter = unit_of(today, "quarter", calendar_of(client))
    return {
        "kpi": kpi.key,
        "shape": "linear",
        "grain": "month",
        "starts_on": quarter.first,
        "ends_on": quarter.last,
        "target_as": "absolute",
    }


def _goal_or_404(client: Client, number: int) -> Goal:
    goal = goal_in(client, number)
    if goal is None or goal.kpi not in book_of(client):
        raise Http404
    return goal
