"""Cursor pagination: the next page begins after the last row seen, so that no row is met twice.

Keyset, without a total: an offset or a count over millions of rows behind the wall is slow.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.errors import DomainError

USUAL, MOST = 100, 1000


class KeysetPagination(BasePagination):
    """Pages of a queryset in the view's `ordering`: fields, all descending, the last one unique."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.fields: tuple[str, ...] = view.ordering
        limit = _limit(request.query_params.get("limit"))
        cursor = request.query_params.get("cursor")
        if cursor is not None:
            queryset = queryset.filter(_after(queryset.model, self.fields, cursor))
        rows = list(queryset.order_by(*(f"-{name}" for name in self.fields))[: limit + 1])
        self.last = rows[limit - 1] if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        following = None
        if self.last is not None:
            address = self.request.build_absolute_uri()
            following = replace_query_param(address, "cursor", self._cursor(self.last))
        return Response({"next": following, "results": data})

    def _cursor(self, row: Model) -> str:
        place = [str(getattr(row, name)) for name in self.fields]
        return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

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
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the page begins; taken from `next`, not made by hand.",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "description": "Rows per page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            },
        ]


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST):
        raise DomainError(
            "bad_limit", _("limit is a whole number from 1 to %(most)d.") % {"most": MOST}
        )
    return int(text)


def _after(model: type[Model], fields: tuple[str, ...], cursor: str) -> Q:
    """Rows after the cursor's place: (a < x) or (a = x and b < y) …"""
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [
            cast("Field[Any, Any]", model._meta.get_field(name)).to_python(text)
            for name, text in zip(fields, place, strict=True)
        ]
        if None in values or not all(isinstance(text, str) for text in place):
            raise ValueError(cursor)
        model._meta.pk.get_prep_value(values[-1])
    except (ValueError, TypeError, ValidationError) as error:
        raise DomainError("bad_cursor", _("Take the cursor from `next` of a page.")) from error
    condition = Q()
    for index, name in enumerate(fields):
        equal = dict(zip(fields[:index], values[:index], strict=True))
        condition |= Q(**equal, **{f"{name}__lt": values[index]})
    return condition
