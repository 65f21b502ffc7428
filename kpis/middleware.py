"""Fresh numbers: before a number page's own transaction, its client is refreshed if that is quick."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from accounts.models import User
from accounts.queries import client_named
from kpis.inline import refresh_before_request

#: The pages that show one client's numbers.
PAGES = {"dashboard", "kpi", "numbers_csv"}


class FreshNumbersMiddleware:
    """Stands before the scope's middleware: a refresh is another transaction, in system reach."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        named = _address_of(request)
        if named and isinstance(request.user, User):
            # Only for somebody who may see the client: a stranger must not set work going.
            client = client_named(request.user, *named)
            if client is not None:
                refresh_before_request(client)
        return self.get_response(request)


def _address_of(request: HttpRequest) -> tuple[str, str] | None:
    """(agency, client) if the request is for a page of PAGES."""
    if request.method != "GET":
        return None
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return None
    if found.view_name not in PAGES:  # with its namespace: the API has a kpi of its own
        return None
    return found.kwargs["agency"], found.kwargs["client"]
