"""A file to import, and how its columns are read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import date_input
from campaigns.imports.columns import CodeColumn
from campaigns.imports.kinds import KINDS, Kind
from campaigns.imports.mapping import DATE_ORDERS
from campaigns.imports.presets import PRESETS
from campaigns.models import ImportMapping

CONSTANT = "!"
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
        self.saved = {f"saved:{row.pk}": row for row in saved}
        groups: list[tuple[Any, list[tuple[str, Any]]]] = [
            (kind.label, [(f"preset:{p.key}", p.label) for p in PRESETS.values() if p.kind == key])
            for key, kind in KINDS.items()
        ]
        if self.saved:
            own: list[tuple[str, Any]] = [(key, row.name) for key, row in self.saved.items()]
            groups.insert(0, (_("Saved mappings"), own))
        self.fields["reading"].choices = groups  # type: ignore[attr-defined]

    @property
    def mapping(self) -> dict[str, Any]:
        """The mapping to begin with: a saved one, or a preset that the file completes."""
        way = self.cleaned_data["reading"]
        if way in self.saved:
            mapping = dict(self.saved[way].mapping)
        else:
            preset = PRESETS[way.removeprefix("preset:")]
            mapping = {"kind": preset.kind, "preset": preset.key, "columns": {}}
        mapping["period"] = self.cleaned_data["period"]
        if self.cleaned_data["complete_through"]:
            mapping["complete_through"] = self.cleaned_data["complete_through"].isoformat()
        return mapping


class MappingForm(forms.Form):
    """For each target of a kind: a column of the file, a constant, and a table of values.

    `base` is the mapping that is changed: what the form does not show of it stays as it was.
    """

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    source = forms.SlugField(
        label=_("Name of the source"),
        max_length=40,
        help_text=_("The same rows from the same source replace each other."),
    )
    period = forms.ChoiceField(label=_("A row that covers a period"), choices=PERIOD_RULES)
    dates = forms.ChoiceField(
        label=_("Dates are written"),
        choices=[("", _("As the file shows")), *DATES.items()],
        required=False,
    )
    decimal = forms.ChoiceField(
        label=_("Decimal sign"),
        choices=[("", _("As the file shows")), (".", "1,234.56"), (",", "1.234,56")],
        required=False,
    )
    complete_from = forms.DateField(label=_("Complete from"), required=False, widget=date_input())
    complete_through = forms.DateField(
        label=_("Complete through"), required=False, widget=date_input()
    )
    without_bad_rows = forms.BooleanField(
        label=_("Leave out the rows that cannot be read, and import the others"), required=False
    )
    name = forms.CharField(label=_("Save this mapping as"), max_length=80, required=False)

    def __init__(
        self,
        *args: Any,
        base: Mapping[str, Any],
        headers: Sequence[str],
        sheets: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.base, self.headers = base, headers
        self.kind: Kind = KINDS[base["kind"]]
        kwargs["initial"] = self._initial() | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [("", "—"), *((name, name) for name in sheets)]  # type: ignore[attr-defined]
        if len(sheets) < 2:
            del self.fields["sheet"]
        choices: list[tuple[str, Any]] = [("", "—"), *((f"={name}", name) for name in headers)]
        choices.append((CONSTANT, _("Always the same value")))
        for column in self.kind.columns:
            said = self._said(column.key)
            known = choices
            if (held := said.get("column")) and held not in headers:
                known = [*choices, (f"={held}", held)]
            self.fields[f"map_{column.key}"] = forms.ChoiceField(
                label=str(column.label), choices=known, required=False
            )
            self.fields[f"constant_{column.key}"] = forms.CharField(
                label=_("Value"), required=False, max_length=200
            )
            if isinstance(column, CodeColumn):
                self.fields[f"values_{column.key}"] = forms.CharField(
                    label=_("Table of values"),
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 4, "placeholder": "cpc = paid_search"}),
                )

    def _said(self, key: str) -> dict[str, Any]:
        said = self.base.get("columns", {}).get(key)
        return {"column": said} if isinstance(said, str) else dict(said or {})

    def _initial(self) -> dict[str, Any]:
        names = (
            "source", "period", "dates", "decimal", "complete_from", "complete_through", "sheet",
        )  # fmt: skip
        initial: dict[str, Any] = {name: self.base.get(name) for name in names}
        for column in self.kind.columns:
            said = self._said(column.key)
            if said.get("column") is not None:
                initial[f"map_{column.key}"] = f"={said['column']}"
            elif said.get("constant") is not None:
                initial[f"map_{column.key}"] = CONSTANT
                initial[f"constant_{column.key}"] = said["constant"]
            lines = [f"{text} = {code}" for text, code in (said.get("values") or {}).items()]
            if said.get("default") is not None:
                lines.append(f"* = {said['default']}")
            initial[f"values_{column.key}"] = "\n".join(lines)
        return initial

    def columns(self) -> Iterator[tuple[BoundField, BoundField, BoundField | None, bool]]:
        """For the table: the choice, the constant, the table of values; whether a file needs it."""
        for column in self.kind.columns:
            values = f"values_{column.key}"
            yield (
                self[f"map_{column.key}"],
                self[f"constant_{column.key}"],
                self[values] if values in self.fields else None,
                any(group == (column.key,) for group in self.kind.needs),
            )

    @property
    def mapping(self) -> dict[str, Any]:
        """The base with what the form says. Its preset has done its work and is gone."""
        data = self.cleaned_data
        mapping = {name: value for name, value in self.base.items() if name != "preset"}
        for name in ("source", "period", "dates", "decimal", "sheet"):
            if name in data:
                mapping[name] = data[name] or None
        for name in ("complete_from", "complete_through"):
            mapping[name] = data[name].isoformat() if data[name] else None
        columns = {column.key: self._column(column.key) for column in self.kind.columns}
        mapping["columns"] = {key: said for key, said in columns.items() if said is not None}
        return {name: value for name, value in mapping.items() if value is not None}

    def _column(self, key: str) -> str | dict[str, Any] | None:
        choice = self.cleaned_data[f"map_{key}"]
        if not choice:
            return None
        if choice == CONSTANT:
            return {"constant": self.cleaned_data[f"constant_{key}"]}
        said = self._said(key)
        column: dict[str, Any] = {"column": choice[1:]}
        if said.get("required") and said.get("column") == choice[1:]:
            column["required"] = True
        values = _table(self.cleaned_data.get(f"values_{key}", ""))
        default = values.pop("*", None)
        if values:
            column["values"] = values
        if default is not None:
            column["default"] = default
        return column if len(column) > 1 else choice[1:]


def _table(text: str) -> dict[str, str]:
    """Lines “text in the file = code”; a line without = is nobody's."""
    pairs = (line.rpartition("=") for line in text.splitlines() if "=" in line)
    return {left.strip(): right.strip() for left, _sign, right in pairs}
