"""Response headers that neither Django nor django-csp sets."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

#: A file of ours does nothing but be loaded by our pages: opened by itself, it may run nothing.
FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
UNUSED_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")


class HeadersMiddleware:
    """Pages show a tenant's numbers: nobody between may keep them, and no browser need keep them.

    A view that says otherwise (Cache-Control) is left alone; static files are answered before this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault(
            "Permissions-Policy", ", ".join(f"{name}=()" for name in UNUSED_FEATURES)
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Cache-Control", "private, no-store")
        # What fails before the middleware that would say so (an unknown host) loads nothing at all.
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Content-Security-Policy", NOTHING)
        return response


def guard_file(headers: Any, path: str, url: str) -> None:
    """For WhiteNoise, which answers before HeadersMiddleware is asked."""
    for name, value in FILE_HEADERS.items():
        headers[name] = value
