"""A test of landing pages as a person writes it: percent as percent; and totals to be read in."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.numbers import NumberField, WholeField
from kpis.experiments.services import MOST_ARMS, ExperimentWish, VariantWish
from kpis.models import CountedBy, Decision, ExperimentVariant
from kpis.trials.files import MOST_CHARACTERS
from kpis.trials.planning import Wish

LOOKS = (
    ("1", _("Only at the end")),
    ("5", _("At five planned looks (O'Brien–Fleming); a little longer")),
)
HUNDRED = Decimal(100)


def percent(label: Any, **options: Any) -> NumberField:
    return NumberField(label=label, max_digits=8, decimal_places=5, takes_percent=True, **options)


def day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class ExperimentForm(forms.Form):
    """`variants` are the fields name_0, page_0, weight_0 and so on, the control's first."""

    name = forms.CharField(label=_("Name"), max_length=120)
    hypothesis = forms.CharField(
        label=_("Hypothesis"),
        max_length=500,
        required=False,
        help_text=_("What is changed, and why it should bring more leads."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    counted_by = forms.ChoiceField(label=_("Counted by"), choices=CountedBy.choices)
    base = percent(_("Conversion rate today, %"), min_value=0, max_value=100)
    target = percent(_("Rate worth finding, %"), min_value=0, max_value=100)
    daily = WholeField(
        label=_("Visitors a day, all pages together"),
        min_value=1,
        max_value=10**9,
        required=False,
    )
    alpha = percent(_("Error allowed, %"), initial=5)
    power = percent(_("Power, %"), initial=80)
    looks = forms.ChoiceField(label=_("When it may end"), choices=LOOKS, initial="1")
    per_arm = WholeField(
        label=_("Visitors per variant"),
        min_value=1,
        max_value=2 * 10**9,
        required=False,
        help_text=_("Empty: as many as the size beside says."),
    )
    is_guarded = forms.BooleanField(
        label=_("A page with fewer qualified leads cannot win"), required=False, initial=True
    )
    starts_on = day(_("From"))
    ends_on = day(_("To"), required=False, help_text=_("Empty: as many weeks as it needs."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(MOST_ARMS):
            self.fields[f"page_{place}"] = forms.CharField(
                label=_("Page"),
                max_length=500,
                required=False,
                widget=forms.TextInput(attrs={"list": "landing-paths", "placeholder": "/offer"}),
            )
            self.fields[f"name_{place}"] = forms.CharField(
                label=pgettext_lazy("of a variant", "Name"), max_length=120, required=False
            )
            self.fields[f"weight_{place}"] = WholeField(
                label=_("Part of the split"),
                min_value=1,
                max_value=100,
                initial=1,
                required=False,
            )

    @property
    def variant_fields(self) -> list[tuple[int, Any, Any, Any]]:
        return [
            (place, self[f"page_{place}"], self[f"name_{place}"], self[f"weight_{place}"])
            for place in range(MOST_ARMS)
        ]

    @property
    def variants(self) -> tuple[VariantWish, ...]:
        """Those with a page or a name; gaps close up."""
        data = self.cleaned_data
        return tuple(
            VariantWish(
                data.get(f"name_{place}") or "",
                (data.get(f"page_{place}") or "").partition("?")[0],
                data.get(f"weight_{place}") or 1,
            )
            for place in range(MOST_ARMS)
            if data.get(f"name_{place}") or data.get(f"page_{place}")
        )

    @property
    def size(self) -> Wish:
        """What the calculator takes. Percent is written as percent and kept as a fraction."""
        data = self.cleaned_data
        weights = tuple(variant.weight for variant in self.variants)
        base, target, alpha, power = (
            float(data[name] / HUNDRED) for name in ("base", "target", "alpha", "power")
        )
        return Wish(
            base,
            target,
            weights if len(weights) > 1 else (1, 1),
            data.get("daily"),
            alpha,
            power,
            int(data["looks"]),
        )

    def wish(self, ends_on: Any) -> ExperimentWish:
        data = self.cleaned_data
        return ExperimentWish(
            name=data["name"],
            variants=self.variants,
            size=self.size,
            starts_on=data["starts_on"],
            ends_on=data["ends_on"] or ends_on,
            counted_by=data["counted_by"],
            per_arm=data["per_arm"],
            hypothesis=data["hypothesis"],
            is_guarded=data["is_guarded"],
        )


class TotalsForm(forms.Form):
    """A table pasted or from a file, and what its columns are called."""

    file = forms.FileField(label=_("File (CSV)"), required=False)
    text = forms.CharField(
        label=_("Or paste it here"),
        required=False,
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )
    place = forms.ChoiceField(label=_("Rows are of"), required=False)
    visitors = forms.CharField(label=_("Column of visitors"), max_length=80, required=False)
    conversions = forms.CharField(label=_("Column of conversions"), max_length=80, required=False)
    qualified = forms.CharField(label=_("Column of qualified leads"), max_length=80, required=False)

    def __init__(self, *args: Any, variants: Sequence[ExperimentVariant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            ("", _("the variant that a column names")),
            *((str(variant.place), variant.name) for variant in variants),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("file"):
            data["text"] = self._decoded(data["file"])
        if not (data.get("text") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste a table."))
        if "\0" in (data.get("text") or ""):
            raise forms.ValidationError(_("This is no text: choose a CSV file."))
        return data

    def _decoded(self, file: Any) -> str:
        if file.size > MOST_CHARACTERS:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        content: bytes = file.read()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252", errors="replace")

    @property
    def heads(self) -> dict[str, str]:
        names = ("visitors", "conversions", "qualified")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    @property
    def only_place(self) -> int | None:
        return int(self.cleaned_data["place"]) if self.cleaned_data.get("place") else None


class DecisionForm(forms.Form):
    """What people make of the test. The choice is the decision, and for adopting the variant."""

    choice = forms.ChoiceField(label=_("Decision"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, variants: Sequence[ExperimentVariant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            *(
                (f"{Decision.ADOPT}-{variant.place}", _("Adopt %(name)s") % {"name": variant.name})
                for variant in variants
                if variant.place
            ),
            (Decision.KEEP.value, Decision.KEEP.label),
            (Decision.STOP.value, Decision.STOP.label),
        ]

    @property
    def decision(self) -> tuple[str, int | None]:
        decision, _sep, place = self.cleaned_data["choice"].partition("-")
        return decision, int(place) if place else None
