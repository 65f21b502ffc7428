"""A file to import."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import date_input
from campaigns.imports.kinds import KINDS
from campaigns.imports.mapping import DATE_ORDERS
from campaigns.imports.presets import PRESETS
from campaigns.models import ImportMapping

CONSTANT, AUTOMATIC = "!", "auto"
PERIOD_RULES = (
    ("refuse", _("Refuse it")),
    ("spread", _("Spread it by day")),
    ("last_day", _("Keep it on its last day")),
)
DATES = dict(zip(DATE_ORDERS, (_("2026-12-31"), _("31/12/2026"), _("12/31/2026")), strict=True))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV, any table of text, or an Excel workbook (.xlsx), as the platform exports it."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,text/csv,text/plain"}),
    )
    reading = forms.ChoiceField(label=_("How to read it"))
    period = forms.ChoiceField(
        label=_("A row that covers a period"), choices=PERIOD_RULES, initial="refuse"
    )
    complete_through = forms.DateField(
        label=_("Complete through"),
        required=False,
        widget=date_input(),
        help_text=_("The last day that the file has whole. Without it, the last day in the file."),
    )

    def __init__(self, *args: Any, saved: QuerySet[ImportMapping], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved = saved
        groups = reading_groups(saved)
        groups.insert(0, ("", [(AUTOMATIC, _("Recognise it by its columns"))]))
        self.fields["reading"].choices = groups  # type: ignore[attr-defined]

    @property
    def is_automatic(self) -> bool:
        return bool(self.cleaned_data["reading"] == AUTOMATIC)

    @property
    def mapping(self) -> dict[str, Any]:
        """The mapping to begin with: a saved one, or a preset that the file completes."""
        way = "preset:generic_leads" if self.is_automatic else self.cleaned_data["reading"]
        mapping = mapping_of_way(way, self.saved) or {}
        mapping["period"] = self.cleaned_data["period"]
        if self.cleaned_data["complete_through"]:
            mapping["complete_through"] = self.cleaned_data["complete_through"].isoformat()
        return mapping


def reading_groups(saved: QuerySet[ImportMapping]) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The ways to read a file: the client's own, then the presets by kind."""
    groups: list[tuple[Any, list[tuple[str, Any]]]] = [
        (kind.label, [(f"preset:{p.key}", p.label) for p in PRESETS.values() if p.kind == key])
        for key, kind in KINDS.items()
    ]
    if own := [(f"saved:{row.pk}", row.name) for row in saved]:
        groups.insert(0, (_("Saved mappings"), own))
    return groups


def mapping_of_way(way: str, saved: QuerySet[ImportMapping]) -> dict[str, Any] | None:
    """The mapping that such a choice begins with; None for one that is not offered."""
    name = way.removeprefix("preset:")
    if way != name and name in PRESETS:
        return {"kind": PRESETS[name].kind, "preset": name, "columns": {}}
    for row in saved:
        if way == f"saved:{row.pk}":
            return dict(row.mapping)
    return None
