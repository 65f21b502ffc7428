"""The form of a record of any kind: its fields in their rows, what it begins with, what it says."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.forms.numbers import amounts_in
from accounts.models import Client
from campaigns.channels import UNASSIGNED
from campaigns.forms.fields import OWN, PICKED, SHARED, USUAL, Ask, field_of
from campaigns.records import KINDS

#: What stands beside what. A form has the rows of its kind, in this order.
LAYOUTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "leads": (
        ("name", "email"), ("phone", "amount"), ("created_date", "created_time"),
        ("salesperson", "campaign"), ("channel", "utm_source"), ("utm_medium", "device"),
        ("country", "status"),
    ),
    "interactions": (
        ("lead", "customer"), ("kind", "salesperson"), ("happened_date", "happened_time"),
        ("is_inbound", "is_held"), ("is_bulk",),
    ),
    "salespeople": (("name", "membership"), ("external_id", "ended_on")),
    "sales": (
        ("customer", "amount"), ("currency", "cost_of_goods"), ("sold_date", "sold_time"),
        ("salesperson", "campaign"), ("channel", "utm_source"), ("utm_medium", "device"),
        ("country", "kind"), ("external_id",),
    ),
    "refunds": (
        ("sale", "customer"), ("amount", "currency"), ("refunded_date", "refunded_time"),
        ("product", "units"), ("cost_of_goods", "external_id"),
    ),
    "customers": (("name", "external_id"), ("salesperson", "country")),
    "products": (("name", "external_id"), ("unit_cost", "currency")),
    "terms": (("customer", "external_id"), ("starts_on", "ends_on")),
    "campaigns": (("name", "platform"), ("starts_on", "ends_on"), ("external_id", "is_archived")),
    "costs": (
        ("layer", "description"), ("amount", "currency"), ("starts_on", "ends_on"),
        ("channel", "campaign"), ("seen_by", "salesperson"),
    ),
    "budgets": (("amount", "currency"), ("starts_on", "ends_on"), ("channel", "campaign")),
}  # fmt: skip
#: What many rows can be given at once.
BULK: Mapping[str, tuple[str, ...]] = {
    "leads": ("salesperson", "channel", "campaign", "country", "device", "status"),
    "interactions": ("salesperson", "kind"),
    "salespeople": ("ended_on",),
    "sales": ("salesperson", "channel", "campaign", "country", "kind"),
    "refunds": (),
    "customers": ("salesperson", "country"),
    "products": (),
    "terms": ("ends_on",),
    "campaigns": ("platform", "starts_on", "ends_on"),
    "costs": ("layer", "channel", "campaign", "starts_on", "ends_on", "seen_by"),
    "budgets": ("channel", "campaign", "starts_on", "ends_on"),
}
#: Without these there is no row; the rest has a usual value or may stay empty.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "salespeople": ("name",), "customers": ("name",), "campaigns": ("name",), "sales": ("amount",),
    "products": ("name",), "terms": ("customer", "starts_on"),
    "costs": ("amount", "starts_on"), "budgets": ("amount", "starts_on"),
}  # fmt: skip
KEEP = "keep"
Find = Callable[[str], str]


class RecordForm(forms.Form):
    """Add a row (row None) or change one. `without`: fields that the reader has nothing to do with."""

    def __init__(
        self,
        data: Any,
        *,
        kind: str,
        client: Client,
        find: Find,
        row: Any = None,
        initial: dict[str, Any] | None = None,
        without: tuple[str, ...] = (),
    ) -> None:
        self.record, self.brand, self.row = KINDS[kind], client, row
        left_out = {*without, *(self.record.once if row is not None else ())}
        self.lines = [[name for name in names if name not in left_out] for names in LAYOUTS[kind]]
        began = self._began() if row is not None else self._new()
        super().__init__(data, initial={**began, **(initial or {})})
        ask = Ask(kind, client, find, row)
        for name in (name for names in self.lines for name in names):
            self.fields[name] = field_of(name, ask)
            self.fields[name].required = row is None and name in NEEDED.get(kind, ())
        amounts_in(self, self.currency)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = ("name", "email", "phone")
        is_told = any(name in self.errors for name in names)
        if self.record.key == "leads" and not is_told and not any(map(data.get, names)):
            self.add_error("name", _("Write a name, an e-mail or a phone."))
        return data

    @property
    def currency(self) -> str:
        """Of its amounts, as the form stands."""
        chosen = self["currency"].value() if "currency" in self.fields else ""
        return str(chosen or getattr(self.row, "currency", "") or self.brand.currency)

    @property
    def rows(self) -> list[list[Any]]:
        return [[self[name] for name in names] for names in self.lines if names]

    @property
    def usual(self) -> set[str]:
        """The fields that are never empty, so that nobody needs to hear that they may be."""
        menus = {name for name, field in self.fields.items() if _is_full_menu(field)}
        return menus | {self.record.moment_fields[0]} if self.record.moment else menus

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes: what was not sent or, in a new row, left empty, is left to it."""
        said = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.data or isinstance(self.fields[name], forms.BooleanField)
        }
        if (seen_by := said.pop("seen_by", USUAL)) != USUAL:
            said["is_shared"] = seen_by == SHARED
        if self.row is None:
            return {name: value for name, value in said.items() if value not in (None, "")}
        moment = self.record.moment
        if moment and said.get(f"{moment}_date") is None:
            said.pop(f"{moment}_date", None)
        return said

    def refuse(self, error: DomainError) -> None:
        """Tell what the service said at the field that it names."""
        name = str(error.data.get("field") or "").removesuffix("_id")
        self.add_error(name if name in self.fields else None, str(error))

    def _began(self) -> dict[str, Any]:
        row, record = self.row, self.record
        initial = {name: getattr(row, name, None) for name in record.fields}
        for name in (*PICKED, "campaign", "salesperson", "membership"):
            if hasattr(row, f"{name}_id"):
                initial[name] = getattr(row, f"{name}_id")
        if record.moment:
            at = getattr(row, f"{record.moment}_at")
            initial[f"{record.moment}_date"] = getattr(row, f"{record.moment}_on")
            initial[f"{record.moment}_time"] = at and at.astimezone(ZoneInfo(row.tz)).time()
        if record.key == "products":
            initial["currency"] = row.currency or self.brand.currency
        if record.key == "costs":
            initial["seen_by"] = SHARED if row.is_shared else OWN
        if record.key == "campaigns":
            initial["is_archived"] = row.archived_at is not None
        return initial

    def _new(self) -> dict[str, Any]:
        today = timezone.now().astimezone(ZoneInfo(self.brand.time_zone)).date()
        days = {self.record.moment_fields[0]: today} if self.record.moment else {}
        return {"currency": self.brand.currency, "channel": _usual_channel(self.record.key), **days}


