"""Response headers that neither Django nor django-csp sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

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
        return response
