"""A plan as a person writes it: a table of lines, some of them empty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.forms import BaseFormSet
from django.utils.translation import gettext_lazy as _

from kpis.book import Book
from kpis.catalogue import GROUPS
from kpis.models import Cadence
from steering.models import PlanVersion
from steering.plans.lines import MOST_LINES, Line

MORE = 3


class SummaryForm(forms.ModelForm):
    class Meta:
        model = PlanVersion
        fields = ("summary",)
        widgets: Mapping[str, Any] = {"summary": forms.Textarea(attrs={"rows": 3})}


class LineForm(forms.Form):
    objective = forms.CharField(
        label=_("Objective"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "objectives", "autocomplete": "off"}),
    )
    kpi = forms.ChoiceField(label=_("KPI"), required=False)
    goal = forms.TypedChoiceField(
        label=_("Goal"), required=False, coerce=int, empty_value=None, choices=()
    )
    target = forms.CharField(label=_("or the target in words"), max_length=200, required=False)
    cadence = forms.ChoiceField(
        label=_("Review"), required=False, choices=[("", _("By its volume")), *Cadence.choices]
    )
    origin = forms.CharField(label=_("Where the data come from"), max_length=300, required=False)

    def __init__(
        self, *args: Any, kpis: Sequence[Any] = (), goals: Sequence[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kpi"].choices = [("", "—"), *kpis]  # type: ignore[attr-defined]
        self.fields["goal"].choices = [("", _("No goal yet")), *goals]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_written = any(data.get(name) for name in ("objective", "goal", "target", "origin"))
        if is_written and not data.get("kpi") and "kpi" not in self.errors:
            self.add_error("kpi", _("Choose the KPI of this line, or empty the line."))
        return data

    @property
    def usual(self) -> frozenset[str]:
        """Every field may stay empty, so none is marked as one that may."""
        return frozenset(self.fields)

    @property
    def line(self) -> Line | None:
        """None for an empty line."""
        data = self.cleaned_data
        if not data.get("kpi"):
            return None
        return Line(
            data["objective"].strip(), data["kpi"], data["goal"], data["target"].strip(),
            data["cadence"], data["origin"].strip(),
        )  # fmt: skip


class LineRows(BaseFormSet):
    """The table. A line without an objective serves that of the line above."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that say something, once the table is valid."""
        found: list[Line] = []
        for form in self.forms:
            line = form.line
            if line is not None:
                above = found[-1].objective if found else ""
                found.append(replace(line, objective=line.objective or above))
        return tuple(found)


LineFormSet: type[LineRows] = forms.formset_factory(  # type: ignore[assignment]
    LineForm, formset=LineRows, extra=MORE, max_num=MOST_LINES, validate_max=True
)


def line_forms(data: Any, lines: Iterable[Line], book: Book, goals: Mapping[int, str]) -> LineRows:
    """The table. `goals`: id → what it is called; money and goals as they stand."""
    kpis = []
    for group, name in GROUPS.items():
        held = [(kpi.key, kpi.name) for kpi in book.values() if kpi.group == group]
        if held:
            kpis.append((name, held))
    return LineFormSet(
        data,
        prefix="lines",
        initial=[line.kept() | {"origin": line.data} for line in lines],
        form_kwargs={"kpis": kpis, "goals": list(goals.items())},
    )
