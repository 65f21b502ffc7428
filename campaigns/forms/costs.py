"""Costs, campaigns' names, salespeople."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.clients import currency_choices
from accounts.models import Membership
from campaigns.forms.leads import channel_choices, date_input
from campaigns.models import Campaign, Salesperson
from campaigns.models.costs import AGENCY_ONLY, Layer

SHARED, OWN, USUAL = "shared", "own", ""


class CostForm(forms.Form):
    layer = forms.ChoiceField(label=_("Layer"), choices=Layer.choices)
    description = forms.CharField(label=_("What for"), max_length=200, required=False)
    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_digits=18, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"))
    starts_on = forms.DateField(label=_("From"), widget=date_input())
    ends_on = forms.DateField(
        label=_("To"),
        widget=date_input(),
        help_text=_("Spread over these days, exactly to the cent."),
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    campaign: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, empty_label="—"
    )
    salesperson: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Salesperson"),
        queryset=None,
        required=False,
        empty_label="—",
        help_text=_("Of costs of the sales team: whose they are."),
    )
    seen_by = forms.ChoiceField(
        label=_("Who sees this row"),
        required=False,
        choices=[
            (USUAL, _("As usual: people and tools only the agency, the rest the client too")),
            (SHARED, _("The client too")),
            (OWN, _("Only the agency")),
        ],
        help_text=_("The client sees KPIs over all costs, never a row that only the agency sees."),
    )

    def __init__(
        self,
        *args: Any,
        campaigns: QuerySet[Campaign],
        salespeople: QuerySet[Salesperson],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        if "salesperson" in self.fields:
            self.fields["salesperson"].queryset = salespeople  # type: ignore[attr-defined]
        self.fields["currency"].choices = currency_choices()  # type: ignore[attr-defined]
        self.fields["channel"].choices = channel_choices(("", _("None: the whole client")))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The period ends before it begins."))
        if data.get("salesperson") and data.get("layer") != Layer.SALES:
            self.add_error("salesperson", _("Only costs of the sales team are a salesperson's."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes; who sees the row follows the layer unless it is said."""
        data = dict(self.cleaned_data)
        seen_by = data.pop("seen_by")
        usual = data["layer"] not in AGENCY_ONLY
        return data | {"is_shared": usual if seen_by == USUAL else seen_by == SHARED}


class CampaignForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)


class SalespersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    membership: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Member"),
        queryset=None,
        required=False,
        empty_label=_("None"),
        help_text=_("Linked to a member, they see their own leads counted."),
    )
    is_active = forms.BooleanField(label=_("Still sells"), required=False, initial=True)

    def __init__(self, *args: Any, members: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = members  # type: ignore[attr-defined]
