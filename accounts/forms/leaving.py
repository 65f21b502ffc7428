"""Going for good: one writes out what is deleted, so that no slip of the finger does it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class EraseLoginForm(forms.Form):
    email = forms.CharField(
        label=_("Write your e-mail address to confirm"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_email(self) -> str:
        written: str = self.cleaned_data["email"].strip().lower()
        if written != self.expected.lower():
            raise forms.ValidationError(_("This is not the address you log in with."))
        return written
