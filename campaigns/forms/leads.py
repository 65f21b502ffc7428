"""Leads: the filters of the list, the lead itself, a step of it."""

from typing import Any

from babel.core import Locale
from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.channels import CHANNELS, UNASSIGNED
from campaigns.lead_services import DATED
from campaigns.models import Campaign, Lead, Salesperson
from campaigns.models.leads import Stage

DEVICES = (
    ("", "—"),
    ("desktop", _("Desktop")),
    ("mobile", _("Mobile")),
    ("tablet", _("Tablet")),
    ("other", _("Other")),
)


def channel_choices(first: tuple[str, Any] | None = None) -> list[tuple[str, Any]]:
    return [*([first] if first else []), *((each.code, each.name) for each in CHANNELS)]


def country_choices() -> list[tuple[str, str]]:
    """ISO 3166 codes with their names in the reader's language, by name."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return [("", "—"), *sorted(known, key=lambda pair: pair[1])]


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LeadForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    created_date = forms.DateField(label=_("Came in on"), widget=date_input())
    created_time = forms.TimeField(
        label=_("At"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("By the client's clock. Without it only the day is kept."),
    )
    channel = forms.ChoiceField(label=_("Channel"), initial=UNASSIGNED)
    utm_source = forms.CharField(label=_("Source"), max_length=100, required=False)
    utm_medium = forms.CharField(
        label=_("Medium"),
        max_length=100,
        required=False,
        help_text=_("Where source or medium are known, they decide the channel."),
    )
    campaign: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, empty_label="—"
    )
    salesperson: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Salesperson"), queryset=None, required=False, empty_label="—"
    )
    amount = forms.DecimalField(
        label=_("Expected amount"), min_value=0, max_digits=18, decimal_places=2, required=False
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    device = forms.ChoiceField(label=_("Device"), choices=DEVICES, required=False)

    def __init__(
        self,
        *args: Any,
        campaigns: QuerySet[Campaign],
        salespeople: QuerySet[Salesperson],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["salesperson"].queryset = salespeople  # type: ignore[attr-defined]
        self.fields["channel"].choices = channel_choices()  # type: ignore[attr-defined]
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("name", "email", "phone")):
            self.add_error("name", _("Write a name, an e-mail or a phone."))
        return data


class MoveForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"))
    on = forms.DateField(label=_("On"), widget=date_input())
    salesperson: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Salesperson"), queryset=None, required=False, empty_label=_("As before")
    )
    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=0,
        max_digits=18,
        decimal_places=2,
        required=False,
        help_text=_("Of the opportunity, or of the sale when it is won."),
    )
    reason = forms.CharField(label=_("Why it was lost"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self, *args: Any, lead: Lead, salespeople: QuerySet[Salesperson], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        ahead = [stage for stage in DATED if getattr(lead, f"{stage}_on") is None]
        self.fields["stage"].choices = [  # type: ignore[attr-defined]
            (stage, Stage(stage).label) for stage in (*ahead, Stage.CUSTOMER, Stage.LOST)
        ]
        self.fields["salesperson"].queryset = salespeople  # type: ignore[attr-defined]
