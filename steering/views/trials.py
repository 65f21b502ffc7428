"""The test mode: what was sent of late, and what goals and rules would have sent. Writes nothing."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import access_agency, access_client
from accounts.requests import AgencyRequest
from accounts.shell import shell_of
from kpis.book import book_of
from kpis.goal_setting.queries import goals_of
from kpis.pages.goals import title_of
from kpis.views.entering import private, reader_for
from steering.alerts.firing import REPLAYED_DAYS, rule_replay, rules_running
from steering.pages.rules import replay_page, says
from steering.rule_queries import rule_in
from steering.trial_queries import Said, said_since


@require_safe
def agency_trials(request: AgencyRequest, agency: str) -> HttpResponse:
    """Each client: what watches it, what was sent, and the way to its trial."""
    access_agency(request.access, "see_data")
    since = timezone.now() - timedelta(days=REPLAYED_DAYS)
    said = said_since(request.access.agency.pk, since)
    rows = [(client, said.get(client.pk, Said())) for client in shell_of(request).clients]
    rows.sort(key=lambda row: (-row[1].messages, row[0].name))
    context = {"rows": rows, "sent": sum(each.messages for _client, each in rows)}
    return private(render(request, "steering/agency_trials.html", context))


@require_safe
def trials(request: AgencyRequest, agency: str, client: str) -> HttpResponse:
    """A client's goals and rules; what each would have sent is worked out when it comes into sight."""
    brand = access_client(request.access, client, "see_data")
    book, reader = book_of(brand), reader_for(request, brand)
    running = [goal for goal in goals_of(brand) if goal.closed_on is None and goal.kpi in book]
    context = {
        "client": brand,
        "goals": [(goal, title_of(goal, brand)) for goal in running],
        "rules": [(rule, says(brand, rule, reader)) for rule in rules_running(brand)],
    }
    return private(render(request, "steering/trials.html", context))


@require_safe
def rule_trial(request: AgencyRequest, agency: str, client: str, number: int) -> HttpResponse:
    """A rule as it is kept, over the last 90 days."""
    brand = access_client(request.access, client, "see_data")
    rule = rule_in(brand, number)
    if rule is None:
        raise Http404
    reader, replay = reader_for(request, brand), rule_replay(brand, rule)
    context = {
        "client": brand,
        "rule": rule,
        "says": says(brand, rule, reader),
        "trial": replay_page(brand, rule, replay, reader) if replay else None,
        "is_stale": replay is None,
    }
    return private(render(request, "steering/rule_trial.html", context))
