"""The way into a number page: the gate, the reader, and what the address asks for."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from accounts.access import Access, access_client
from accounts.models import Client
from accounts.shell import shell_of
from kpis.pages.picker import Choice, choice_from
from kpis.pages.reader import Reader
from kpis.services import calendar_of, last_complete_of


@dataclass(frozen=True)
class Visit:
    """Someone on a page of a client."""

    client: Client
    access: Access
    reader: Reader
    choice: Choice

    @property
    def sees_costs(self) -> bool:
        return self.access.can("see_costs")

    @property
    def may_choose(self) -> bool:
        return self.access.can("choose_kpis")


def access_of(request: HttpRequest) -> Access:
    return request.access  # type: ignore[attr-defined]


def reader_for(request: HttpRequest, client: Client | None = None) -> Reader:
    """Numbers are written as in the country of the clients this person sees, if it is one."""
    zones = [each.time_zone for each in shell_of(request).clients]
    language = get_language() or "en"
    if client is None:
        return Reader.of(language, zones)
    return Reader.of(language, zones, client.currency, calendar_of(client))


def visit(request: HttpRequest, client_slug: str) -> Visit:
    """404 outside the scope, 403 for who sees no numbers."""
    access = access_of(request)
    client = access_client(access, client_slug, "see_numbers")
    choice = choice_from(request.GET, last_complete_of(client), calendar_of(client))
    return Visit(client, access, reader_for(request, client), choice)


def private(response: HttpResponse) -> HttpResponse:
    """Numbers stay out of caches; and the part for htmx is never shown as the page."""
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["HX-Request", "HX-Target", "Cookie"])
    return response
