"""Custom KPIs by API: the client's whole book, a formula checked, a KPI saved."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_whole_agency
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from campaigns.api.own import for_all_field
from campaigns.models import Better
from kpis.api.catalogue import CatalogueSerializer, kpi_document
from kpis.book import book_of
from kpis.custom import FormulaInvalid, Problem
from kpis.custom_kpis.queries import custom_kpis_of
from kpis.custom_kpis.services import KpiWish, custom_kpi_define, formula_check
from kpis.formula import as_text
from kpis.models import Accumulation, CustomKpi, GoalKind

FORMULA_HELP = (
    "Names of measures and KPIs, numbers, + - * /, brackets, filters: leads[channel=email]."
)


class KpiBook(ClientView):
    capabilities = {"GET": "see_numbers"}
    serializer_class = CatalogueSerializer
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="client_kpis_list", tags=["KPIs"])
    def get(self, request: Request, client: str) -> Response:
        """Every KPI this client can be asked for: the catalogue, own measures and custom KPIs."""
        return Response({"results": [kpi_document(kpi) for kpi in book_of(self.client).values()]})


def _wish_fields() -> dict[str, Any]:
    return {
        "name": serializers.CharField(max_length=80),
        "formula": serializers.CharField(max_length=2000, help_text=FORMULA_HELP),
        "meaning": serializers.CharField(
            required=False, default="", allow_blank=True, max_length=300
        ),
        "unit": serializers.CharField(
            required=False, default="", allow_blank=True, max_length=13,
            help_text="One that the formula yields; else the usual one.",
        ),
        "better": serializers.ChoiceField(choices=Better.choices, default="higher"),
        "goal_kind": serializers.ChoiceField(
            choices=GoalKind.choices, required=False, default="", allow_blank=True
        ),
        "goal_accumulation": serializers.ChoiceField(
            choices=Accumulation.choices, required=False, default="", allow_blank=True
        ),
        "key": serializers.RegexField(
            r"^custom_[a-z0-9_]{1,33}\Z", required=False, default="", allow_blank=True,
            help_text="Else made of the name.",
        ),
        "for_all_clients": for_all_field(),
    }  # fmt: skip


WishShape = inline_serializer("CustomKpiWish", _wish_fields()).__class__
CustomShape = inline_serializer(
    "CustomKpi",
    {
        "key": serializers.CharField(),
        "name": serializers.CharField(),
        "meaning": serializers.CharField(),
        "formula": serializers.CharField(help_text="As it was written."),
        "unit": serializers.CharField(),
        "better": serializers.CharField(),
        "goal_kind": serializers.CharField(),
        "goal_accumulation": serializers.CharField(),
        "version": serializers.IntegerField(help_text="How many formulas it has had."),
        "for_all_clients": serializers.BooleanField(),
        "is_archived": serializers.BooleanField(),
    },
).__class__
FormulaShape = inline_serializer(
    "FormulaToCheck",
    {
        "formula": serializers.CharField(max_length=2000, allow_blank=True, help_text=FORMULA_HELP),
        "for_all_clients": for_all_field(),
    },
).__class__
VerdictShape = inline_serializer(
    "FormulaVerdict",
    {
        "is_valid": serializers.BooleanField(),
        "formula": serializers.CharField(allow_null=True, help_text="Written out in measures."),
        "units": serializers.ListField(child=serializers.CharField()),
        "measures": serializers.ListField(child=serializers.CharField()),
        "problem": inline_serializer(
            "FormulaProblem",
            {
                "code": serializers.CharField(),
                "message": serializers.CharField(),
                "hint": serializers.CharField(help_text="What was perhaps meant, or empty."),
                "start": serializers.IntegerField(help_text="The first wrong character, from 0."),
                "end": serializers.IntegerField(help_text="The first character after it."),
                "instead": serializers.CharField(help_text="A name that could stand there."),
            },
            allow_null=True,
        ),
    },
).__class__


class CustomKpiList(ClientView):
    capabilities = {"GET": "see_data", "POST": "choose_kpis"}
    shape = CustomShape
    sorts = ("name",)
    queryset = QuerySet(CustomKpi)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return custom_kpis_of(self.client.agency_id, [self.client])

    @extend_schema(
        operation_id="custom_kpis_list", tags=["own figures"], responses=CustomShape(many=True)
    )
    def get(self, request: Request, client: str) -> Response:
        """Custom KPIs of the client and of the agency, archived ones included."""
        rows = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([custom_document(row) for row in rows])

    @extend_schema(
        operation_id="custom_kpis_create",
        tags=["own figures"],
        request=WishShape,
        responses={201: CustomShape},
        examples=[
            OpenApiExample(
                "Cost per call",
                value={
                    "name": "Cost per call",
                    "formula": "ad_spend / own_calls",
                    "better": "lower",
                },
                request_only=True,
            )
        ],
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Save a KPI with a formula. What is wrong with it is said with its place."""
        shape = WishShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        is_for_all = checked.pop("for_all_clients")
        if is_for_all:
            access_whole_agency(self.access, "choose_kpis")
        try:
            made = custom_kpi_define(
                self.client.agency, None if is_for_all else self.client, KpiWish(**checked)
            )
        except FormulaInvalid as error:
            raise DomainError(
                "formula_invalid", str(error), {"problem": problem_document(error.problem)}
            ) from error
        return Response(custom_document(made), status=201)


class CustomKpiCheck(ClientView):
    capabilities = {"POST": "choose_kpis"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="custom_kpis_check",
        tags=["own figures"],
        request=FormulaShape,
        responses={200: VerdictShape},
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """What a formula means, or what is wrong with it and where. Writes nothing."""
        shape = FormulaShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        place = None if checked["for_all_clients"] else self.client
        try:
            meaning = formula_check(self.client.agency, place, checked["formula"])
        except FormulaInvalid as error:
            return Response(_verdict(problem=problem_document(error.problem)))
        return Response(
            _verdict(
                is_valid=True,
                formula=as_text(meaning.expression),
                units=list(meaning.units),
                measures=[measure.key for measure in meaning.measures],
            )
        )


def _verdict(**said: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "is_valid": False,
        "formula": None,
        "units": [],
        "measures": [],
        "problem": None,
    }
    return nothing | said


def problem_document(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": str(problem.message),
        "hint": str(problem.hint),
        "start": problem.span.start,
        "end": problem.span.end,
        "instead": problem.instead,
    }


def custom_document(row: CustomKpi) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "meaning": row.meaning,
        "formula": row.formula,
        "unit": row.unit,
        "better": row.better,
        "goal_kind": row.goal_kind,
        "goal_accumulation": row.goal_accumulation,
        "version": row.version,
        "for_all_clients": row.client_id is None,
        "is_archived": row.archived_at is not None,
    }
