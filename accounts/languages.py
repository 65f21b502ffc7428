"""The language cookie: which language the pages speak to a person."""

from django.conf import settings
from django.http import HttpResponse

from accounts.models import User


def remember_language(response: HttpResponse, user: User) -> None:
    """Set the cookie that Django's locale middleware reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
