"""People: invitations, roles, one's own name and language."""

from re import split
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Client, Language, Membership, Role


class _ReachForm(forms.Form):
    """A role, and the clients it is limited to."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.ANALYST)
    clients: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("Only these clients"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=_("None chosen: all clients. A viewer needs at least one."),
    )

    def __init__(
        self, *args: Any, actor: Membership, clients: QuerySet[Client], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clients"].queryset = clients  # type: ignore[attr-defined]
        if actor.role != Role.OWNER:
            choices = [choice for choice in Role.choices if choice[0] != Role.OWNER]
            self.fields["role"].choices = choices  # type: ignore[attr-defined]


class AddressesField(forms.CharField):
    """E-mail addresses, one or many, however they are kept apart."""

    widget = forms.Textarea
    most = 50

    def clean(self, value: Any) -> list[str]:
        words = [word.strip("<>()") for word in split(r"[\s,;]+", super().clean(value)) if word]
        found = [word for word in dict.fromkeys(words) if "@" in word]
        wrong = [word for word in found if not _is_address(word)]
        if not found:
            raise forms.ValidationError(_("Write an e-mail address."))
        if wrong:
            raise forms.ValidationError(
                _("%(address)s is not an e-mail address."), params={"address": wrong[0]}
            )
        if len(found) > self.most:
            raise forms.ValidationError(
                _("These are more than %(most)s addresses. Invite them in parts."),
                params={"most": self.most},
            )
        return found


def _is_address(word: str) -> bool:
    try:
        validate_email(word)
    except forms.ValidationError:
        return False
    return len(word) <= 254


class InviteForm(_ReachForm):
    emails = AddressesField(
        label=_("E-mail"),
        help_text=_("One or several, each on a line or kept apart by commas."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "inputmode": "email"}),
        max_length=20_000,
    )
    field_order = ("emails", "role", "clients")


class MemberForm(_ReachForm):
    pass


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=150, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)


class AcceptForm(forms.Form):
    """The first visit of somebody who has no login yet."""

    name = forms.CharField(label=_("Your name"), max_length=150)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_validators_help_text_html()
