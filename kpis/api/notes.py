"""Notes and unusual days by API."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from campaigns.api.fields import DayField
from kpis.anomaly_queries import anomalies_of, dismissals_of
from kpis.api.values import span_fields
from kpis.formats import exact_text
from kpis.models import Annotation, Anomaly, AnomalyDismissal, Direction, SizeAs, Visibility
from kpis.notes.queries import notes_of
from kpis.notes.services import LONGEST, Effect, NoteWish, note_add


def _text(**options: Any) -> serializers.CharField:
    return serializers.CharField(allow_null=True, **options)


class EffectWish(serializers.Serializer[Any]):
    """What is expected of a KPI."""

    kpi = serializers.CharField(max_length=60)
    direction = serializers.ChoiceField(choices=Direction.values)
    judged_on = DayField(help_text="After the note's first day.")
    size = serializers.DecimalField(
        max_digits=18, decimal_places=6, required=False, allow_null=True,
        help_text="0.1 is 10 %, or 10 points of a rate. Without it: any movement that way.",
    )  # fmt: skip
    size_as = serializers.ChoiceField(choices=SizeAs.values, default=SizeAs.RELATIVE.value)


WishShape = inline_serializer(
    "NoteWish",
    {
        "from": DayField(),
        "to": DayField(required=False, allow_null=True, help_text="Included; else one day."),
        "text": serializers.CharField(max_length=LONGEST),
        "visibility": serializers.ChoiceField(
            choices=Visibility.values, default=Visibility.AGENCY.value
        ),
        "effect": EffectWish(required=False, allow_null=True),
    },
).__class__
NoteShape = inline_serializer(
    "Note",
    {
        "id": serializers.IntegerField(),
        **span_fields(),
        "text": serializers.CharField(),
        "visibility": serializers.CharField(help_text="agency: not seen by the client's people."),
        "created_at": serializers.DateTimeField(),
        "effect": inline_serializer(
            "NoteEffect",
            {
                "kpi": serializers.CharField(),
                "direction": serializers.CharField(),
                "size": _text(),
                "size_as": _text(),
                "judged_on": serializers.DateField(),
                "outcome": _text(help_text="reached, not_reached or not_enough; null: not yet."),
                "before": _text(help_text="The KPI in the period it was compared with."),
                "after": _text(help_text="The KPI from the note's first day to that of judgement."),
                "compared": inline_serializer("NoteCompared", span_fields(), allow_null=True),
            },
            allow_null=True,
        ),
    },
).__class__
AnomalyShape = inline_serializer(
    "Anomaly",
    {
        "id": serializers.IntegerField(),
        "day": serializers.DateField(),
        "kpi": serializers.CharField(),
        "value": serializers.CharField(),
        "expected": serializers.CharField(help_text="The median of the same weekdays before."),
        "low": serializers.CharField(help_text="Of the usual range."),
        "high": serializers.CharField(),
        "p": serializers.FloatField(help_text="How likely so unusual a figure is by chance."),
        "rule": serializers.CharField(help_text="robust, mean_deviation, any_change or count."),
        "dismissed": _text(help_text="Why somebody says it needs no attention; null: nobody did."),
    },
).__class__


class NoteFilter(filters.FilterSet):
    kpi = filters.CharFilter(label="Notes that expect an effect on this KPI.")
    from_ = filters.DateFilter(field_name="ends_on", lookup_expr="gte", label="Not before.")
    to = filters.DateFilter(field_name="starts_on", lookup_expr="lte", label="Not after.")


NoteFilter.base_filters["from"] = NoteFilter.base_filters.pop("from_")


class NoteList(ClientView):
    capabilities = {"GET": "see_numbers", "POST": "edit_goals"}
    filterset_class = NoteFilter
    shape = NoteShape
    sorts = ("starts_on", "updated_at")
    queryset = QuerySet(Annotation)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return notes_of(self.client, self.access.can("see_costs"))

    @extend_schema(operation_id="annotations_list", tags=["notes"], responses=NoteShape(many=True))
    def get(self, request: Request, client: str) -> Response:
        """Notes, the newest first. Without the scope `costs` only those shared with the client."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([note_document(row) for row in rows])

    @extend_schema(
        operation_id="annotations_create",
        tags=["notes"],
        request=WishShape,
        responses={201: NoteShape},
        examples=[
            OpenApiExample(
                "A new form, which should bring a tenth more leads",
                value={
                    "from": "2026-03-01", "text": "New form", "visibility": "client",
                    "effect": {
                        "kpi": "leads", "direction": "up", "size": "0.1",
                        "judged_on": "2026-03-31",
                    },
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Add a note. An expected effect is judged when its time is over."""
        shape = WishShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        effect = checked.get("effect")
        wish = NoteWish(
            starts_on=checked["from"],
            ends_on=checked.get("to"),
            text=checked["text"],
            visibility=checked["visibility"],
            effect=Effect(**effect) if effect else None,
        )
        try:
            note = note_add(self.client, wish, self.access.actor_id)
        except DomainError as error:
            names = {"starts_on": "from", "ends_on": "to"}
            raise ValidationError(
                {
                    names.get(field, field): [ErrorDetail(str(message), "invalid")]
                    for field, message in error.data.get("fields", [])
                }
            ) from error
        return Response(note_document(note), status=201)


class AnomalyFilter(filters.FilterSet):
    kpi = filters.CharFilter()
    from_ = filters.DateFilter(field_name="day", lookup_expr="gte", label="Not before.")
    to = filters.DateFilter(field_name="day", lookup_expr="lte", label="Not after.")


AnomalyFilter.base_filters["from"] = AnomalyFilter.base_filters.pop("from_")


class AnomalyList(ClientView):
    capabilities = {"GET": "see_numbers"}
    filterset_class = AnomalyFilter
    shape = AnomalyShape
    sorts = ("day",)
    queryset = QuerySet(Anomaly)
    ordering = ("day", "id")

    def get_queryset(self) -> Any:
        return anomalies_of(self.client)

    @extend_schema(operation_id="anomalies_list", tags=["notes"], responses=AnomalyShape(many=True))
    def get(self, request: Request, client: str) -> Response:
        """Unusual figures of single days, the newest first, dismissed ones included."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        dismissals = dismissals_of(self.client, rows)
        return self.get_paginated_response(
            [anomaly_document(row, dismissals.get(row.pk)) for row in rows]
        )


def note_document(note: Annotation) -> dict[str, Any]:
    """A note as JSON."""
    effect = None
    if note.kpi:
        compared = None
        if note.compared_from is not None:
            compared = {"from": note.compared_from, "to": note.compared_to}
        effect = {
            "kpi": note.kpi,
            "direction": note.direction,
            "size": exact_text(note.size),
            "size_as": note.size_as or None,
            "judged_on": note.judged_on,
            "outcome": note.outcome or None,
            "before": exact_text(note.before),
            "after": exact_text(note.after),
            "compared": compared,
        }
    return {
        "id": note.pk,
        "from": note.starts_on,
        "to": note.ends_on,
        "text": note.text,
        "visibility": note.visibility,
        "created_at": note.created_at,
        "effect": effect,
    }


def anomaly_document(row: Anomaly, dismissal: AnomalyDismissal | None) -> dict[str, Any]:
    """An unusual figure as JSON."""

    return {
        "id": row.pk,
        "day": row.day,
        "kpi": row.kpi,
        "value": exact_text(row.value),
        "expected": exact_text(row.expected),
        "low": exact_text(row.low),
        "high": exact_text(row.high),
        "p": row.p,
        "rule": row.rule,
        "dismissed": dismissal.reason if dismissal else None,
    }
