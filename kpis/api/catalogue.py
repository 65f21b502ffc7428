"""The catalogue by API: what every KPI is called, means, and is made of."""

from fractions import Fraction
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ApiView
from kpis.catalogue import GROUPS, KPIS, Kpi
from kpis.formats import exact_text
from kpis.formula import as_text


class GoalModeSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="increase, decrease, maintain or cap")
    accumulation = serializers.CharField(help_text="cumulative, level or period")


class ExampleSerializer(serializers.Serializer[Any]):
    inputs = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(allow_null=True)),
        help_text="Per input the parts that are put together by its aggregation.",
    )
    answer = serializers.CharField(help_text="The exact value, as a decimal.")
    display = serializers.CharField(help_text="How a person reads it.")


class KpiSerializer(serializers.Serializer[Any]):
    """A KPI as it is declared. `key` never changes; the words follow Accept-Language."""

    key = serializers.CharField()
    name = serializers.CharField()
    meaning = serializers.CharField()
    pitfall = serializers.CharField(help_text="What it is often mistaken for.")
    group = serializers.CharField()
    group_name = serializers.CharField()
    formula = serializers.CharField(help_text="Over measures: `ad_spend ÷ leads`.")
    measures = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField(
        help_text="count, percent (a fraction: 0.12 is 12 %), money, money_per_day, seconds, "
        "minutes, days, months, per or ratio."
    )
    better = serializers.CharField(help_text="higher, lower or neutral")
    aggregation = serializers.CharField()
    dimensions = serializers.ListField(
        child=serializers.CharField(), help_text="What it may be split or filtered by."
    )
    dated_by = serializers.CharField(help_text="Which date puts an event into a period.")
    source = serializers.CharField(  # type: ignore[assignment]  # DRF's own attribute is set later
        help_text="Where the definition comes from."
    )
    goal_modes = GoalModeSerializer(many=True, help_text="The usual one first.")
    parameters = serializers.ListField(
        child=serializers.CharField(), help_text="A client's choices that change the number."
    )
    related = serializers.ListField(child=serializers.CharField(), help_text="What to read next.")
    beside = serializers.ListField(
        child=serializers.CharField(), help_text="Shown next to it: the median beside a mean."
    )
    preset_of = serializers.CharField(
        allow_null=True, help_text="The KPI of which it is a fixed selection."
    )
    is_off_by_default = serializers.BooleanField(help_text="Shown only to those who chose it.")
    example = ExampleSerializer()


class CatalogueSerializer(serializers.Serializer[Any]):
    results = KpiSerializer(many=True)


def kpi_document(kpi: Kpi) -> dict[str, Any]:
    """The KPI as JSON, under the default parameters."""
    return {
        "key": kpi.key,
        "name": str(kpi.name),
        "meaning": str(kpi.meaning),
        "pitfall": str(kpi.pitfall),
        "group": kpi.group,
        "group_name": str(GROUPS[kpi.group]),
        "formula": as_text(kpi.expression()),
        "measures": [measure.key for measure in kpi.measures()],
        "unit": kpi.unit,
        "better": kpi.better,
        "aggregation": kpi.aggregation,
        "dimensions": list(kpi.dimensions()),
        "dated_by": str(kpi.dated_by),
        "source": str(kpi.source),
        "goal_modes": [{"kind": kind, "accumulation": way} for kind, way in kpi.goal_modes],
        "parameters": list(kpi.parameters),
        "related": list(kpi.related),
        "beside": list(kpi.beside),
        "preset_of": kpi.preset_of or None,
        "is_off_by_default": kpi.is_off_by_default,
        "example": {
            "inputs": {name: list(parts) for name, parts in kpi.example.inputs.items()},
            "answer": exact_text(Fraction(kpi.example.answer)),
            "display": kpi.example.display,
        },
    }


class KpiList(ApiView):
    capabilities = {"GET": "see_numbers"}
    serializer_class = CatalogueSerializer
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="kpis_list", tags=["KPIs"])
    def get(self, request: Request) -> Response:
        """The catalogue: every KPI there is, in the order in which lists show them."""
        return Response({"results": [kpi_document(kpi) for kpi in KPIS.values()]})


class KpiDetail(ApiView):
    capabilities = {"GET": "see_numbers"}
    serializer_class = KpiSerializer
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="kpis_detail", tags=["KPIs"])
    def get(self, request: Request, key: str) -> Response:
        """One KPI."""
        if key not in KPIS:
            raise Http404
        return Response(kpi_document(KPIS[key]))
