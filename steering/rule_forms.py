"""A rule as a person writes it: per cent as per cent."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.forms.numbers import NumberField, percents_in
from campaigns.channels import CHANNELS
from campaigns.models import Campaign
from kpis.book import Book
from kpis.catalogue import GROUPS
from steering.models import AlertRule, Severity
from steering.models.rules import Against, Condition, Direction, Span
from steering.rule_services import NAME, NOTE, RuleWish


def kpi_choices(book: Book) -> Iterator[tuple[Any, list[tuple[str, Any]]]]:
    for group, name in GROUPS.items():
        held = [(kpi.key, kpi.name) for kpi in book.values() if kpi.group == group]
        if held:
            yield name, held


def _number(label: Any, help_text: Any = "") -> NumberField:
    return NumberField(
        label=label, required=False, max_digits=18, decimal_places=6, help_text=help_text
    )


class RuleForm(forms.Form):
    #: Not marked as optional: only a day against its own history does without a limit.
    usual = ("limit",)
    name = forms.CharField(label=_("Name"), max_length=NAME)
    kpi = forms.ChoiceField(label=_("KPI"))
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    campaign: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, empty_label=_("All campaigns")
    )
    condition = forms.ChoiceField(label=_("Compare"), choices=Condition.choices)
    direction = forms.ChoiceField(label=_("Warn when it is"), choices=Direction.choices)
    limit = _number(
        _("Limit"), _("A value of the KPI; against the comparable period: per cent of change.")
    )
    span = forms.ChoiceField(
        label=_("Read over"),
        choices=Span.choices,
        help_text=_("Against its own history, single days are compared with the same weekdays."),
    )
    against = forms.ChoiceField(label=_("Comparable period"), choices=Against.choices)
    least_change = _number(
        _("And by at least"), _("In the KPI's own unit, so that small numbers do not cry wolf.")
    )
    least_volume = _number(
        _("Only with at least"),
        _("What a rate or a cost is divided by; of a count, the larger of the two figures."),
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    note = forms.CharField(label=_("What to do then"), max_length=NOTE, required=False)

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
        kpi = book.get(str(self["kpi"].value()))
        if kpi is not None and kpi.unit == "percent":
            percents_in(self, "limit", "least_change")
        if self["condition"].value() == Condition.CHANGE:
            percents_in(self, "limit")

    @property
    def wish(self) -> RuleWish:
        data = self.cleaned_data
        is_percent = self.book[data["kpi"]].unit == "percent"
        is_change = data["condition"] == Condition.CHANGE
        return RuleWish(
            name=data["name"],
            kpi=data["kpi"],
            condition=data["condition"],
            direction=data["direction"],
            span=data["span"],
            limit=_scaled(data["limit"], is_percent or is_change),
            against=data["against"],
            least_change=_scaled(data["least_change"], is_percent),
            least_volume=data["least_volume"],
            severity=data["severity"],
            channel=data["channel"],
            campaign=data["campaign"],
            note=data["note"],
        )


def initial_of(rule: AlertRule, book: Book) -> dict[str, Any]:
    """What the form shows of a rule: the reverse of `wish`."""
    is_percent = book[rule.kpi].unit == "percent"
    is_change = rule.condition == Condition.CHANGE
    return {
        "name": rule.name, "kpi": rule.kpi, "channel": rule.channel, "campaign": rule.campaign_id,
        "condition": rule.condition, "direction": rule.direction, "span": rule.span,
        "against": rule.against or Against.BEFORE, "severity": rule.severity, "note": rule.note,
        "limit": _shown(rule.limit, is_percent or is_change),
        "least_change": _shown(rule.least_change, is_percent),
        "least_volume": _shown(rule.least_volume, False),
    }  # fmt: skip


def _scaled(number: Decimal | None, is_hundredth: bool) -> Decimal | None:
    return number / 100 if number is not None and is_hundredth else number


def _shown(number: Decimal | None, is_hundredth: bool) -> Decimal | None:
    return number * 100 if number is not None and is_hundredth else number
