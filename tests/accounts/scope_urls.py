"""Small views for the tests of the middleware: each writes a campaign and then answers something."""

from collections.abc import Iterator

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path

from accounts.models import Client
from campaigns.models import Campaign
from config.urls import urlpatterns as own


def write(request: HttpRequest, name: str) -> None:
    client = Client.objects.get(slug="bodega")
    Campaign.objects.create(agency_id=client.agency_id, client=client, external_id=name, name=name)


def answers(request: HttpRequest, agency: str, status: int) -> HttpResponse:
    write(request, f"answered {status}")
    return HttpResponse(status=status)


def raises(request: HttpRequest, agency: str) -> HttpResponse:
    write(request, "raised")
    raise ZeroDivisionError


def misses(request: HttpRequest, agency: str) -> HttpResponse:
    write(request, "missed")
    raise Http404


def template(request: HttpRequest, agency: str) -> HttpResponseBase:
    """A lazy response: it renders after the view has returned."""
    source = "{% for client in clients %}{{ client.slug }} {% endfor %}"
    found = engines["django"].from_string(source)
    return TemplateResponse(request, found, {"clients": Client.objects.order_by("slug")})  # type: ignore[arg-type]


def streams(request: HttpRequest, agency: str) -> HttpResponseBase:
    def lines() -> Iterator[str]:
        for client in Client.objects.order_by("slug").iterator():
            yield f"{client.slug}\n"

    return StreamingHttpResponse(lines())


def whoami(request: HttpRequest) -> JsonResponse:
    access = request.access  # type: ignore[attr-defined]
    if access is None:
        return JsonResponse({"role": None})
    slugs = list(Client.objects.order_by("slug").values_list("slug", flat=True))
    return JsonResponse({"role": access.role, "agency": access.agency.slug, "clients": slugs})


urlpatterns = [
    path("a/<slug:agency>/answers/<int:status>/", answers),
    path("a/<slug:agency>/raises/", raises),
    path("a/<slug:agency>/misses/", misses),
    path("a/<slug:agency>/template/", template),
    path("a/<slug:agency>/streams/", streams),
    path("api/v1/whoami/", whoami),
    *own,
]
