"""The glossary: every KPI in plain words, with its formula and a worked example."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import access_agency
from kpis.pages.glossary import terms_by_group
from kpis.views.entering import access_of, private, reader_for


@require_safe
def glossary(request: HttpRequest, agency: str) -> HttpResponse:
    access_agency(access_of(request), "see_numbers")
    groups = terms_by_group(reader_for(request))
    return private(render(request, "kpis/glossary.html", {"groups": groups}))
