"""A goal for many clients as a person writes it; percent as percent, the period in words."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.numbers import NumberField
from campaigns.channels import CHANNELS
from kpis.book import Book
from kpis.goal_setting.forms import USUAL, kpi_choices, percents_said, scaled
from kpis.goal_setting.template_terms import SHAPES, WORDS, template_problems, template_say
from kpis.models import (
    Accumulation,
    EnteredAs,
    GoalKind,
    GoalTemplate,
    Grain,
    GuardOperator,
    PeriodInWords,
    Shape,
)


def _number(label: Any, help_text: Any = "") -> NumberField:
    # Digits before the point: a percentage gains none when it is kept as a fraction.
    return NumberField(
        label=label, required=False, max_digits=16, decimal_places=4, help_text=help_text
    )


class GoalTemplateForm(forms.Form):
    #: Not marked as optional: they have a value anyway, or are there for one kind of goal.
    usual = ("kind", "target", "target_as", "accumulation", "shape", "grain", "channel")

    name = forms.CharField(label=_("Name"), max_length=80)
    kpi = forms.ChoiceField(label=_("KPI"))
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[
            ("", _("All channels")),
            *((channel.code, channel.name) for channel in CHANNELS),
        ],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("What it should do"), choices=(USUAL, *GoalKind.choices), required=False
    )
    target = _number(_("Target"), _("Money is in each client's own currency."))
    target_as = forms.ChoiceField(label=_("Target is"), choices=EnteredAs.choices, required=False)
    low, high = _number(_("At least")), _number(_("At most"))
    period = forms.ChoiceField(
        label=_("Period"),
        choices=PeriodInWords.choices,
        help_text=_("In each client's own calendar, from the day on which it is applied."),
    )
    accumulation = forms.ChoiceField(
        label=_("How it counts"), choices=(USUAL, *Accumulation.choices), required=False
    )
    shape = forms.ChoiceField(
        label=_("The way there"),
        choices=[each for each in Shape.choices if each[0] in SHAPES],
        required=False,
    )
    grain = forms.ChoiceField(label=_("Milestones"), choices=Grain.choices, required=False)
    guard_kpi = forms.ChoiceField(label=_("Guarded by"), required=False)
    guard_operator = forms.ChoiceField(
        label=_("which stays"), choices=GuardOperator.choices, required=False
    )
    guard_limit = _number(_("Limit"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        fields: dict[str, Any] = self.fields
        fields["kpi"].choices = list(kpi_choices(book))
        fields["guard_kpi"].choices = [("", _("No guard")), *kpi_choices(book)]
        percents_said(self, book)

    def clean(self) -> dict[str, Any]:
        """What is wrong at every client. The rest depends on a client's numbers: the preview says it."""
        data = super().clean() or {}
        if "kpi" in self.errors:
            return data
        for field, message in template_problems(data, self.book):
            if field not in self.errors:
                self.add_error(field, message)
        return data

    def write_to(self, template: GoalTemplate) -> GoalTemplate:
        """The template as the form says, not saved. Percent is kept as a fraction."""
        data = dict(self.cleaned_data)
        is_percent = self.book[data["kpi"]].unit == "percent"
        is_hundredth = is_percent or data["target_as"] == EnteredAs.RELATIVE
        guard = self.book.get(data["guard_kpi"])
        data["target"] = scaled(data["target"], is_hundredth)
        data["low"], data["high"] = (
            scaled(data["low"], is_percent),
            scaled(data["high"], is_percent),
        )
        data["guard_limit"] = scaled(
            data["guard_limit"], guard is not None and guard.unit == "percent"
        )
        return template_say(template, data, self.book)


def said_by(template: GoalTemplate, book: Book) -> dict[str, Any]:
    """What stands in the form of a template that is there."""
    kpi, guard = book.get(template.kpi), book.get(template.guard_kpi)
    is_percent = kpi is not None and kpi.unit == "percent"
    is_hundredth = is_percent or template.target_as == EnteredAs.RELATIVE
    choices = ("kind", "accumulation", "target_as", "shape", "grain", "guard_operator")
    return {
        **{name: getattr(template, name) for name in (*WORDS, *choices)},
        "target": _plain(template.target, is_hundredth),
        "low": _plain(template.low, is_percent),
        "high": _plain(template.high, is_percent),
        "guard_limit": _plain(template.guard_limit, guard is not None and guard.unit == "percent"),
    }


def _plain(number: Decimal | None, is_hundredth: bool) -> Decimal | None:
    return number * 100 if number is not None and is_hundredth else number
