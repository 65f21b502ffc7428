"""A goal as a person writes it: percent as percent, a target as a number or against the baseline."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.numbers import NumberField, percents_in
from accounts.models import Membership
from accounts.numbers import NumberRefused, refusal, typed_here
from campaigns.channels import CHANNELS
from campaigns.models import Campaign
from kpis.book import Book
from kpis.calendar import Period
from kpis.catalogue import GROUPS
from kpis.catalogue.kpi import COST_BASES
from kpis.goal_setting.wishes import GoalWish, kind_and_way
from kpis.goals.bands import PACE, PROBABILITY, thresholds_shifted
from kpis.models import (
    Accumulation,
    Cadence,
    EnteredAs,
    Goal,
    GoalKind,
    Grain,
    GuardOperator,
    Shape,
)

USUAL = ("", _("The usual of this KPI"))


def kpi_choices(book: Book) -> Iterator[tuple[Any, list[tuple[str, Any]]]]:
    for group, name in GROUPS.items():
        held = [(kpi.key, kpi.name) for kpi in book.values() if kpi.group == group and kpi.goal]
        if held:
            yield name, held


def _number(label: Any, help_text: Any = "") -> NumberField:
    return NumberField(
        label=label, required=False, max_digits=18, decimal_places=6, help_text=help_text
    )


def _day(label: Any, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required, help_text=help_text)


def _share(label: Any) -> NumberField:
    return NumberField(
        label=label, required=False, min_value=0, max_value=200, max_digits=6, decimal_places=2,
        takes_percent=True,
    )  # fmt: skip


class _OwnerField(forms.ModelChoiceField):
    """The people of whom one stands for a goal; which they are is said when the form is made."""

    def __init__(self) -> None:
        super().__init__(
            None,
            label=pgettext_lazy("of a goal", "Owner"),
            required=False,
            empty_label=_("Nobody yet"),
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.user)


def _cadence() -> forms.ChoiceField:
    choices = (("", _("By how much there is to see")), *Cadence.choices)
    return forms.ChoiceField(label=_("Review"), choices=choices, required=False)


class GoalForm(forms.Form):
    #: Not marked as optional: they have a value anyway, or are there for one kind of goal.
    usual = ("kind", "target", "target_as", "accumulation", "shape", "grain", "channel", "campaign")

    kpi = forms.ChoiceField(label=_("KPI"))
    kind = forms.ChoiceField(
        label=_("What it should do"), choices=(USUAL, *GoalKind.choices), required=False
    )
    target = _number(_("Target"))
    target_as = forms.ChoiceField(label=_("Target is"), choices=EnteredAs.choices, required=False)
    low, high = _number(_("At least")), _number(_("At most"))
    starts_on, ends_on = _day(_("From")), _day(_("To"))
    accumulation = forms.ChoiceField(
        label=_("How it counts"), choices=(USUAL, *Accumulation.choices), required=False
    )
    shape = forms.ChoiceField(label=_("The way there"), choices=Shape.choices, required=False)
    grain = forms.ChoiceField(label=_("Milestones"), choices=Grain.choices, required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    campaign: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Campaign"), queryset=None, required=False, empty_label=_("All campaigns")
    )
    part = forms.ChoiceField(label=_("Another part"), required=False)
    baseline = _number(_("Starting from"), _("Empty: the value before, as shown beside."))
    baseline_first = _day(_("Read from"), False)
    baseline_last = _day(_("Read to"), False, _("These days must be closed."))
    tolerance = _number(_("Tolerance"), _("How far outside the range is at risk only."))
    guard_kpi = forms.ChoiceField(label=_("Guarded by"), required=False)
    guard_operator = forms.ChoiceField(
        label=_("which stays"), choices=GuardOperator.choices, required=False
    )
    guard_limit = _number(_("Limit"))
    parent: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Serves the goal"), queryset=None, required=False, empty_label=_("None")
    )
    owner, cadence = _OwnerField(), _cadence()
    pace_good, pace_fair = _share(_("On course from, % of pace")), _share(_("At risk from, %"))
    odds_good, odds_fair = _share(_("On course from, % likely")), _share(_("At risk from, %"))
    cost_basis = forms.ChoiceField(
        label=_("Cost basis"),
        choices=(("", _("As the client's")), *COST_BASES.items()),
        required=False,
        help_text=_(
            "For KPIs that divide by costs: the goal keeps it whatever the client's becomes."
        ),
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        campaigns: QuerySet[Campaign],
        book: Book,
        goals: QuerySet[Goal],
        owners: QuerySet[Membership],
        parts: Sequence[Any] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        fields: dict[str, Any] = self.fields
        fields["kpi"].choices = list(kpi_choices(book))
        fields["campaign"].queryset = campaigns
        fields["channel"].choices = [
            ("", _("All channels")),
            *((channel.code, channel.name) for channel in CHANNELS),
        ]
        fields["part"].choices = [("", _("No other part")), *parts]
        fields["guard_kpi"].choices = [("", _("No guard")), *kpi_choices(book)]
        fields["parent"].queryset, fields["owner"].queryset = goals, owners
        fields["parent"].label_from_instance = lambda goal: (
            f"{book[goal.kpi].name} · {goal.starts_on} – {goal.ends_on}"
            if goal.kpi in book
            else goal.kpi
        )
        percents_said(self, book)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("season", "by_hand"):
            for text in self._typed(name):
                if problem := unreadable(text):
                    self.add_error(None, problem)
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The period ends before it begins."))
        if data.get("channel") and data.get("campaign"):
            self.add_error("campaign", _("Choose a channel or a campaign, not both."))
        first, last = data.get("baseline_first"), data.get("baseline_last")
        if (first is None) != (last is None) or (first and last and last < first):
            self.add_error("baseline_last", _("Say the first and the last day of the baseline."))
        return data

    @property
    def wish(self) -> GoalWish:
        """What the service takes. Percent is written as percent and kept as a fraction."""
        data = self.cleaned_data
        kpi = self.book[data["kpi"]]
        is_percent = kpi.unit == "percent"
        way = data["target_as"] or "absolute"
        kind, accumulation = kind_and_way(kpi, data["kind"], data["accumulation"])
        guard = self.book.get(data["guard_kpi"])
        name, _colon, value = data["part"].partition(":")
        read_from = data["baseline_first"]
        return GoalWish(
            kpi=data["kpi"],
            period=Period(data["starts_on"], data["ends_on"]),
            kind=kind,
            accumulation=accumulation,
            target=scaled(data["target"], is_percent or way == "relative"),
            target_as=way,
            low=scaled(data["low"], is_percent),
            high=scaled(data["high"], is_percent),
            baseline=scaled(data["baseline"], is_percent),
            channel=data["channel"],
            campaign=data["campaign"],
            note=data["note"],
            cost_basis=data["cost_basis"],
            shape=data["shape"] or Shape.LINEAR,
            grain=data["grain"] or Grain.MONTH,
            tolerance=scaled(data["tolerance"], is_percent) if kind == GoalKind.MAINTAIN else None,
            baseline_period=Period(read_from, data["baseline_last"]) if read_from else None,
            dimensions={name: (value,)} if name else {},
            season=self._grid("season", is_percent),
            by_hand=self._grid("by_hand", is_percent) if data["shape"] == Shape.MANUAL else (),
            guard_kpi=data["guard_kpi"],
            guard_operator=data["guard_operator"] if guard else "",
            guard_limit=scaled(data["guard_limit"], guard.unit == "percent") if guard else None,
            parent=data["parent"],
            owner=data["owner"],
            cadence=data["cadence"],
            thresholds={
                PACE: thresholds_shifted(PACE, data["pace_good"], data["pace_fair"]),
                PROBABILITY: thresholds_shifted(PROBABILITY, data["odds_good"], data["odds_fair"]),
            },
        )

    def _grid(self, name: str, is_percent: bool) -> tuple[Decimal | None, ...]:
        """The numbers written beside the milestones, in their order; None for an empty one."""
        return tuple(scaled(decimal_of(text), is_percent) for text in self._typed(name))

    def _typed(self, name: str) -> Sequence[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else ()


def percents_said(form: forms.Form, book: Book) -> None:
    """Where a percent sign says nothing new, as the form of a goal or of a template was filled in."""
    kpi, guard = (book.get(str(form[name].value())) for name in ("kpi", "guard_kpi"))
    if kpi is not None and kpi.unit == "percent":
        percents_in(form, "target", "low", "high", "baseline", "tolerance")
    if form["target_as"].value() == EnteredAs.RELATIVE:
        percents_in(form, "target")
    if guard is not None and guard.unit == "percent":
        percents_in(form, "guard_limit")


def decimal_of(text: str) -> Decimal | None:
    """A number as this reader types it; None where it is none."""
    try:
        number = typed_here(text).value
    except NumberRefused:
        return None
    return number if abs(number) < 10**12 else None


def unreadable(text: str) -> str:
    """Why a number in a grid cannot be taken; "" if it can, or if nothing stands there."""
    if not text.strip():
        return ""
    try:
        typed_here(text)
    except NumberRefused as error:
        return refusal(text, error)
    return ""


def scaled(number: Decimal | None, is_hundredth: bool) -> Decimal | None:
    return number / 100 if number is not None and is_hundredth else number


class GoalChangeForm(forms.Form):
    """What may be changed of a goal that is set; what it asks for changes from a day on."""

    target = _number(_("Target"))
    low, high = _number(_("At least")), _number(_("At most"))
    ends_on = _day(_("To"))
    since = forms.TypedChoiceField(label=_("Holds from"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    owner, cadence = _OwnerField(), _cadence()
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        goal: Goal,
        is_percent: bool,
        owners: QuerySet[Membership],
        days: Sequence[Any],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.is_percent = is_percent
        fields: dict[str, Any] = self.fields
        fields["since"].choices = days
        fields["owner"].queryset = owners
        for name in ("low", "high") if goal.kind != GoalKind.MAINTAIN else ("target",):
            del fields[name]
        if is_percent:
            percents_in(self, "target", "low", "high")

    @property
    def changes(self) -> dict[str, Any]:
        """By the service's names; numbers in the KPI's own unit. What asks for the same is left out: who
        writes a note neither sets the target again, nor says it in another way than it was."""
        said = ("target", "low", "high", "ends_on", "owner", "cadence", "note")
        found = {name: self.cleaned_data[name] for name in said if name in self.cleaned_data}
        for name in ("target", "low", "high", "ends_on"):
            if name in found and found[name] == self.initial.get(name):
                del found[name]
        for name in ("target", "low", "high"):
            if name in found:
                found[name] = scaled(found[name], self.is_percent)
        return found
