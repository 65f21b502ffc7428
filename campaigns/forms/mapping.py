"""How the columns of a file are read, chosen column by column and text by text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from campaigns.channels import NAMES
from campaigns.forms.fields import date_input
from campaigns.forms.imports import CONSTANT, DATES, PERIOD_RULES
from campaigns.imports.columns import CodeColumn, Column, MoneyColumn
from campaigns.imports.kinds import KINDS, Kind
from campaigns.imports.mapping import fold
from campaigns.imports.preview import Preview
from campaigns.imports.seen import Fault, SeenText


@dataclass(frozen=True)
class TextChoice:
    """A text of the file and what it becomes: the names of its two inputs, and the codes to choose."""

    name: str
    text: str
    count: int
    code: str
    is_known: bool
    codes: Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class ColumnRow:
    """One of our columns in the form: its inputs, what the file says there, and what is wrong with it."""

    choice: BoundField
    constant: BoundField
    values: BoundField | None
    is_needed: bool
    is_mapped: bool
    examples: Sequence[str]
    texts: Sequence[TextChoice]
    fault: Fault | None
    refusal: str


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
    currency = forms.CharField(
        label=_("Currency of the amounts"),
        max_length=3,
        required=False,
        help_text=_("Without it, the one that the file names, or the client’s."),
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
        preview: Preview,
        **kwargs: Any,
    ) -> None:
        self.base, self.preview, self.headers = base, preview, preview.headers
        headers, sheets = preview.headers, preview.sheets
        self.kind: Kind = KINDS[base["kind"]]
        kwargs["initial"] = self._initial() | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [("", "—"), *((name, name) for name in sheets)]  # type: ignore[attr-defined]
        if len(sheets) < 2:
            del self.fields["sheet"]
        if not any(isinstance(column, MoneyColumn) for column in self.kind.columns):
            del self.fields["currency"]
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
            "currency",
        )  # fmt: skip
        initial: dict[str, Any] = {name: self.base.get(name) for name in names}
        for column in self.kind.columns:
            said = self._said(column.key)
            if said.get("column") is not None:
                initial[f"map_{column.key}"] = f"={said['column']}"
            elif said.get("constant") is not None:
                initial[f"map_{column.key}"] = CONSTANT
                initial[f"constant_{column.key}"] = said["constant"]
            shown = {fold(seen.text) for seen in self._seen(column)}
            lines = [
                f"{text} = {code}"
                for text, code in (said.get("values") or {}).items()
                if fold(text) not in shown
            ]
            if said.get("default") is not None:
                lines.append(f"* = {said['default']}")
            initial[f"values_{column.key}"] = "\n".join(lines)
        return initial

    def _seen(self, column: Column) -> Sequence[SeenText]:
        return self.preview.texts.get(column.key, ())

    def rows(self) -> Iterator[ColumnRow]:
        """Our columns, those that are needed or mapped first."""
        rows = [self._row(column) for column in self.kind.columns]
        return iter(sorted(rows, key=lambda row: not (row.is_needed or row.is_mapped)))

    def _row(self, column: Column) -> ColumnRow:
        values = f"values_{column.key}"
        choice = self[f"map_{column.key}"]
        held = str(choice.value() or "")
        header = held[1:] if held.startswith("=") else ""
        return ColumnRow(
            choice=choice,
            constant=self[f"constant_{column.key}"],
            values=self[values] if values in self.fields and header else None,
            is_needed=any(group == (column.key,) for group in self.kind.needs),
            is_mapped=bool(held),
            examples=self.preview.examples.get(header, ()),
            texts=[self._text(column, seen) for seen in self._seen(column)] if header else (),
            fault=self.preview.faults.get(header or column.key),
            refusal=self._refusal(column.key, header),
        )

    def _refusal(self, key: str, header: str) -> str:
        """What the refusal of the whole file says about this column."""
        refusal: DomainError | None = self.preview.refusal
        named = refusal.data.get("column") if refusal else None
        return str(refusal) if named and named in (key, header) else ""

    def _text(self, column: Column, seen: SeenText) -> TextChoice:
        name = f"{column.key}_{blake2b(fold(seen.text).encode(), digest_size=6).hexdigest()}"
        codes = [(code, NAMES.get(code, code)) for code in _codes(column)]
        return TextChoice(
            name, seen.text, seen.count, seen.code or "", seen.code is not None, codes
        )

    def _chosen(self, key: str) -> dict[str, str]:
        """What was chosen for the texts that were shown. Nothing, if each reads as it would anyway."""
        column = self.kind.column(key)
        known = column.codes if isinstance(column, CodeColumn) else {}
        start = f"text_{key}_"
        chosen = {
            text: str(self.data.get(f"code_{name.removeprefix('text_')}", ""))
            for name, text in self.data.items()
            if name.startswith(start)
        }
        valid = set(known.values())
        table = {fold(text): code for text, code in chosen.items() if code in valid}
        is_plain = all(known.get(text) == code for text, code in table.items())
        return {} if is_plain and not self._said(key).get("values") else table

    @property
    def mapping(self) -> dict[str, Any]:
        """The base with what the form says. Its preset has done its work and is gone."""
        data = self.cleaned_data
        mapping = {name: value for name, value in self.base.items() if name != "preset"}
        for name in ("source", "period", "dates", "decimal", "sheet", "currency"):
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
        is_same = said.get("column") == choice[1:]
        if is_same and said.get("required") and not self.kind.column(key).is_required:
            column["required"] = True
        if is_same and said.get("and"):
            column["and"] = said["and"]
        values = _table(self.cleaned_data.get(f"values_{key}", ""))
        default = values.pop("*", None)
        values |= self._chosen(key)
        if values:
            column["values"] = values
        if default is not None:
            column["default"] = default
        return column if len(column) > 1 else choice[1:]


def _table(text: str) -> dict[str, str]:
    """Lines “text in the file = code”; a line without = is nobody's."""
    pairs = (line.rpartition("=") for line in text.splitlines() if "=" in line)
    return {left.strip(): right.strip() for left, _sign, right in pairs}


def _codes(column: Column) -> Sequence[str]:
    return list(dict.fromkeys(column.codes.values())) if isinstance(column, CodeColumn) else ()
