"""How allauth behaves here: the person's language after login, and TOTP secrets sealed at rest."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_bytes

from accounts.languages import remember_language
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user)
        return response


class MFAAdapter(DefaultMFAAdapter):
    """A copy of the database alone must not open a second factor: SECRET_KEY is needed too."""

    def encrypt(self, text: str) -> str:
        return _seals()[0].encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        for seal in _seals():
            try:
                return seal.decrypt(encrypted_text.encode()).decode()
            except InvalidToken:
                continue
        raise InvalidToken


def _seals() -> list[Fernet]:
    """Today's key first, then those that SECRET_KEY_FALLBACKS still knows."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        Fernet(urlsafe_b64encode(sha256(b"rumbo.mfa:" + force_bytes(secret)).digest()))
        for secret in secrets
    ]
