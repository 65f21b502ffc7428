"""Who comes in by the API, and what they may do there. The scope itself is opened by the middleware.

Two ways in: `Authorization: Bearer <token>`, or a browser's session with the header `Rumbo-Agency`
(then every write needs the CSRF token). No token, or one that is invalid, expired or revoked, is
401; whatever lies outside the scope of a valid one is 404; a capability that is missing is 403.
"""

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, NotFound
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import Access, access_agency, access_client
from accounts.errors import DomainError
from accounts.services import token_used


def access_of(request: Request) -> Access:
    """Who calls; only once MayAct has let them in."""
    return cast(Access, request.auth)


REALM = 'Bearer realm="rumbo"'


class ScopeAuthentication(BaseAuthentication):
    """Reads the Access that ScopeMiddleware found, or says why there is none."""

    def authenticate(self, request: Request) -> tuple[Any, Access] | None:
        access: Access | None = request._request.access  # type: ignore[attr-defined]
        user = request._request.user
        if access is None:
            self._explain(request)
            return None
        if access.token is not None:
            token_used(access.token)
        if access.membership is not None:
            SessionAuthentication().enforce_csrf(request)
        return user, access

    def authenticate_header(self, request: Request) -> str:
        return REALM

    @staticmethod
    def _explain(request: Request) -> None:
        if "Authorization" in request.headers:
            raise AuthenticationFailed(
                _("The token is not valid: it is unknown, has expired or was revoked."),
                code="token_invalid",
            )
        if not request._request.user.is_authenticated:
            return
        if "Rumbo-Agency" in request.headers:
            raise NotFound(_("You are not a member of this agency."), code="agency_not_found")
        raise DomainError(
            "agency_missing",
            _("Name the agency in the header Rumbo-Agency, or send a token."),
        )


class MayAct(BasePermission):
    """The view's `capabilities` say what each method needs; a client in the URL passes the gate.

    A view is refused altogether unless somebody came in. None as a capability: coming in is enough.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        access = access_of(request)
        if access is None:
            raise NotAuthenticated(_("Send a token: Authorization: Bearer …"), code="token_missing")
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in view.capabilities:
            # Nobody answers this method (405), or somebody forgot to say what it needs.
            name = method.lower()
            return name not in view.http_method_names or not hasattr(view, name)
        capability = view.capabilities[method]
        if "client" in view.kwargs:
            view.client = access_client(access, view.kwargs["client"], capability)
        elif capability is not None:
            access_agency(access, capability)
        return True
