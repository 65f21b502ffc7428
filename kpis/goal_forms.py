"""A goal as a person writes it: percent as percent, a target as a number or against the baseline."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.channels import CHANNELS
from campaigns.models import Campaign
from kpis.book import Book
from kpis.calendar import Period
from kpis.catalogue import GROUPS
from kpis.goal_services import GoalWish
from kpis.models import Accumulation, GoalKind

TARGET_AS = (
    ("absolute", _("The number itself")),
    ("relative", _("% more or less than the baseline")),
    ("points", _("Points more or less than the baseline")),
)


def kpi_choices(book: Book) -> Iterator[tuple[Any, list[tuple[str, Any]]]]:
    for group, name in GROUPS.items():
        held = [(kpi.key, kpi.name) for kpi in book.values() if kpi.group == group and kpi.goal]
        if held:
            yield name, held


class GoalForm(forms.Form):
    kpi = forms.ChoiceField(label=_("KPI"))
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    campaign: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, empty_label=_("All campaigns")
    )
    starts_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=GoalKind.choices)
    accumulation = forms.ChoiceField(label=_("How it counts"), choices=Accumulation.choices)
    target = forms.DecimalField(label=_("Target"), required=False, max_digits=18, decimal_places=6)
    target_as = forms.ChoiceField(label=_("Target is"), choices=TARGET_AS, required=False)
    low = forms.DecimalField(label=_("At least"), required=False, max_digits=18, decimal_places=6)
    high = forms.DecimalField(label=_("At most"), required=False, max_digits=18, decimal_places=6)
    baseline = forms.DecimalField(
        label=_("Starting from"),
        required=False,
        max_digits=18,
        decimal_places=6,
        help_text=_("Empty: the value before the goal begins, as shown beside."),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self, *args: Any, campaigns: QuerySet[Campaign], book: Book, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields["kpi"].choices = list(kpi_choices(book))  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            ("", _("All channels")),
            *((channel.code, channel.name) for channel in CHANNELS),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The period ends before it begins."))
        if data.get("channel") and data.get("campaign"):
            self.add_error("campaign", _("Choose a channel or a campaign, not both."))
        return data

    @property
    def wish(self) -> GoalWish:
        """What the service takes. Percent is written as percent and kept as a fraction."""
        data = self.cleaned_data
        is_percent = self.book[data["kpi"]].unit == "percent"
        way = data["target_as"] or "absolute"
        return GoalWish(
            kpi=data["kpi"],
            period=Period(data["starts_on"], data["ends_on"]),
            kind=data["kind"],
            accumulation=data["accumulation"],
            target=_scaled(data["target"], is_percent or way == "relative"),
            target_as=way,
            low=_scaled(data["low"], is_percent),
            high=_scaled(data["high"], is_percent),
            baseline=_scaled(data["baseline"], is_percent),
            channel=data["channel"],
            campaign=data["campaign"],
            note=data["note"],
        )


def _scaled(number: Decimal | None, is_hundredth: bool) -> Decimal | None:
    return number / 100 if number is not None and is_hundredth else number
