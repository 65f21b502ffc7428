"""One transaction around each request, rendering included, and the scope inside it.

Our transaction is invisible to REST framework and to Django's conversion of exceptions, so this is
also where a refused request is rolled back: any status from 400 up leaves nothing behind.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from random import uniform
from time import sleep
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect

from accounts.access import Access, access_by_membership, access_by_token
from accounts.again import WRITING, begin_again, ended_crosswise, is_crosswise, may_go_again
from accounts.devices import remember_device
from accounts.models import User
from accounts.numbers import country_of, country_said
from accounts.shell import shell_of
from accounts.tenancy import Manner, as_person, tenant_scope

#: Answered without a transaction: they must work when the database does not.
OUTSIDE = ("/healthz", "/readyz", "/metrics", "/static/")
API = "/api/"
#: A call of the API, or a form of a page, that PostgreSQL ended because it and another one waited for
#: each other is tried again, as a whole: nothing of it was kept. Seconds, at most, before each further try.
PAUSES = (0.02, 0.1, 0.3)


class ScopeMiddleware:
    """Opens the transaction; learns from the URL, the token or the header whose rows are meant."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(OUTSIDE):
            return self.get_response(request)
        _read_body(request)
        is_page = may_go_again(request)
        for pause in (*PAUSES, None):
            request.may_go_again = is_page and pause is not None  # type: ignore[attr-defined]
            response = self._answer(request)
            if pause is None or not getattr(response, "is_crosswise", False):
                break
            if is_page:
                begin_again(request)
            sleep(uniform(0, pause))  # noqa: S311  # jitter, not a secret
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A page's try that will be followed by another is not an error yet."""
        is_over = not getattr(request, "may_go_again", False)
        return None if is_over or not is_crosswise(exception) else ended_crosswise()

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of one transaction, committed or rolled back."""
        with transaction.atomic(), ExitStack() as stack:
            request.access = None  # type: ignore[attr-defined]
            request.doors = stack  # type: ignore[attr-defined]
            response = self.get_response(request)
            remember_device(request, response)
            # A file needs no database, and may not fit into memory.
            if getattr(response, "streaming", False) and not isinstance(response, FileResponse):
                # A stream read after the transaction would meet the closed wall and come out empty.
                response.streaming_content = list(response.streaming_content)  # type: ignore[attr-defined]
            # An exception arrives here as a 4xx or 5xx too: Django converted it further in.
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if request.path.startswith(API):
            _enter(request, _access_for_api(request))
        elif "agency" in kwargs:
            user = request.user
            if not user.is_authenticated:
                return HttpResponseRedirect(
                    f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}"
                )
            access = _access_of_person(request, user, kwargs["agency"])
            if access is None:
                raise Http404
            _enter(request, access)
            request.doors.enter_context(country_said(cache(lambda: _country(request))))  # type: ignore[attr-defined]
        return None


def _country(request: HttpRequest) -> str | None:
    """Of the clients in sight: numbers are read as they are shown."""
    return country_of(each.time_zone for each in shell_of(request).clients)


def _access_for_api(request: HttpRequest) -> Access | None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and secret.strip():
        return access_by_token(secret.strip())
    slug = request.headers.get("Rumbo-Agency")
    if slug and slug.isprintable() and request.user.is_authenticated:
        return _access_of_person(request, request.user, slug)
    return None


def _access_of_person(request: HttpRequest, user: User, agency_slug: str) -> Access | None:
    """The person's door stays open for the rest of the request."""
    doors: ExitStack = request.doors  # type: ignore[attr-defined]
    doors.enter_context(as_person(user.pk, is_last=True))
    return access_by_membership(user, agency_slug)


def _enter(request: HttpRequest, access: Access | None) -> None:
    """Open the wall for the rest of the request. `request.access` None means: nobody came in."""
    if access is None:
        return
    doors: ExitStack = request.doors  # type: ignore[attr-defined]
    scope = tenant_scope(
        access.agency.pk,
        access.clients,
        access.actor_id,
        manner=_manner(request),
        is_last=True,
    )
    doors.enter_context(scope)
    request.access = access  # type: ignore[attr-defined]


def _manner(request: HttpRequest) -> Manner | None:
    """A writing call of the API says why facts change, and does not wait for ever."""
    if request.path.startswith(API) and request.method in WRITING:
        return Manner("api", settings.API_WAIT_SECONDS)
    return None


def _read_body(request: HttpRequest) -> None:
    """Before the transaction opens: a slow sender must not hold a connection."""
    if request.method in WRITING:
        if request.content_type == "multipart/form-data":
            _ = request.POST
        else:
            _ = request.body
