"""A new API token."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import TOKEN_SCOPES
from accounts.models import Client

SCOPE_NAMES = {
    "read": _("Read KPIs, goals and clients"),
    "costs": _("See agency-only costs"),
    "leads:read": _("Read leads"),
    "leads:write": _("Write leads"),
    "data:read": _("Read daily facts"),
    "data:write": _("Write daily facts"),
    "goals:write": _("Write goals"),
    "kpis:write": _("Define own KPIs and measures"),
    "webhooks": _("Manage webhooks and read all events"),
    "members:read": _("Read who is a member"),
    "members:write": _("Invite members, change and end memberships"),
}


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it: the CRM, a spreadsheet …")
    )
    client: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Client"), queryset=None, required=False, empty_label=_("All clients")
    )
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("what a token is allowed", "May"),
        choices=[(scope, SCOPE_NAMES.get(scope, scope)) for scope in TOKEN_SCOPES],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        initial=["read"],
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("One year")),
            ("", _("Until it is revoked")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        initial="90",
    )

    def __init__(self, *args: Any, clients: QuerySet[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
