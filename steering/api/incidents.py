"""Incidents by API: read, and what people do about one."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from campaigns.api.fields import DayField
from steering.alerts.acting import (
    NOTE,
    incident_acknowledge,
    incident_resolve,
    incident_snooze,
    incident_undo,
)
from steering.incident_queries import incident_in, incidents_of
from steering.models import Incident, IncidentState, Severity


def _text(help_text: str = "") -> serializers.CharField:
    return serializers.CharField(allow_null=True, help_text=help_text)


IncidentShape = inline_serializer(
    "Incident",
    {
        "id": serializers.IntegerField(),
        "goal": serializers.IntegerField(
            allow_null=True, help_text="The goal that it is about, or"
        ),
        "rule": serializers.IntegerField(allow_null=True, help_text="the alert rule."),
        "kpi": serializers.CharField(),
        "severity": serializers.ChoiceField(choices=Severity.values),
        "status": serializers.CharField(help_text="The committed one, in the words of goals."),
        "state": serializers.ChoiceField(choices=IncidentState.values),
        "opened_on": serializers.DateField(help_text="The day that it was committed by."),
        "snoozed_until": serializers.DateField(allow_null=True),
        "resolved_on": serializers.DateField(allow_null=True),
        "changed_at": serializers.DateTimeField(),
        "value": _text("The KPI when it last changed."),
        "expected": _text("What was expected of it; a rule's limit, or the comparable figure."),
    },
).__class__
ActShape = inline_serializer(
    "IncidentAct",
    {
        "act": serializers.ChoiceField(choices=["acknowledge", "snooze", "resolve", "undo"]),
        "until": DayField(
            required=False, allow_null=True, help_text="To snooze: nothing is said before it."
        ),
        "note": serializers.CharField(
            required=False, allow_blank=True, max_length=NOTE, default=""
        ),
    },
).__class__


class IncidentFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=IncidentState.choices)
    severity = filters.ChoiceFilter(choices=Severity.choices)
    goal = filters.NumberFilter(field_name="goal_id")
    rule = filters.NumberFilter(field_name="rule_id")


class IncidentList(ClientView):
    capabilities = {"GET": "see_data"}
    filterset_class = IncidentFilter
    shape = IncidentShape
    sorts = ("opened_on", "changed_at")
    queryset = QuerySet(Incident)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return incidents_of(self.client.agency_id, IncidentState.values, self.client)

    @extend_schema(
        operation_id="incidents_list", tags=["alerts"], responses=IncidentShape(many=True)
    )
    def get(self, request: Request, client: str) -> Response:
        """Incidents, resolved ones included: goals that got worse, and rules that held."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([incident_document(row) for row in rows])


class IncidentDetail(ClientView):
    capabilities = {"GET": "see_data", "POST": "edit_goals"}
    shape = IncidentShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="incidents_detail", tags=["alerts"], responses=IncidentShape)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One incident."""
        return Response(incident_document(self._found(pk)))

    @extend_schema(
        operation_id="incidents_act",
        tags=["alerts"],
        request=ActShape,
        responses=IncidentShape,
    )
    @honours_key
    def post(self, request: Request, client: str, pk: int) -> Response:
        """Acknowledge, snooze or resolve it, or take the last of these back. Twice is once."""
        self._found(pk)
        shape = ActShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        who, now, note = self.access.actor_id, timezone.now(), checked["note"]
        if checked["act"] == "acknowledge":
            done = incident_acknowledge(self.client, pk, who, now, note)
        elif checked["act"] == "snooze":
            until = checked.get("until")
            if until is None:
                raise serializers.ValidationError({"until": ["required"]})
            done = incident_snooze(self.client, pk, until, who, now, note)
        elif checked["act"] == "resolve":
            done = incident_resolve(self.client, pk, who, now, note)
        else:
            done = incident_undo(self.client, pk, who, now)
        return Response(incident_document(done))

    def _found(self, pk: int) -> Incident:
        incident = incident_in(self.client, pk)
        if incident is None:
            raise Http404
        return incident


def incident_document(incident: Incident) -> dict[str, Any]:
    """An incident as JSON."""
    return {
        "id": incident.pk,
        "goal": incident.goal_id,
        "rule": incident.rule_id,
        "kpi": incident.data.get("kpi", ""),
        "severity": incident.severity,
        "status": incident.status,
        "state": incident.state,
        "opened_on": incident.opened_on,
        "snoozed_until": incident.snoozed_until,
        "resolved_on": incident.resolved_on,
        "changed_at": incident.changed_at,
        "value": incident.data.get("value") or None,
        "expected": incident.data.get("expected") or None,
    }
