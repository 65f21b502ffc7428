"""People: invitations, roles, one's own name and language."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
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


class InviteForm(_ReachForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    field_order = ("email", "role", "clients")


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
