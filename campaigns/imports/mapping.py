"""How a file is read: a mapping, its JSON form, and what is wrong with one. See docs/imports.md."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import is_currency
from django.utils.translation import gettext as _

from campaigns.imports.errors import MappingInvalid

KINDS = (
    "leads", "sales", "costs", "daily", "lines", "products", "budgets", "contacts", "terms",
    "visitors", "ranges", "months", "own",
)  # fmt: skip
PERIOD_RULES = ("refuse", "spread", "last_day")
DATE_ORDERS = ("ymd", "dmy", "mdy")
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1252", "utf-16", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Source:
    """Where a target's value comes from: a column of the file, through a table of values, or a constant.

    `default` is for a cell that `values` does not list; without it such a row is refused.
    `joined` is a second column, whose text follows after a space: a last name.
    """

    column: str | None = None
    constant: str | None = None
    values: Mapping[str, str] | None = None
    default: str | None = None
    is_required: bool = False
    joined: str | None = None

    def as_json(self) -> str | dict[str, Any]:
        if self.column is None:
            return {"constant": self.constant}
        plain = {"column": self.column}
        more: dict[str, Any] = {}
        if self.values is not None:
            more["values"] = dict(self.values)
        if self.default is not None:
            more["default"] = self.default
        if self.is_required:
            more["required"] = True
        if self.joined is not None:
            more["and"] = self.joined
        return {**plain, **more} if more else self.column


@dataclass(frozen=True)
class FileMapping:
    """A whole mapping. None means: to be detected, or the client's own."""

    kind: str
    columns: Mapping[str, Source] = field(default_factory=dict)
    source: str | None = None
    preset: str | None = None
    family: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    dates: str | None = None
    period: str | None = None
    time_zone: str | None = None
    currency: str | None = None
    complete_from: date | None = None
    complete_through: date | None = None
    sheet: str | None = None

    def as_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"kind": self.kind}
        for name in ("source", *_TEXTS):
            if (value := getattr(self, name)) is not None:
                data[name] = value
        for name in ("complete_from", "complete_through"):
            if (day := getattr(self, name)) is not None:
                data[name] = day.isoformat()
        data["columns"] = {target: each.as_json() for target, each in self.columns.items()}
        return data

    def with_(self, **changes: Any) -> "FileMapping":
        return replace(self, **changes)

    def over(self, other: "FileMapping") -> "FileMapping":
        """This mapping where it says something, the other where it does not."""
        said = {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None and field.name != "columns"
        }
        return replace(other, **said, columns={**other.columns, **self.columns})


_TEXTS: dict[str, tuple[str, ...] | None] = {
    "preset": None,
    "sheet": None,
    "family": ("web", "ads", "mail", "social"),
    "encoding": ENCODINGS,
    "delimiter": DELIMITERS,
    "decimal": (".", ","),
    "dates": DATE_ORDERS,
    "period": PERIOD_RULES,
    "time_zone": None,
    "currency": None,
}
_KNOWN = {"kind", "source", "columns", "complete_from", "complete_through", *_TEXTS}


def mapping_from_json(data: Any) -> FileMapping:
    """The mapping that a JSON object describes; MappingInvalid names the place that is wrong."""
    if not isinstance(data, dict):
        raise _invalid("", _("A mapping is a JSON object."))
    if unknown := set(data) - _KNOWN:
        name = sorted(unknown)[0]
        raise _invalid(name, _("A mapping has no “%(name)s”.") % {"name": name})
    texts = {name: _text(data, name, choices) for name, choices in _TEXTS.items()}
    if texts["currency"] and not is_known_currency(texts["currency"]):
        raise _invalid(
            "currency", _("%(code)s is not a currency of ISO 4217.") % {"code": texts["currency"]}
        )
    if texts["time_zone"] and texts["time_zone"] not in available_timezones():
        raise _invalid(
            "time_zone",
            _("%(name)s is not a time zone of the tz database.") % {"name": texts["time_zone"]},
        )
    kind = _text(data, "kind", KINDS)
    if kind is None:
        raise _invalid(
            "kind", _("A mapping states its kind: %(kinds)s.") % {"kinds": ", ".join(KINDS)}
        )
    return FileMapping(
        kind=kind,
        columns=_columns(data.get("columns", {})),
        source=_source_name(data),
        complete_from=_day(data, "complete_from"),
        complete_through=_day(data, "complete_through"),
        **texts,
    )


def is_known_currency(code: str) -> bool:
    return bool(re.fullmatch("[A-Z]{3}", code)) and is_currency(code)


def _columns(data: Any) -> dict[str, Source]:
    if not isinstance(data, dict):
        raise _invalid("columns", _("“columns” is an object: target → column of the file."))
    return {target: _source(target, said) for target, said in data.items()}


def _source(target: str, said: Any) -> Source:
    path = f"columns.{target}"
    if isinstance(said, str):
        return Source(column=said)
    if isinstance(said, dict) and set(said) == {"constant"}:
        return Source(constant=_cell(path, said["constant"]))
    if not isinstance(said, dict) or not isinstance(said.get("column"), str):
        raise _invalid(
            path, _('Write a column\'s name, {"constant": …} or {"column": …, "values": {…}}.')
        )
    if unknown := set(said) - {"column", "values", "default", "required", "and"}:
        raise _invalid(
            f"{path}.{sorted(unknown)[0]}", _("A column takes values, default, required and “and”.")
        )
    values = said.get("values")
    if values is not None and not isinstance(values, dict):
        raise _invalid(f"{path}.values", _("“values” is an object: text in the file → value."))
    return Source(
        column=said["column"],
        values=None
        if values is None
        else {fold(key): _cell(path, value) for key, value in values.items()},
        default=None if said.get("default") is None else _cell(path, said["default"]),
        is_required=bool(said.get("required", False)),
        joined=None if said.get("and") is None else _cell(path, said["and"]),
    )


def fold(text: str) -> str:
    """A header or a value as it is compared: without case, outer or doubled space, BOM or ’."""
    return " ".join(text.replace("\ufeff", "").replace("’", "'").split()).casefold()


def _cell(path: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _invalid(path, _("A value is a text or a number."))
    return str(value)


def _text(data: dict[str, Any], name: str, choices: tuple[str, ...] | None) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or (choices is not None and value not in choices):
        raise _invalid(
            name,
            _("“%(name)s” is one of: %(choices)s.")
            % {"name": name, "choices": ", ".join(repr(each) for each in choices or ("…",))},
        )
    return value


def _source_name(data: dict[str, Any]) -> str | None:
    name = data.get("source")
    if name is None:
        return None
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,39}", name):
        raise _invalid(
            "source", _("A source's name has up to 40 small letters, digits, dots, - and _.")
        )
    return name


def _day(data: dict[str, Any], name: str) -> date | None:
    value = data.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _invalid(
            name, _("“%(name)s” is a day written 2026-09-30.") % {"name": name}
        ) from None


def _invalid(path: str, message: str) -> MappingInvalid:
    return MappingInvalid("mapping_invalid", message, {"path": path})
