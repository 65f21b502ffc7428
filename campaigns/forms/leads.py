"""A step of a lead."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.numbers import NumberField, amounts_in
from campaigns.forms.fields import PersonField, date_input
from campaigns.lead_steps import DATED
from campaigns.models import Lead, Salesperson
from campaigns.models.leads import Stage


class MoveForm(forms.Form):
    stage = forms.ChoiceField(label=_("Stage"))
    on = forms.DateField(label=_("On"), widget=date_input())
    salesperson = PersonField(_("Salesperson"), None, empty_label=_("As before"))
    amount = NumberField(
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
        amounts_in(self, lead.currency or lead.client.currency)
