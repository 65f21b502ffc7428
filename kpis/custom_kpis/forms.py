"""A custom KPI as a person writes it. What the formula means is judged by the service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Better
from kpis.custom.syntax import MOST_CHARACTERS
from kpis.custom_kpis.services import KpiWish


class CustomKpiForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    meaning = forms.CharField(
        label=_("What it says"),
        max_length=300,
        required=False,
        help_text=_("One sentence for whoever meets it on a dashboard."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    formula = forms.CharField(
        label=_("Formula"),
        # Longer texts reach the parser, which says where to cut.
        max_length=MOST_CHARACTERS * 2,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        strip=False,
    )
    better = forms.ChoiceField(label=_("Better"), choices=Better.choices)
    unit = forms.CharField(required=False, max_length=13)
    goal = forms.CharField(required=False, max_length=24)

    @property
    def wish(self) -> KpiWish:
        """What the service takes, from whatever is there: a half-written KPI is tried out as well."""
        said: dict[str, Any] = getattr(self, "cleaned_data", {})
        kind, _space, accumulation = str(said.get("goal", "")).partition(" ")
        return KpiWish(
            name=said.get("name", ""),
            formula=said.get("formula", ""),
            meaning=said.get("meaning", ""),
            unit=said.get("unit", ""),
            better=said.get("better") or "higher",
            goal_kind=kind,
            goal_accumulation=accumulation,
        )