class BulkForm(forms.Form):
    """The same values for many rows; what is left at "as it is" stays as it is."""

    def __init__(self, data: Any, *, kind: str, client: Client, find: Find) -> None:
        super().__init__(data)
        ask = Ask(kind, client, find)
        for name in BULK[kind]:
            field = field_of(name, ask)
            if isinstance(field, forms.ModelChoiceField):
                field = _with_keep(
                    field,
                    [
                        ("", "—"),
                        *(
                            (str(row.pk), field.label_from_instance(row))
                            for row in field.queryset or ()
                        ),
                    ],
                )
            elif isinstance(field, forms.ChoiceField):
                field = _with_keep(field, list(field.choices))  # type: ignore[arg-type]
            field.help_text = ""
            self.fields[name] = field

    @property
    def usual(self) -> set[str]:
        """Each of them may be left as it is: nobody needs to hear that of every one."""
        return set(self.fields)

    @property
    def values(self) -> dict[str, Any]:
        said = {}
        for name, value in self.cleaned_data.items():
            if name == "seen_by":
                if value in (SHARED, OWN):
                    said["is_shared"] = value == SHARED
            elif isinstance(self.fields[name], forms.ChoiceField):
                if value != KEEP:
                    is_row = name in ("campaign", "salesperson")
                    said[name] = (int(value) if value else None) if is_row else value
            elif value not in (None, ""):
                said[name] = value
        return said


def _with_keep(field: forms.ChoiceField, choices: list[Any]) -> forms.ChoiceField:
    from_now = forms.ChoiceField(label=field.label, required=False, initial=KEEP)
    from_now.choices = [(KEEP, _("Leave as it is")), *choices]
    return from_now


def _is_full_menu(field: Any) -> bool:
    return type(field) is forms.ChoiceField and "" not in dict(_codes(field))


def _codes(field: Any) -> list[tuple[Any, Any]]:
    return list(field.choices)


def _usual_channel(kind: str) -> str:
    return "" if kind in ("costs", "budgets") else UNASSIGNED
