"""What every endpoint shares: the ways in, the one error shape, rate-limit headers, pages."""

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.access import Access
from accounts.api.doors import MayAct, ScopeAuthentication, access_of
from accounts.api.errors import answer_exception, error_answer
from accounts.api.limiting import CallLimit, TooManyCalls
from accounts.api.pages import KeysetPagination, list_parameters
from accounts.api.parsing import AlwaysJSON, StrictJSONParser
from accounts.api.sparse import PARAMETER, fields_asked, only
from accounts.api.strangers import stranger_take
from accounts.errors import DomainError
from accounts.limits import Verdict
from accounts.models import Client


class ApiView(GenericAPIView):
    """An endpoint of an agency. `capabilities`: method -> what it needs (None: to have come in)."""

    capabilities: ClassVar[Mapping[str, str | None]] = {}
    #: Query parameters beside those of filters and pages; any other is refused, not ignored.
    parameters: ClassVar[frozenset[str]] = frozenset()
    authentication_classes = (ScopeAuthentication,)
    permission_classes = (MayAct,)
    throttle_classes = (CallLimit,)
    parser_classes = (StrictJSONParser,)
    pagination_class = KeysetPagination
    content_negotiation_class = AlwaysJSON
    metadata_class = None
    http_method_names = ("get", "head", "post", "put", "patch", "delete")
    ordering: ClassVar[tuple[str, ...]] = ("id",)
    #: Fields without nulls by which a list may be sorted instead, with `sort=`.
    sorts: ClassVar[tuple[str, ...]] = ()
    #: What a row of a GET looks like, a serializer or its class: `fields=` may name its fields.
    #: None: it takes no `fields`.
    shape: ClassVar[type[BaseSerializer[Any]] | BaseSerializer[Any] | None] = None
    #: Statuses of its own, beside those that every endpoint may answer.
    refusals: ClassVar[frozenset[int]] = frozenset()
    filterset_class: ClassVar[type[FilterSet] | None] = None
    verdict: Verdict | None = None
    fields_asked: tuple[str, ...] | None = None

    @property
    def access(self) -> Access:
        return access_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._refuse_unknown_parameters(request)

    def check_permissions(self, request: Request) -> None:
        if access_of(request) is not None:
            super().check_throttles(request)  # before: a refused call counts, too
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Done with the permissions."""

    def _refuse_unknown_parameters(self, request: Request) -> None:
        """A misspelt filter that is ignored answers another question than was asked."""
        known = set(self.parameters)
        if request.method in SAFE_METHODS and self.filterset_class is not None:
            known |= set(self.filterset_class.base_filters)
        if request.method in SAFE_METHODS and self.pagination_class is not None:
            known |= list_parameters(self)
        if request.method in SAFE_METHODS and self.shape is not None:
            known.add(PARAMETER)
        for name in request.query_params:
            if name not in known:
                raise DomainError(
                    "unknown_parameter",
                    _("There is no parameter “%(name)s” here.") % {"name": name[:60]},
                    {"known": sorted(known)},
                )
        if request.method in SAFE_METHODS:
            self.fields_asked = fields_asked(self, request)

    def handle_exception(self, exc: Exception) -> Response:
        """A call that nobody can be named for is counted for the address that it came from."""
        if isinstance(exc, NotAuthenticated | AuthenticationFailed):
            self.verdict = stranger_take(self.request._request, "refused")
            if self.verdict is not None and not self.verdict.is_allowed:
                exc = TooManyCalls(self.verdict.retry_after)
        return super().handle_exception(exc)

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        raise TooManyCalls(wait)

    def get_exception_handler(self) -> Any:
        return answer_exception

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        if self.fields_asked is not None and response.status_code == 200:
            response.data = only(response.data, self.fields_asked)
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        # No page's policy: config.headers has one for what may load nothing at all.
        response._csp_exempt = True
        for name, value in (self.verdict.headers() if self.verdict else {}).items():
            response[name] = value
        return response


class ClientView(ApiView):
    """An endpoint of one client, /clients/<client>/…; the gate puts it into `client`."""

    client: Client


class NothingHere(ApiView):
    """Every other address under the API: a 404 that a program can read."""

    pagination_class = None  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.args, self.kwargs, self.headers = args, kwargs, self.default_response_headers
        self.request = self.initialize_request(request, *args, **kwargs)
        message = _("There is nothing at this address; every address of the API ends with “/”.")
        answer = error_answer(404, "not_found", message)
        return self.finalize_response(self.request, answer, *args, **kwargs)
