"""The glossary: every KPI in plain words; of the agency, or with one client's numbers; on paper too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access_agency
from kpis.book import book_of_agency
from kpis.pages.glossary import agency_terms, client_terms
from kpis.pages.glossary_print import TEMPLATE, printed_glossary
from kpis.printing.compiling import compile_pdf
from kpis.views.entering import access_of, private, reader_for, visit


@require_safe
def glossary(request: HttpRequest, agency: str) -> HttpResponse:
    house = access_agency(access_of(request), "see_numbers")
    groups = agency_terms(book_of_agency(house.pk), reader_for(request))
    return private(render(request, "kpis/glossary.html", {"groups": groups}))


@require_safe
def client_glossary(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    """With the client's numbers of the period in every formula."""
    here = visit(request, client)
    groups = client_terms(here.client, here.choice, here.sees_costs, here.reader)
    context = {"groups": groups, "here": here, "choice": here.choice}
    return private(render(request, "kpis/glossary.html", context))


@require_safe
def glossary_pdf(request: HttpRequest, agency: str) -> HttpResponse:
    house = access_agency(access_of(request), "see_numbers")
    reader = reader_for(request)
    groups = agency_terms(book_of_agency(house.pk), reader)
    today = timezone.localdate()
    return _pdf(compile_pdf(TEMPLATE, printed_glossary(house, groups, reader, today)), house.slug)


@require_safe
def client_glossary_pdf(request: HttpRequest, agency: str, client: str) -> HttpResponse:
    here = visit(request, client)
    groups = client_terms(here.client, here.choice, here.sees_costs, here.reader)
    data = printed_glossary(
        here.access.agency,
        groups,
        here.reader,
        timezone.localdate(),
        here.client,
        here.choice.period,
    )
    return _pdf(compile_pdf(TEMPLATE, data), here.client.slug)


def _pdf(content: bytes, slug: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{slugify(_('KPI glossary'))}-{slug}"
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return private(response)
