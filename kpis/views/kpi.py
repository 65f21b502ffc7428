"""The page of one KPI: what is this number, and what is it made of?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.book import book_of
from kpis.pages.board import channel_choices
from kpis.pages.choices import campaign_choices
from kpis.pages.one_kpi import kpi_page
from kpis.views.entering import private, visit


@require_safe
def kpi(request: HttpRequest, agency: str, client: str, key: str) -> HttpResponse:
    here = visit(request, client)
    known = book_of(here.client).get(key)
    if known is None:
        raise Http404
    page = kpi_page(here.client, known, here.choice, here.access, here.reader)
    context = {
        "here": here,
        "page": page,
        "choice": here.choice,
        "channels": channel_choices(),
        "campaigns": campaign_choices(here.client),
    }
    return private(render(request, "kpis/kpi.html", context))
