"""An own measure as a person defines it, and a month of its values as they are typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Better, OwnAggregation, OwnUnit
from campaigns.own_services import MeasureWish


class OwnMeasureForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(
        label=_("What it counts"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=OwnUnit.choices)
    aggregation = forms.ChoiceField(
        label=_("Over time"),
        choices=OwnAggregation.choices,
        help_text=_("Unit and this stay as they are: numbers will rest on them."),
    )
    better = forms.ChoiceField(label=_("Better"), choices=Better.choices)

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            for name in ("unit", "aggregation"):
                self.fields[name].disabled = True

    @property
    def wish(self) -> MeasureWish:
        data = self.cleaned_data
        return MeasureWish(**{name: data[name] for name in self.fields})
