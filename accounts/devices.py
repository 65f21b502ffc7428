"""The cookie by which a browser is known again, and whoever has just logged in with it."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from accounts.services.devices import device_seen

A_YEAR = 365 * 24 * 3600
_SHAPE = 43  # characters of 32 random bytes


def note_device(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """At each login, by whichever way: password, passkey, second factor, invitation."""
    if request is None:
        return
    held = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    agent = request.META.get("HTTP_USER_AGENT", "")
    secret = held if len(held) == _SHAPE and held.isascii() else ""
    request.rumbo_device = device_seen(user, secret, agent, _address(request))  # type: ignore[attr-defined]


def _address(request: HttpRequest) -> str:
    """Where from, as far as the proxies in front are ours; "" where nobody says."""
    try:
        return get_adapter().get_client_ip(request) or ""
    except PermissionDenied:
        return ""


def remember_device(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its secret for a year; it says nothing but that this browser was here."""
    secret = getattr(request, "rumbo_device", "")
    if secret:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            secret,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
