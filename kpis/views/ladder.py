"""From a big goal back to the small ones: rates, rungs, and the goals they become."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import access_client
from accounts.errors import DomainError
from accounts.requests import AgencyRequest
from kpis.book import book_of
from kpis.goal_setting.queries import goal_in
from kpis.ladder.forms import LadderForm
from kpis.ladder.queries import past_of
from kpis.ladder.services import has_ladder, ladder_keep, rungs_below
from kpis.pages.goals import title_of
from kpis.pages.ladder import ladder_page, targets_of
from kpis.views.entering import private, reader_for


@require_http_methods(["GET", "HEAD", "POST"])
def goal_ladder(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """The form with its rungs beside it; nothing is kept before `do=save`."""
    brand = access_client(request.access, client, "edit_goals")
    goal = goal_in(brand, number)
    if goal is None or goal.kpi not in book_of(brand) or not has_ladder(goal):
        raise Http404
    past, reader = past_of(brand, goal), reader_for(request, brand)
    form = LadderForm(
        request.POST or None, rungs=rungs_below(goal), now=past.rates, currency=goal.currency
    )
    if not form.is_bound:
        proposed = {name: field.initial for name, field in form.fields.items()}
        form = LadderForm(proposed, rungs=form.rungs, now=past.rates, currency=goal.currency)
    page = None
    if form.is_valid():
        if request.method == "POST" and request.POST.get("do") == "save":
            try:
                ladder_keep(brand, goal, targets_of(goal, past, form), request.access.actor_id)
                messages.success(request, _("The goals below are set."))
                return redirect("goal_detail", agency, client, goal.pk)
            except DomainError as error:
                form.add_error(None, str(error))
        page = ladder_page(brand, goal, past, form, reader)
    context = {
        "client": brand,
        "goal": goal,
        "title": title_of(goal, brand),
        "form": form,
        "page": page,
    }
    return private(render(request, "goals/ladder.html", context))
