"""How allauth behaves here: the person's language after login, and second factors sealed at rest.

Its e-mails are letters: see accounts/services/letters.py.
"""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse

from accounts.languages import remember_language
from accounts.models import User
from accounts.sealed_factors import factor_open, factor_read
from accounts.services.letters import USEFUL, letter_post

CONFIRMATION = "account/email/email_confirmation"  # it holds a code, and so do those on "_code"
CODE_HOLDS = timedelta(seconds=settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT)


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Written now, in the words of this request, and sent by a worker."""
        about = {
            "request": self.request,
            "email": email,
            "current_site": get_current_site(self.request),
        }
        message = self.render_mail(template_prefix, email, about | context)
        is_code = template_prefix.startswith(CONFIRMATION) or template_prefix.endswith("_code")
        letter_post(message, template_prefix.rpartition("/")[2], CODE_HOLDS if is_code else USEFUL)

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
