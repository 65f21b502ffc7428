"""Cursor pagination: the next page begins after the last row seen, so that no row is met twice.

Keyset, without a total: an offset or a count over millions of rows behind the wall is slow. Also what
every list of rows that are stamped when they change can do: `updated_since`, and the instant to ask
from next time (accounts.touching).
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.errors import DomainError
from accounts.touching import copied_until

USUAL, MOST = 100, 1000
COPIED_UNTIL = "Rumbo-Copied-Until"


class KeysetPagination(BasePagination):
    """Pages of a queryset in the view's `ordering`: fields, all descending, the last one unique.

    Or by one of the view's `sorts`, fields without nulls: `sort=name`, `sort=-name`.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        sort = request.query_params.get("sort")
        self.fields, self.is_rising = _order(view, sort)
        self.order = sort or ""
        limit = limit_asked(request.query_params.get("limit"))
        since = request.query_params.get("updated_since")
        if since is not None:
            queryset = queryset.filter(updated_at__gte=_instant(since))
        cursor = request.query_params.get("cursor")
        if cursor is not None:
            queryset = queryset.filter(self._after(queryset.model, cursor))
        # Asked before the rows are: what commits in between is then asked for again.
        self.copied_until = (
            copied_until() if cursor is None and is_stamped(queryset.model) else None
        )
        sign = "" if self.is_rising else "-"
        rows = list(queryset.order_by(*(f"{sign}{name}" for name in self.fields))[: limit + 1])
        self.last = rows[limit - 1] if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        following = None
        if self.last is not None:
            address = self.request.build_absolute_uri()
            following = replace_query_param(address, "cursor", self._cursor(self.last))
        response = Response({"next": following, "results": data})
        if self.copied_until is not None:
            response[COPIED_UNTIL] = self.copied_until.isoformat().replace("+00:00", "Z")
        return response

    def _cursor(self, row: Model) -> str:
        place = [self.order, *(str(getattr(row, name)) for name in self.fields)]
        return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

    def _after(self, model: type[Model], cursor: str) -> Q:
        """Rows after the cursor's place: (a < x) or (a = x and b < y) …"""
        values = self._place(model, cursor)
        comparison = "gt" if self.is_rising else "lt"
        condition = Q()
        for index, name in enumerate(self.fields):
            equal = dict(zip(self.fields[:index], values[:index], strict=True))
            condition |= Q(**equal, **{f"{name}__{comparison}": values[index]})
        return condition

    def _place(self, model: type[Model], cursor: str) -> list[Any]:
        try:
            order, *place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            values = [
                cast("Field[Any, Any]", model._meta.get_field(name)).to_python(text)
                for name, text in zip(self.fields, place, strict=True)
            ]
            if order != self.order or None in values:
                raise ValueError(cursor)
            if not all(isinstance(text, str) and "\0" not in text for text in place):
                raise ValueError(cursor)
            model._meta.pk.get_prep_value(values[-1])
        except (ValueError, TypeError, ValidationError) as error:
            message = _("Take the cursor from `next` of a page, with the same parameters.")
            raise DomainError("bad_cursor", message) from error
        return values

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "Address of the next page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        whole = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        found = [
            _parameter(
                "cursor",
                "Where the page begins; taken from `next`, not made by hand.",
                {"type": "string"},
            ),
            _parameter("limit", "Rows per page.", whole),
        ]
        if view.sorts:
            names = [f"{sign}{name}" for name in view.sorts for sign in ("", "-")]
            text = "The order of the rows; with `-` from the last to the first."
            found.append(_parameter("sort", text, {"type": "string", "enum": names}))
        if _is_of_stamped(view):
            text = (
                "Only rows that were made or changed at this instant or later. Take it from the "
                f"header `{COPIED_UNTIL}` of the first page of the last time: it lies early enough "
                "that no change is missed; some rows come twice."
            )
            shape = {"type": "string", "format": "date-time"}
            found.append(_parameter("updated_since", text, shape))
        return found


def list_parameters(view: Any) -> set[str]:
    """The names of the query parameters that a list has by itself."""
    found = {"cursor", "limit"}
    if view.sorts:
        found.add("sort")
    if _is_of_stamped(view):
        found.add("updated_since")
    return found


def _is_of_stamped(view: Any) -> bool:
    return view.queryset is not None and is_stamped(view.queryset.model)


def is_stamped(model: type[Model]) -> bool:
    """Whether the database keeps when a row of this table last changed."""
    try:
        model._meta.get_field("updated_at")
    except FieldDoesNotExist:
        return False
    return True


def _parameter(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _order(view: Any, sort: str | None) -> tuple[tuple[str, ...], bool]:
    """The fields of the order, and whether it rises; a unique field comes last."""
    if sort is None:
        return view.ordering, False
    name = sort.removeprefix("-")
    if name not in view.sorts:
        raise DomainError(
            "bad_sort",
            _("It cannot be sorted by “%(name)s”.") % {"name": name[:60]},
            {"known": sorted(view.sorts)},
        )
    unique = view.ordering[-1]
    return ((name,) if name == unique else (name, unique)), not sort.startswith("-")


def limit_asked(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST):
        raise DomainError(
            "bad_limit", _("limit is a whole number from 1 to %(most)d.") % {"most": MOST}
        )
    return int(text)


def _instant(text: str) -> datetime:
    """An instant with its offset. A plus sign that was not escaped arrives as a blank."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))
        if moment is not None and moment.tzinfo is not None and 1970 <= moment.year <= 2100:
            return moment
    except ValueError:
        pass
    raise DomainError(
        "bad_instant",
        _("updated_since is an instant with its offset, like 2026-03-31T18:30:00Z."),
    )
