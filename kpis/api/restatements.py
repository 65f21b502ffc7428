"""The ledger by API: how closed figures of a KPI moved, in figures and as sentences."""

from typing import Any

from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ClientView
from accounts.errors import DomainError
from campaigns.measures import MEASURES
from kpis.book import book_of
from kpis.calendar import PRESETS
from kpis.formats import exact_unit_text
from kpis.pages.reader import Reader
from kpis.pages.restated import sentence
from kpis.question import QuestionInvalid, question_from_params
from kpis.restatements import Correction, Moved, corrections_for, moved_in
from kpis.services import (
    AGENCY_ONLY_INPUTS,
    calendar_of,
    last_complete_of,
    parameters_of,
    standing_of,
)

MOST_LINES = 500


def _amount(**options: Any) -> serializers.CharField:
    return serializers.CharField(help_text="An exact decimal.", **options)


LineShape = inline_serializer(
    "RestatementLine",
    {
        "day": serializers.DateField(),
        "measure": serializers.CharField(),
        "difference": _amount(allow_null=True),
        "reasons": serializers.ListField(child=serializers.CharField()),
        "batches": serializers.ListField(child=serializers.IntegerField()),
        "recorded_at": serializers.DateTimeField(),
    },
).__class__
RestatementsShape = inline_serializer(
    "Restatements",
    {
        "key": serializers.CharField(),
        "from": serializers.DateField(),
        "to": serializers.DateField(),
        "currency": serializers.CharField(),
        "moved": inline_serializer(
            "RestatedTotal",
            {
                "measure": serializers.CharField(),
                "from": serializers.DateField(),
                "to": serializers.DateField(),
                "reported": _amount(),
                "reported_at": serializers.DateTimeField(),
                "now": _amount(),
                "parts": inline_serializer(
                    "RestatedPart",
                    {
                        "reasons": serializers.ListField(child=serializers.CharField()),
                        "difference": _amount(),
                    },
                    many=True,
                ),
                "sentence": serializers.CharField(),
            },
            many=True,
            help_text="Over the whole period if all of it was closed, else day by day.",
        ),
        "lines": LineShape(
            many=True,
            help_text="The ledger, newest first, at most 500. Null: no rate converts the amount.",
        ),
    },
)


def _query(name: str, text: str, shape: Any = str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, shape, "query", description=text, **options)


class RestatementList(ClientView):
    capabilities = {"GET": "see_numbers"}
    parameters = frozenset(("key", "period", "from", "to", "channel", "campaign"))
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="restatements_list",
        tags=["KPIs"],
        parameters=[
            _query("key", "A KPI; the ledger of the measures it is made of.", required=True),
            _query("period", "A named period; wins over from and to.", enum=list(PRESETS)),
            _query("from", "First day. Without any period: the last 30 days.", OpenApiTypes.DATE),
            _query("to", "Last day, included.", OpenApiTypes.DATE),
            _query("channel", "Only these channels, separated by commas."),
            _query("campaign", "Only these campaigns, separated by commas."),
        ],
        responses=RestatementsShape,
    )
    def get(self, request: Request, client: str) -> Response:
        """What a KPI's closed figures became since they were first reported, and why.

        Amounts are in the client's currency.
        """
        brand, rules = self.client, calendar_of(self.client)
        params = {name: request.query_params.get(name, "") for name in self.parameters}
        book = book_of(brand)
        try:
            asked = question_from_params(
                {**params, "keys": params["key"]}, book, last_complete_of(brand), rules
            )
        except QuestionInvalid as error:
            raise DomainError(error.code, error.message, error.data) from error
        sees_costs = self.access.can("see_costs")
        measures = [
            each
            for each in book[asked.keys[0]].measures(parameters_of(brand))
            if sees_costs or each.key not in AGENCY_ONLY_INPUTS
        ]
        lines = corrections_for(brand, measures, asked.period, asked.filters)
        stock_through = standing_of(brand).stock_through
        moved = moved_in(brand, measures, asked.period, lines, stock_through, asked.filters)
        reader = Reader.of(get_language() or "en", [brand.time_zone], brand.currency, rules)
        return Response(
            {
                "key": asked.keys[0],
                "from": asked.period.first,
                "to": asked.period.last,
                "currency": brand.currency,
                "moved": [_moved(each, reader, brand.currency, brand.time_zone) for each in moved],
                "lines": [correction_document(each, brand.currency) for each in lines[:MOST_LINES]],
            }
        )


def _moved(each: Moved, reader: Reader, currency: str, time_zone: str) -> dict[str, Any]:
    unit = each.measure.unit
    return {
        "measure": each.measure.key,
        "from": each.days.first,
        "to": each.days.last,
        "reported": exact_unit_text(each.reported, unit, currency),
        "reported_at": each.reported_at,
        "now": exact_unit_text(each.now, unit, currency),
        "parts": [
            {
                "reasons": list(part.reasons),
                "difference": exact_unit_text(part.difference, unit, currency),
            }
            for part in each.parts
        ],
        "sentence": sentence(each, reader, time_zone),
    }


def correction_document(each: Correction, currency: str) -> dict[str, Any]:
    """A line of the ledger, in the client's currency."""
    unit = MEASURES[each.measure].unit
    return {
        "day": each.day,
        "measure": each.measure,
        "difference": exact_unit_text(each.difference, unit, currency),
        "reasons": list(each.reasons),
        "batches": list(each.batches),
        "recorded_at": each.recorded_at,
    }
