"""What a person said about a row, made into columns: checked one by one, references looked up.

What several values mean together is each kind's own business, in `writing`.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client, Membership
from campaigns.announcing import MANUAL
from campaigns.channels import NAMES
from campaigns.lead_steps import today_of
from campaigns.records.errors import RecordNotFound, field_error
from campaigns.records.kinds import RecordKind, kind_of

Values = dict[str, Any]


def checked(
    kind: RecordKind, client: Client, fields: Mapping[str, Any], is_new: bool = False
) -> Values:
    """The fields with values that their columns can hold; references as `x_id`, of this client.

    Raises DomainError for a name that nobody may set, and for a value that will not do, naming the
    field; RecordNotFound for a reference to what is not this client's.
    """
    known = {*kind.fields, *kind.moment_fields, *(kind.once if is_new else ())}
    values: Values = {}
    for name, value in fields.items():
        if name not in known:
            message = _("%(field)s cannot be set here.") % {"field": name}
            raise field_error(name, "unknown_field", message)
        column, value = _checked(kind, client, name, value)
        values[column] = value
    if not is_new:
        required(values, *(name for name in values if _is_needed(kind, name)))
    return values


def identity(client: Client, fields: Values) -> Values:
    """What a row entered by hand begins with."""
    given = fields.pop("external_id", None)
    return {
        "agency_id": client.agency_id,
        "client": client,
        "source": MANUAL,
        "external_id": given or uuid4().hex,
        "tz": client.time_zone,
    }


def required(values: Values, *names: str) -> None:
    """Raises DomainError for the first column without a value."""
    for name in names:
        if values.get(name) in (None, ""):
            raise field_error(name.removesuffix("_id"), "required", _("This is needed."))


def moment_taken(values: Values, name: str, client: Client, row: Any = None) -> None:
    """Replace `x_date`, `x_time` and `x_at` by the columns `x_at` and `x_date`; never after today.

    An instant wins over a date. A date that is the row's own day, without a time, changes nothing.
    A clock is the row's own, of a new row the client's.
    """
    at = values.pop(f"{name}_at", None)
    day, clock = values.pop(f"{name}_date", None), values.pop(f"{name}_time", None)
    zone = ZoneInfo(row.tz if row is not None else client.time_zone)
    if at is None and day is not None and isinstance(clock, time):
        at = datetime.combine(day, clock, zone)
    if at is not None:
        _past(at.astimezone(ZoneInfo(client.time_zone)).date(), client, f"{name}_date")
        values |= {f"{name}_at": at, f"{name}_date": None}
    elif day is not None and (row is None or getattr(row, f"{name}_on") != day):
        _past(day, client, f"{name}_date")
        values |= {f"{name}_at": None, f"{name}_date": day}


def _past(day: date, client: Client, field: str) -> None:
    if day > today_of(client):
        raise field_error(field, "in_the_future", _("The date lies in the future."))


def not_ahead(values: Values, name: str, client: Client) -> None:
    """A fact begins today at the latest."""
    if values.get(name):
        _past(values[name], client, name)


def lay(row: Any, values: Mapping[str, Any]) -> list[str]:
    """Set the values on the row; the names of those that were others before."""
    different = [name for name, value in values.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, values[name])
    return different


def _checked(kind: RecordKind, client: Client, name: str, value: Any) -> tuple[str, Any]:
    """The column and its value."""
    try:
        field = kind.model._meta.get_field(name)
    except FieldDoesNotExist:  # said in parts: a time, a switch
        return name, value
    if isinstance(field, models.ForeignKey):
        return field.attname, None if value is None else _reference(field, client, value)
    if isinstance(value, str) and "\0" in value:
        raise field_error(name, "invalid", _("A character in it cannot be stored."))
    if value in (None, ""):
        return name, _nothing(field)
    try:
        found = field.clean(value, None)
    except ValidationError as error:
        raise field_error(name, "invalid", " ".join(error.messages)) from error
    return name, _within(name, found)


def _is_needed(kind: RecordKind, name: str) -> bool:
    """A column that every row has a value in; a new row's may follow from the rest."""
    columns = {field.attname: field for field in kind.model._meta.concrete_fields}
    return name in columns and not (columns[name].null or columns[name].blank)


def _nothing(field: Any) -> Any:
    """What stands for no value; None where there must be one: `required` says so."""
    return None if field.null or not field.blank else ""


def _within(name: str, value: Any) -> Any:
    if name == "channel" and value and value not in NAMES:
        raise field_error(name, "unknown_channel", _("Choose one of the offered channels."))
    if name in ("amount", "cost_of_goods", "unit_cost", "units") and value < 0:
        raise field_error(name, "negative", _("Less than nothing is not possible here."))
    return value


def _reference(field: Any, client: Client, value: Any) -> int:
    """The id of what is named, by itself or by its id, if it is this client's (a member: the agency's)."""
    model = field.related_model
    number = value.pk if isinstance(value, models.Model) else value
    if isinstance(number, bool) or not isinstance(number, int):
        raise field_error(field.name, "invalid", _("Choose one of those offered."))
    mine = model.objects.filter(agency_id=client.agency_id, pk=number)
    if not (mine if model is Membership else mine.filter(client=client)).exists():
        named = kind_of(model)
        raise RecordNotFound(named.key if named else model._meta.model_name, [number])
    return number


def period_checked(row: Any) -> None:
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise DomainError(
            "ends_before", _("The period ends before it begins."), {"field": "ends_on"}
        )
