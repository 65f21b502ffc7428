"""Columns of a row in words, for its history: labels, names instead of ids, choices instead of codes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Client, Membership
from accounts.numbers import exact_here
from campaigns.channels import NAMES
from campaigns.models.leads import Stage
from campaigns.records.images import Image

#: Said of every row, or kept by the house itself: no change that anybody made.
_SILENT = frozenset(
    {
        "id", "agency_id", "client_id", "batch_id", "tz", "source", "external_id", "updated_at",
        "has_lines", "is_first", "second_on", "first_sale_on", "was_customer",
    }
)  # fmt: skip
_LABELS: Mapping[str, str | Promise] = {
    "channel": gettext_lazy("channel"),
    "utm_source": gettext_lazy("source"),
    "utm_medium": gettext_lazy("medium"),
    "campaign_id": gettext_lazy("campaign"),
    "landing_page_id": gettext_lazy("landing page"),
    "device": gettext_lazy("device"),
    "country": gettext_lazy("country"),
    "salesperson_id": gettext_lazy("salesperson"),
    "first_salesperson_id": gettext_lazy("first salesperson"),
    "customer_id": gettext_lazy("customer"),
    "lead_id": gettext_lazy("lead"),
    "sale_id": gettext_lazy("sale"),
    "product_id": gettext_lazy("product"),
    "membership_id": gettext_lazy("member"),
    "amount": gettext_lazy("amount"),
    "currency": gettext_lazy("currency"),
    "cost_of_goods": gettext_lazy("cost of goods"),
    "unit_cost": gettext_lazy("cost of one unit"),
    "units": gettext_lazy("units"),
    "answered_at": gettext_lazy("first answered at"),
    "archived_at": gettext_lazy("archived"),
    "ended_on": gettext_lazy("left on"),
    "outcome": gettext_lazy("outcome"),
    "is_inbound": gettext_lazy("from the other side"),
    "is_held": gettext_lazy("took place"),
    "is_bulk": gettext_lazy("sent to many"),
    "created": gettext_lazy("came in"),
    "closed": gettext_lazy("closed"),
    "sold": gettext_lazy("sold on"),
    "refunded": gettext_lazy("refunded on"),
    "happened": gettext_lazy("on"),
}
_STAGES = {"mql": Stage.MQL, "sql": Stage.SQL, "opp": Stage.OPPORTUNITY}


@dataclass(frozen=True)
class Line:
    """A field that became another: in words; '' is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Words:
    """The names of what rows point at, looked up once, and how their values are written."""

    client: Client
    names: Mapping[Any, Mapping[int, str]]

    def lines(self, model: Any, before: Image, after: Image) -> list[Line]:
        """What differs, in the order of the model's fields; a moment is one line, not two."""
        found = []
        for key, columns in _groups(model).items():
            old, new = (self._said(model, columns, image) for image in (before, after))
            if old != new:
                found.append(Line(capfirst(str(_label(model, key))), old, new))
        return found

    def _said(self, model: Any, columns: Iterable[str], image: Image) -> str:
        parts = (self._value(model, column, image.get(column)) for column in columns)
        return next((part for part in parts if part), "")

    def _value(self, model: Any, column: str, value: Any) -> str:
        field = _fields(model)[column]
        if value is None or value == "":
            return ""
        if isinstance(field, models.ForeignKey):
            return self.names.get(field.related_model, {}).get(value, _("(removed)"))
        if isinstance(field, models.DateTimeField):
            return _moment(parse_datetime(str(value)), self.client)
        if isinstance(field, models.DateField):
            return _day(parse_date(str(value)))
        if isinstance(field, models.BooleanField):
            return _("yes") if value else _("no")
        if isinstance(field, models.DecimalField | models.IntegerField):
            return exact_here(Decimal(value))
        if column == "channel":
            return str(NAMES.get(value, value))
        return str(dict(field.flatchoices).get(value, value))


def words_for(client: Client, model: Any, images: Iterable[Image]) -> Words:
    """Whatever these images of a model's rows point at, by name: one query for each kind of target."""
    wanted: dict[Any, set[int]] = defaultdict(set)
    fields = [
        field
        for column, field in _fields(model).items()
        if isinstance(field, models.ForeignKey) and column not in _SILENT
    ]
    for image in images:
        for field in fields:
            if image.get(field.column) is not None:
                wanted[field.related_model].add(image[field.column])
    names: dict[Any, dict[int, str]] = {}
    for target, ids in wanted.items():
        rows = target.objects.filter(agency_id=client.agency_id, pk__in=ids)
        rows = rows.select_related("user") if target is Membership else rows.filter(client=client)
        names[target] = {row.pk: _name(row) for row in rows}
    return Words(client, names)


def _name(row: Any) -> str:
    if isinstance(row, Membership):
        return str(row.user)
    if hasattr(row, "sold_on"):
        return f"{_day(row.sold_on)} · {exact_here(row.amount)} {row.currency}"
    return str(row)


def _fields(model: Any) -> dict[str, Any]:
    return {field.column: field for field in model._meta.concrete_fields}


def _groups(model: Any) -> dict[str, list[str]]:
    """Columns that are said together: `x_at` and `x_date` are the one moment x."""
    names = _fields(model)
    found: dict[str, list[str]] = {}
    for column, field in names.items():
        if column in _SILENT or isinstance(field, models.GeneratedField):
            continue
        moment = column.removesuffix("_at").removesuffix("_date")
        is_moment = {f"{moment}_at", f"{moment}_date"} <= set(names)
        found.setdefault(moment if is_moment else column, []).append(column)
    return found


def _label(model: Any, key: str) -> Any:
    stage, _at, rest = key.partition("_")
    if key in _STAGES:
        return _STAGES[key].label
    if rest == "salesperson_id" and stage in {*_STAGES, "closed"}:
        of = _STAGES[stage].label if stage in _STAGES else _LABELS["closed"]
        return _("salesperson: %(stage)s") % {"stage": of}
    return _LABELS.get(key) or _fields(model)[key].verbose_name


def _moment(moment: datetime | None, client: Client) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(client.time_zone))
    return f"{_day(local.date())} {local:%H:%M}"


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
