"""What a person sets of an endpoint, what they want to see of its log, and since when to send again."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Client
from webhooks.endpoint_services import EndpointWish, url_check
from webhooks.kinds import KINDS, chosen_kinds
from webhooks.models import State
from webhooks.places import LONGEST

_BOXES = {"class": "form-check-input"}


class EndpointForm(forms.Form):
    """An endpoint's wish. None of the kinds chosen: all of them."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What receives it: the CRM, a chat …")
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        help_text=_("It begins with https:// and is reached from the Internet."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Only these events"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_BOXES),
        help_text=_("None chosen: all events, those that Rumbo learns later too."),
    )
    has_all_clients = forms.BooleanField(
        label=_("Events of all clients"), required=False, initial=True
    )
    clients: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        label=_("Or only of these clients"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=_BOXES),
    )

    def __init__(self, *args: Any, clients: QuerySet[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.key, f"{kind.key}: {kind.meaning}") for kind in chosen_kinds()]
        self.fields["kinds"].choices = choices  # type: ignore[attr-defined]
        self.fields["clients"].queryset = clients  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            url_check(url)
        except DomainError as refused:
            raise forms.ValidationError(refused.message) from refused
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # Nobody left in the list must never come to mean everybody.
        if not cleaned.get("has_all_clients") and not cleaned.get("clients"):
            self.add_error("clients", _("Choose at least one client, or all of them."))
        return cleaned

    def wish(self) -> EndpointWish:
        found = self.cleaned_data
        clients = None if found["has_all_clients"] else list(found["clients"])
        return EndpointWish(found["name"], found["url"], found["kinds"], clients)


class LogFilter(forms.Form):
    """Which deliveries are listed. What is not a choice is no filter."""

    state = forms.ChoiceField(required=False, choices=[("", _("All")), *State.choices])
    kind = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All")), *((key, key) for key in sorted(KINDS))]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("state", "kind")}


class ReplayForm(forms.Form):
    """Send again what happened in the last hours."""

    hours = forms.TypedChoiceField(
        label=_("Events of the last"),
        coerce=int,
        choices=[
            (1, _("hour")), (24, _("24 hours")), (72, _("3 days")), (168, _("7 days")), (720, _("30 days")),
        ],
        initial=24,
    )  # fmt: skip
    with_delivered = forms.BooleanField(label=_("Also those that were delivered"), required=False)
