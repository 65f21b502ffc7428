"""Why did it move? A part of the KPI page, and a page of its own for a link or without scripts."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns.measures import DIMENSIONS
from kpis.book import book_of
from kpis.explaining import FACTORS, Explanation, explanation
from kpis.models import Annotation
from kpis.notes.queries import notes_within
from kpis.pages.board import channel_choices
from kpis.pages.choices import campaign_choices
from kpis.pages.notes import note_rows
from kpis.pages.unusual import unusual_list
from kpis.pages.why import why_page
from kpis.pages.why_csv import why_csv_of
from kpis.views.entering import Visit, private, visit

PART = "why"
MOST_NOTES = 20


@require_safe
def kpi_why(request: HttpRequest, agency: str, client: str, key: str) -> HttpResponse:
    """`?why=` factors, one of the KPI's trees or a dimension; the rest as on the KPI page."""
    here = visit(request, client)
    found = _explained(request, here, key)
    book = book_of(here.client)
    context = {
        "here": here,
        "page": why_page(found, book, here.reader),
        "choice": here.choice,
        "may_edit": here.access.can("edit_goals"),
        "noted": note_rows(_notes(here), book, {}, here.reader),
        "unusual": unusual_list(here.client, here.choice.question, here.reader, [key]),
    }
    if request.headers.get("HX-Target") != PART:
        context |= {
            "channels": channel_choices(),
            "campaigns": campaign_choices(here.client),
        }
        return private(render(request, "kpis/why.html", context))
    response = render(request, "kpis/parts/why.html", context)
    if request.headers.get("HX-Trigger") == "why-by":
        response["HX-Push-Url"] = _address_of_page(request, agency, client, key)
    return private(response)


@require_safe
def kpi_why_csv(request: HttpRequest, agency: str, client: str, key: str) -> HttpResponse:
    """The table of the explanation with exact values."""
    here = visit(request, client)
    found = _explained(request, here, key)
    content = why_csv_of(found, book_of(here.client))
    period = here.choice.period
    name = f"{here.client.slug}-why-{key}-{period.first.isoformat()}-{period.last.isoformat()}"
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return private(response)


def _explained(request: HttpRequest, here: Visit, key: str) -> Explanation:
    """What cannot be understood is left out, as everywhere on pages: factors, or channels."""
    if key not in book_of(here.client):
        raise Http404
    by = request.GET.get("why", "")
    if by not in DIMENSIONS and not by.startswith(FACTORS):
        by = ""
    return explanation(here.client, here.choice.ask(key), by, here.sees_costs)


def _notes(here: Visit) -> list[Annotation]:
    found = notes_within(here.client, here.choice.period, here.sees_costs)
    return list(found[:MOST_NOTES])


def _address_of_page(request: HttpRequest, agency: str, client: str, key: str) -> str:
    """The page that the part stands on, with what was chosen: for the address bar."""
    own = reverse("kpi_why", args=[agency, client, key])
    current = urlsplit(request.headers.get("HX-Current-URL", "")).path
    path = own if current == own else reverse("kpi", args=[agency, client, key])
    return f"{path}?{request.GET.urlencode()}"
