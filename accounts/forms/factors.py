"""A new passkey or security key, in our words. allauth's form is built upon."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class PasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = _("To tell it apart: phone, laptop, key ring.")
        self.fields["passwordless"].label = _("Log in with it alone, without the password")
        self.fields["passwordless"].help_text = _(
            "A passkey. The device then asks for your finger, face or PIN. Without it, the key is a"
            " second step after the password."
        )
        self.fields["passwordless"].initial = True
