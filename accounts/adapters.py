"""How allauth behaves here: the person's language after login, and second factors sealed at rest."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.languages import remember_language
from accounts.models import User
from accounts.sealed_factors import factor_open, factor_read

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that does not answer must not undo a sign-up or a reset: it is said instead."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            log.warning("an e-mail (%s) was not sent: %s", template_prefix, type(error).__name__)
            messages.error(
                self.request,
                _(
                    "The e-mail could not be sent: the mail server does not answer. Ask for it again in a few minutes."
                ),
            )

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
