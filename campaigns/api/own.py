"""Own measures by API: defined, and their values sent by day."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_whole_agency
from accounts.api.errors import flat_errors
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from accounts.models import Client
from campaigns.api.facts import ATOMIC, DayFilter
from campaigns.api.fields import (
    ChannelField,
    CurrencyField,
    DayField,
    MoneyField,
    money_text,
    number_text,
)
from campaigns.api.rows import MOST_ROWS, SourceField, rows_of_body
from campaigns.models import Better, OwnAggregation, OwnMeasure, OwnUnit, OwnValue
from campaigns.own_queries import own_measures_of, own_values_of
from campaigns.own_rows import RowRefused, rows_enter
from campaigns.own_services import MeasureWish, own_measure_define

KEY = r"^own_[a-z0-9_]{1,36}\Z"


def for_all_field() -> serializers.BooleanField:
    return serializers.BooleanField(
        default=False, help_text="For all clients of the agency; needs a key that sees them all."
    )


MeasureShape = inline_serializer(
    "OwnMeasureWish",
    {
        "name": serializers.CharField(max_length=80),
        "description": serializers.CharField(
            required=False, default="", allow_blank=True, max_length=300
        ),
        "unit": serializers.ChoiceField(choices=OwnUnit.choices, default="count"),
        "aggregation": serializers.ChoiceField(
            choices=OwnAggregation.choices,
            default="sum",
            help_text="last: it stands until it changes.",
        ),
        "better": serializers.ChoiceField(choices=Better.choices, default="higher"),
        "key": serializers.RegexField(
            KEY, required=False, default="", allow_blank=True, help_text="Else made of the name."
        ),
        "for_all_clients": for_all_field(),
    },
).__class__
MeasureAnswer = inline_serializer(
    "OwnMeasure",
    {
        "key": serializers.CharField(help_text="Its name in formulas, values and KPIs."),
        "name": serializers.CharField(),
        "description": serializers.CharField(),
        "unit": serializers.CharField(),
        "aggregation": serializers.CharField(),
        "better": serializers.CharField(),
        "for_all_clients": serializers.BooleanField(),
        "is_archived": serializers.BooleanField(),
    },
).__class__


class OwnMeasureList(ClientView):
    capabilities = {"GET": "see_data", "POST": "choose_kpis"}
    shape = MeasureAnswer
    sorts = ("name", "updated_at")
    queryset = QuerySet(OwnMeasure)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return own_measures_of(self.client.agency_id, [self.client])

    @extend_schema(
        operation_id="own_measures_list", tags=["own figures"], responses=MeasureAnswer(many=True)
    )
    def get(self, request: Request, client: str) -> Response:
        """Own measures of the client and of the agency, archived ones included."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([measure_document(row) for row in rows])

    @extend_schema(
        operation_id="own_measures_create",
        tags=["own figures"],
        request=MeasureShape,
        responses={201: MeasureAnswer},
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Define a measure. It is a KPI by itself, under the same key, and may stand in formulas."""
        shape = MeasureShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        is_for_all = checked.pop("for_all_clients")
        if is_for_all:
            access_whole_agency(self.access, "choose_kpis")
        place = None if is_for_all else self.client
        made = own_measure_define(self.client.agency, place, MeasureWish(**checked))
        return Response(measure_document(made), status=201)


def measure_document(row: OwnMeasure) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "unit": row.unit,
        "aggregation": row.aggregation,
        "better": row.better,
        "for_all_clients": row.client_id is None,
        "is_archived": row.archived_at is not None,
    }


class ValueRow(serializers.Serializer[Any]):
    """What a measure was on a day. Measure, day, channel and campaign are its identity."""

    measure = serializers.RegexField(KEY)
    day = DayField()
    value = MoneyField(allow_null=True, help_text="Null takes the value away: the day is unknown.")
    channel = ChannelField(required=False)
    campaign = serializers.CharField(
        required=False, allow_null=True, max_length=200, help_text="Its id on its platform."
    )
    currency = CurrencyField(
        required=False, allow_blank=True, allow_null=True, help_text="Of money; else the client's."
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        refuse_unknown_fields(data, {*self.fields, "source"})
        return super().to_internal_value(data)


class ValueAnswer(ValueRow):
    source = serializers.CharField()  # type: ignore[assignment]  # DRF's own attribute is set later


_VERDICTS = ("new", "changed", "same", "removed", "refused")
BulkShape = inline_serializer(
    "OwnValuesBulk",
    {
        "source": SourceField(),
        "rows": serializers.ListField(child=ValueRow(), min_length=1, max_length=MOST_ROWS),
    },
).__class__
BulkAnswer = inline_serializer(
    "OwnValuesBulkAnswer",
    {
        "counts": inline_serializer(
            "OwnValuesCounts", {name: serializers.IntegerField() for name in _VERDICTS}
        ),
        "results": inline_serializer(
            "OwnValueVerdict",
            {
                "index": serializers.IntegerField(help_text="The row's place in the call, from 0."),
                "verdict": serializers.ChoiceField(choices=list(_VERDICTS)),
                "errors": inline_serializer(
                    "OwnValueError",
                    {name: serializers.CharField() for name in ("field", "code", "message")},
                    many=True,
                ),
            },
            many=True,
        ),
    },
).__class__


class ValueFilter(filters.FilterSet):
    measure = filters.CharFilter(field_name="measure__key")
    channel = filters.CharFilter()
    day_from = DayFilter(field_name="day", lookup_expr="gte")
    day_to = DayFilter(field_name="day", lookup_expr="lte")


class OwnValueList(ClientView):
    capabilities = {"GET": "see_data"}
    filterset_class = ValueFilter
    ordering = ("day", "id")
    shape = ValueAnswer
    sorts = ("day", "updated_at")
    queryset = QuerySet(OwnValue)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return own_values_of(self.client)

    @extend_schema(
        operation_id="own_values_list", tags=["own figures"], responses=ValueAnswer(many=True)
    )
    def get(self, request: Request, client: str) -> Response:
        """What was entered for own measures, the latest day first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([value_document(row) for row in rows])


def value_document(row: OwnValue) -> dict[str, Any]:
    """A value as JSON; it may be sent back as it is."""
    is_money = row.measure.unit == "money"
    return {
        "measure": row.measure.key,
        "day": row.day,
        "value": money_text(row.value, row.currency) if is_money else number_text(row.value),
        "channel": row.channel or None,
        "campaign": row.campaign.external_id if row.campaign else None,
        "currency": row.currency or None,
        "source": row.source,
    }


class OwnValueBulk(ClientView):
    parameters = frozenset(("atomic",))
    capabilities = {"POST": "edit_data"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="own_values_bulk",
        tags=["own figures"],
        parameters=[ATOMIC],
        request=BulkShape,
        responses={200: BulkAnswer},
        examples=[
            OpenApiExample(
                "Two days of calls",
                value={
                    "source": "switchboard",
                    "rows": [
                        {"measure": "own_calls_booked", "day": "2026-03-30", "value": "14"},
                        {"measure": "own_calls_booked", "day": "2026-03-31", "value": "0"},
                    ],
                },
                request_only=True,
            )
        ],
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Write up to 1000 values by measure, day, channel and campaign, with a verdict on each."""
        atomic = request.query_params.get("atomic", "false")
        if atomic not in ("true", "false"):
            raise DomainError("bad_atomic", _("atomic is true or false."))
        return Response(_entered(self.client, request.data, atomic == "true"))


def _entered(client: Client, body: Any, is_atomic: bool) -> dict[str, Any]:
    source, raw = rows_of_body(body)
    checked = [_checked(row) for row in raw]
    good = [row for row in checked if isinstance(row, dict)]
    verdicts = iter(rows_enter(client, good, source))
    results = []
    for index, row in enumerate(checked):
        verdict = next(verdicts) if isinstance(row, dict) else None
        errors = row if isinstance(row, list) else _errors(verdict)
        word = "refused" if errors else str(verdict)
        results.append({"index": index, "verdict": word, "errors": errors})
    counts = {name: sum(each["verdict"] == name for each in results) for name in _VERDICTS}
    document = {"counts": counts, "results": results}
    if is_atomic and counts["refused"]:
        raise RowsRefused(document)
    return document


class RowsRefused(DomainError):
    """A call that was to be all or nothing, with what is wrong in it."""

    def __init__(self, document: dict[str, Any]) -> None:
        count = document["counts"]["refused"]
        super().__init__(
            "rows_refused",
            _("%(count)d rows were refused, so nothing was written: see data.results.")
            % {"count": count},
            document,
        )


def _checked(row: Any) -> dict[str, Any] | list[dict[str, str]]:
    try:
        found: dict[str, Any] = ValueRow().run_validation(row)
        return found
    except ValidationError as error:
        return list(flat_errors(error.detail))


def _errors(verdict: str | RowRefused | None) -> Sequence[dict[str, str]]:
    if not isinstance(verdict, RowRefused):
        return []
    return [{"field": verdict.field, "code": verdict.code, "message": verdict.message}]
