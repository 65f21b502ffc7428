"""Landing pages of a client: which page turns visits into leads?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.experiments.queries import experiments_of
from kpis.pages.board import channel_choices
from kpis.pages.choices import campaign_choices
from kpis.pages.landing_pages import landing_pages_of
from kpis.views.entering import private, visit


@require_safe
def landing_pages(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """Period, comparison and filters as on every number page."""
    here = visit(request, client)
    context = {
        "here": here,
        "page": landing_pages_of(here.client, here.choice, here.sees_costs, here.reader),
        "choice": here.choice,
        "channels": channel_choices(),
        "campaigns": campaign_choices(here.client),
        "tests": experiments_of(here.client).count(),
        "may_test": here.access.can("edit_campaigns"),
    }
    return private(render(request, "kpis/landing_pages.html", context))
