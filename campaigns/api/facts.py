"""The three endpoints of a kind of fact: list and create, one and change, many at once."""

from collections.abc import Sequence
from typing import Any, cast

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ClientView
from accounts.errors import DomainError
from accounts.models import Client
from campaigns.api.rows import RowSerializer, bulk_upsert, one_upsert, source_of
from campaigns.facts.rows import Row
from campaigns.facts.upsert import Verdict

ATOMIC = OpenApiParameter(
    "atomic",
    bool,
    "query",
    description="true: one refused row refuses the call, and nothing is written (400). "
    "Else the good rows are written, and the answer says which ones were not.",
    default=False,
)


class DayFilter(filters.DateFilter):
    """A date as the API writes it, whatever the language's own way is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class FactView(ClientView):
    """What list, detail and bulk of one kind share."""

    def get_queryset(self) -> Any:
        raise NotImplementedError

    def upsert(self, client: Client, rows: Sequence[Row], source: str) -> list[Verdict]:
        raise NotImplementedError

    @property
    def checker(self) -> RowSerializer:
        return cast(RowSerializer, self.get_serializer())

    def found(self, pk: int) -> Any:
        return get_object_or_404(self.get_queryset(), pk=pk)

    def body(self) -> dict[str, Any]:
        data = self.request.data
        if not isinstance(data, dict):
            raise DomainError("bad_body", _("Send one JSON object."))
        return data

    def listed(self) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def created(self) -> Response:
        data = dict(self.body())
        source = _checked_source(data)
        row = self.checker.run_validation(data)
        pk = one_upsert(self.client, row, self.upsert, source, must_be_new=True)
        return Response(self.get_serializer(self.found(pk)).data, status=201)

    def changed(self, fact: Any, identity: tuple[str, ...]) -> Response:
        """Lay the body over the fact; what identifies it cannot be changed."""
        data = self.body()
        for name in ("source", *identity):
            if data.get(name, getattr(fact, name)) != getattr(fact, name):
                raise ValidationError(
                    {name: [ErrorDetail(_("This identifies it and cannot be changed."), "fixed")]}
                )
        rest = {name: value for name, value in data.items() if name != "source"}
        named = {name: getattr(fact, name) for name in identity}
        row = self.checker.run_validation({**rest, **named})
        pk = one_upsert(self.client, row, self.upsert, fact.source)
        return Response(self.get_serializer(self.found(pk)).data)

    def bulk(self, request: Request) -> Response:
        atomic = request.query_params.get("atomic", "false")
        if atomic not in ("true", "false"):
            raise DomainError("bad_atomic", _("atomic is true or false."))
        document = bulk_upsert(
            self.client,
            request.data,
            self.checker,
            self.upsert,
            is_atomic=atomic == "true",
        )
        return Response(document)


def _checked_source(data: dict[str, Any]) -> str:
    try:
        source = source_of(data)
    except ValidationError as error:
        raise ValidationError({"source": error.detail}) from error
    data.pop("source", None)
    return source
