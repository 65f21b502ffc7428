"""The page of one KPI: what is this number, and what is it made of?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kpis.book import book_of
from kpis.pages.board import channel_choices
from kpis.pages.cac import PAGES, Notices, all_notices
from kpis.pages.choices import campaign_choices
from kpis.pages.one_kpi import kpi_page
from kpis.pages.restated import as_of_asked
from kpis.services import answer
from kpis.views.entering import private, visit


@require_safe
def kpi(request: HttpRequest, agency: str, client: str, key: str) -> HttpResponse:
    here = visit(request, client)
    book = book_of(here.client)
    known = book.get(key)
    if known is None:
        raise Http404
    as_of = as_of_asked(request.GET.get("as_of", ""))
    page = kpi_page(here.client, known, here.choice, here.access, here.reader, as_of)
    notices: Notices = ()
    is_whole = "whole" in request.GET
    if key in PAGES and is_whole:  # else they come after the page: lifetime value takes its time
        notices = all_notices(
            lambda question: answer(here.client, question, here.sees_costs),
            here.choice,
            book,
            here.reader,
        )
    context = {
        "here": here,
        "page": page,
        "choice": here.choice,
        "channels": channel_choices(),
        "cac_notices": notices,
        "notices_come_later": key in PAGES and not is_whole,
        "campaigns": campaign_choices(here.client),
    }
    return private(render(request, "kpis/kpi.html", context))
