"""Limits for callers that nobody knows: by the address they call from.

The address is what the nearest proxy that is ours says it is. What stands further left in
X-Forwarded-For was written by the caller, who could write anything.
"""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.api.limiting import TooManyCalls
from accounts.limits import Limit, Verdict, limit_take

View = Callable[[HttpRequest], HttpResponse]


def caller_address(request: HttpRequest) -> str:
    """Whose call it is: an IPv4 address, or the /64 of an IPv6 one, which is one household's.

    TRUSTED_PROXY_COUNT proxies stand before us and each adds one address to X-Forwarded-For; with
    none of them the header is not read at all.
    """
    found = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    if count:
        said = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(said) >= count:
            found = said[-count]
    try:
        address = ip_address(found)
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ip_network(f"{address}/64", strict=False))


def stranger_take(request: HttpRequest, kind: str) -> Verdict | None:
    """Count one call from this address. `kind`: of settings.API_STRANGERS."""
    calls, seconds = settings.API_STRANGERS[kind]
    return limit_take(f"{kind}:{caller_address(request)}", Limit(calls, seconds))


def limited(kind: str) -> Callable[[View], View]:
    """For a view that anybody may call: 429 in the API's shape from an address that asks too much."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest) -> HttpResponse:
            verdict = stranger_take(request, kind)
            if verdict is None or verdict.is_allowed:
                response = view(request)
            else:
                error = TooManyCalls(verdict.retry_after)
                body = {"code": error.code, "message": str(error.message), "data": error.data}
                response = JsonResponse(body, status=429)
            for name, value in (verdict.headers() if verdict else {}).items():
                response[name] = value
            return response

        return wrapped

    return decorate
