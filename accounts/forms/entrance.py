"""What somebody who signs up says beside address and password. allauth's form is built upon it."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Language, User


class SignupForm(forms.Form):
    """The language is the one that the page was read in, not another question."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order = ("name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # each has a label; a placeholder would say it twice
            field.widget.attrs.pop("placeholder", None)

    def signup(self, request: HttpRequest, user: User) -> None:
        code = (get_language() or "")[:2]
        user.name = self.cleaned_data["name"]
        user.language = code if code in Language.values else Language.SPANISH
        user.save(update_fields=["name", "language"])
