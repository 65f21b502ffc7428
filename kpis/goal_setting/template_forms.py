"""A goal for many clients as a person writes it; percent as percent, the period in words."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.numbers import NumberField
from campaigns.channels import CHANNELS
from kpis.book import Book
from kpis.goal_setting.forms import USUAL, kind_and_way, kpi_choices, percents_said, scaled
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

#: Every client would need its own milestones by hand.
SHAPES = [each for each in Shape.choices if each[0] != Shape.MANUAL]
#: What is kept as it is written.
WORDS = ("name", "kpi", "channel", "period", "guard_kpi", "note")


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
    shape = forms.ChoiceField(label=_("The way there"), choices=SHAPES, required=False)
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
        kpi = self.book.get(data.get("kpi", ""))
        if kpi is None:
            return data
        kind, way = kind_and_way(kpi, data.get("kind", ""), data.get("accumulation", ""))
        if (kind, way) not in kpi.goal_modes:
            field = "accumulation" if data.get("accumulation") else "kind"
            self.add_error(field, _("This kind of goal cannot be counted in this way."))
        if data.get("channel") and "channel" not in kpi.dimensions():
            self.add_error("channel", _("This KPI cannot be cut in this way."))
        self._clean_numbers(data, kind)
        if data.get("guard_kpi"):
            if data["guard_kpi"] == kpi.key:
                message = _("Choose another KPI of the client as the guard.")
                self.add_error("guard_kpi", message)
            if data.get("guard_limit") is None and "guard_limit" not in self.errors:
                message = _("Say what the guard may be at most, or at least.")
                self.add_error("guard_limit", message)
        return data | {"kind": kind, "accumulation": way}

    def _clean_numbers(self, data: dict[str, Any], kind: str) -> None:
        if kind == GoalKind.MAINTAIN:
            low, high = data.get("low"), data.get("high")
            if low is None or high is None or low >= high:
                self.add_error("high", _("The range needs a lower and a higher limit."))
        elif data.get("target") is None and "target" not in self.errors:
            self.add_error("target", _("Say the target."))

    def write_to(self, template: GoalTemplate) -> GoalTemplate:
        """The template as the form says, not saved. Percent is kept as a fraction."""
        data = self.cleaned_data
        is_percent = self.book[data["kpi"]].unit == "percent"
        is_range = data["kind"] == GoalKind.MAINTAIN
        way = EnteredAs.ABSOLUTE if is_range else data["target_as"] or EnteredAs.ABSOLUTE
        is_hundredth = is_percent or way == EnteredAs.RELATIVE
        guard = self.book.get(data["guard_kpi"])
        for name in WORDS:
            setattr(template, name, data[name])
        template.kind, template.accumulation = data["kind"], data["accumulation"]
        template.target_as = way
        template.target = None if is_range else scaled(data["target"], is_hundredth)
        template.low = scaled(data["low"], is_percent) if is_range else None
        template.high = scaled(data["high"], is_percent) if is_range else None
        template.shape = data["shape"] or Shape.LINEAR
        template.grain = data["grain"] or Grain.MONTH
        template.guard_operator = data["guard_operator"] if guard else ""
        template.guard_limit = (
            scaled(data["guard_limit"], guard.unit == "percent") if guard else None
        )
        return template


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
