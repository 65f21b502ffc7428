"""How allauth behaves here: the person's language after login, and second factors sealed at rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from accounts.languages import remember_language
from accounts.models import User
from accounts.sealed_factors import factor_open, factor_read


class AccountAdapter(DefaultAccountAdapter):
    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user)
        return response


class MFAAdapter(DefaultMFAAdapter):
    """A copy of the database alone must not open a second factor (accounts/sealed_factors.py)."""

    def encrypt(self, text: str) -> str:
        return factor_open(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factor_read(encrypted_text)
