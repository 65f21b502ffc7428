"""The trial of a goal: what would have been sent of it over the last 90 days. Writes nothing."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access_client
from accounts.requests import AgencyRequest
from kpis.book import book_of
from kpis.goal_setting.queries import goal_in
from kpis.goal_standing.replays import goal_replay
from kpis.pages.goals import title_of
from kpis.views.entering import private, reader_for
from steering.alerts.firing import REPLAYED_DAYS
from steering.pages.goal_trial import trial_page


@require_safe
def goal_trial(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    brand = access_client(request.access, client, "see_data")
    goal = goal_in(brand, number)
    if goal is None or goal.kpi not in book_of(brand):
        raise Http404
    reader = reader_for(request, brand).in_currency(goal.currency)
    found = goal_replay(brand, goal, REPLAYED_DAYS)
    context = {
        "client": brand,
        "goal": goal,
        "title": title_of(goal, brand),
        "trial": trial_page(book_of(brand)[goal.kpi], found, reader),
    }
    return private(render(request, "steering/goal_trial.html", context))
