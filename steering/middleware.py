"""Notes that a client's own user opened a page or a file with its numbers.

Stands inside the scope's middleware: in its transaction, and a refused request notes nothing. Any page
of a client counts, so that none has to remember; the parts that it loads by itself come after it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.access import Access, clients_of
from accounts.models import Role
from steering.alerts.acting import today_of
from steering.openings import opening_note


class OpeningMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        access: Access | None = getattr(request, "access", None)
        if request.method == "GET" and response.status_code == 200 and access is not None:
            _note(request, access)
        return response


def _note(request: HttpRequest, access: Access) -> None:
    """Viewers are the only members that belong to a client."""
    place, person = request.resolver_match, access.membership
    if person is None or person.role != Role.VIEWER or place is None:
        return
    if request.headers.get("HX-Request") or "client" not in place.kwargs:
        return
    client = clients_of(access).filter(slug=place.kwargs["client"]).first()
    if client is not None:
        opening_note(client, person.pk, today_of(client, timezone.now()))
