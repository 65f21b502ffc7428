"""A note as a person writes it: percent as percent, an effect only where a KPI is chosen."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.numbers import NumberField, percents_in
from kpis.catalogue import GROUPS, Kpi
from kpis.models import Annotation, Direction, SizeAs, Visibility
from kpis.notes.services import LONGEST, Effect, NoteWish

Book = Mapping[str, Kpi]


def _day(label: Any, is_required: bool) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=is_required)


class NoteForm(forms.Form):
    starts_on = _day(_("Day"), True)
    ends_on = _day(_("Until"), False)
    text = forms.CharField(
        label=_("What happened"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )
    visibility = forms.ChoiceField(
        label=_("Who sees it"), choices=Visibility.choices, initial=Visibility.AGENCY
    )
    kpi = forms.ChoiceField(label=_("KPI that it should move"), required=False)
    direction = forms.ChoiceField(
        label=_("Direction"), required=False, choices=[("", "—"), *Direction.choices]
    )
    size = NumberField(
        label=_("By at least"), required=False, max_digits=18, decimal_places=6,
        help_text=_("Empty: any movement that way."),
    )  # fmt: skip
    size_as = forms.ChoiceField(label=_("Measured"), required=False, choices=SizeAs.choices)
    judged_on = _day(_("To be judged on"), False)

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        self.fields["kpi"].choices = [("", _("None")), *kpi_choices(book)]  # type: ignore[attr-defined]
        kpi = book.get(str(self["kpi"].value()))
        if kpi is not None and is_hundredth(kpi, self["size_as"].value() or SizeAs.RELATIVE):
            percents_in(self, "size")

    @property
    def has_effect(self) -> bool:
        """Whether the part about an effect has anything in it, for showing it open."""
        names = ("kpi", "direction", "size", "judged_on")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kpi"):
            for name in ("direction", "judged_on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("An expected effect needs this."))
        elif data.get("direction") or data.get("size") or data.get("judged_on"):
            self.add_error("kpi", _("Choose the KPI that should move."))
        return data

    @property
    def wish(self) -> NoteWish:
        """What the service takes: sizes in per cent and in points as fractions."""
        data = self.cleaned_data
        effect = None
        if data["kpi"]:
            size_as = data["size_as"] or SizeAs.RELATIVE.value
            size = data["size"]
            if size is not None and is_hundredth(self.book[data["kpi"]], size_as):
                size /= 100
            effect = Effect(data["kpi"], data["direction"], data["judged_on"], size, size_as)
        return NoteWish(
            data["starts_on"], data["text"], data["ends_on"], data["visibility"], effect
        )


def initial_of(note: Annotation, book: Book) -> dict[str, Any]:
    """A stored note as the form shows it."""
    names = ("starts_on", "ends_on", "text", "visibility", "kpi", "direction", "judged_on")
    size: Decimal | None = note.size
    if size is not None and note.kpi in book and is_hundredth(book[note.kpi], note.size_as):
        size *= 100
    return {
        **{name: getattr(note, name) for name in names},
        "size": size,
        "size_as": note.size_as or SizeAs.RELATIVE,
    }


def is_hundredth(kpi: Kpi, size_as: str) -> bool:
    """Whether a size is written in hundredths: per cent, or points of a rate."""
    return size_as == SizeAs.RELATIVE or kpi.unit == "percent"


def kpi_choices(book: Book) -> Iterator[tuple[Any, list[tuple[str, Any]]]]:
    groups = dict.fromkeys([*GROUPS, *(kpi.group for kpi in book.values())])
    for group in groups:
        held = [(kpi.key, kpi.name) for kpi in book.values() if kpi.group == group]
        if held:
            yield GROUPS.get(group, group), held
