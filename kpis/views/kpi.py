"""The page of one KPI: what is this number, and what is it made of?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.catalogue import KPIS
from kpis.pages.board import channel_choices
from kpis.pages.choices import campaign_choices
from kpis.pages.one_kpi import kpi_page
from kpis.views.entering import private, visit


@require_safe
def kpi(request: HttpRequest, agency: str, client: str, key: str) -> HttpResponse:
    here = visit(request, client)
    if key not in KPIS:
        raise Http404
    page = kpi_page(here.client, KPIS[key], here.choice, here.sees_costs, here.reader)
    context = {
        "here": here,
        "page": page,
        "choice": here.choice,
        "channels": channel_choices(),
        "campaigns": campaign_choices(here.client),
    }
    return private(render(request, "kpis/kpi.html", context))
