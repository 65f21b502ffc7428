"""The rate limit at the API's door: reads and writes are counted apart, per token or member."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.access import Access
from accounts.api.doors import access_of
from accounts.errors import DomainError
from accounts.limits import Limit, Verdict, limit_take


class CallLimit(BaseThrottle):
    """Leaves its verdict on the view, which writes the headers of every answer from it."""

    verdict: Verdict | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        tried: Verdict | None = getattr(request._request, "verdict", None)
        if tried is not None:  # the same call, tried again: it has been counted
            view.verdict = self.verdict = tried
            return tried.is_allowed
        kind = "read" if request.method in SAFE_METHODS else "write"
        calls, seconds = settings.API_LIMITS[kind]
        verdict = limit_take(f"{caller_name(access_of(request))}:{kind}", Limit(calls, seconds))
        view.verdict = self.verdict = request._request.verdict = verdict  # type: ignore[attr-defined]
        return verdict is None or verdict.is_allowed

    def wait(self) -> float | None:
        return float(self.verdict.retry_after) if self.verdict else None


class TooManyCalls(DomainError):
    status = 429

    def __init__(self, wait: float | None) -> None:
        seconds = int(wait or 1)
        message = _("Too many calls: try again in %(seconds)d s.") % {"seconds": seconds}
        super().__init__("too_many_calls", message, {"retry_after": seconds})


def caller_name(access: Access) -> str:
    """Who calls, stable over calls: a token or a membership of one agency."""
    if access.token is not None:
        return f"token:{access.token.pk}"
    return f"member:{access.actor_id}"
