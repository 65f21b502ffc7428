"""Alert rules by API: made, read, changed, paused and archived."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
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
from accounts.models import Client
from campaigns.facts.queries import campaign_named
from kpis.formats import exact_text
from steering.models import AlertRule, Severity
from steering.models.rules import Against, Condition, Direction, Span
from steering.rule_queries import all_rules_of, rule_in
from steering.rule_services import (
    NAME,
    NOTE,
    RuleWish,
    rule_archive,
    rule_change,
    rule_create,
    rule_pause,
    rule_restore,
)


def _number(help_text: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=18, decimal_places=6, required=False, allow_null=True, help_text=help_text
    )


def _terms() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
    return {
        "name": serializers.CharField(max_length=NAME),
        "kpi": serializers.CharField(max_length=60),
        "condition": serializers.ChoiceField(choices=Condition.values),
        "direction": serializers.ChoiceField(choices=Direction.values),
        "span": serializers.ChoiceField(choices=Span.values, default=Span.WEEK.value),
        "limit": _number("A value of the KPI; for a change a share, 0.2 is 20 %."),
        "against": serializers.ChoiceField(
            choices=Against.values, required=False, allow_null=True, help_text="For a change."
        ),
        "least_change": _number("By how much it must have moved as well, in the KPI's unit."),
        "least_volume": _number("What must stand behind the figure, else it is not judged."),
        "severity": serializers.ChoiceField(
            choices=Severity.values, default=Severity.WARNING.value
        ),
        "channel": serializers.CharField(required=False, allow_null=True, max_length=20),
        "campaign": serializers.CharField(
            required=False, allow_null=True, max_length=200, help_text="By its external id."
        ),
        "note": serializers.CharField(
            required=False, allow_blank=True, max_length=NOTE, default="",
            help_text="What to do then.",
        ),
    }  # fmt: skip


RuleWishShape = inline_serializer("AlertRuleWish", _terms()).__class__
RuleChangeShape = inline_serializer(
    "AlertRuleChange",
    {
        **_terms(),
        "is_paused": serializers.BooleanField(required=False),
        "is_archived": serializers.BooleanField(required=False),
    },
).__class__
RuleShape = inline_serializer(
    "AlertRule",
    {
        "id": serializers.IntegerField(),
        **_terms(),
        "is_paused": serializers.BooleanField(),
        "is_archived": serializers.BooleanField(),
        "created_at": serializers.DateTimeField(),
    },
).__class__


class RuleFilter(filters.FilterSet):
    kpi = filters.CharFilter()
    is_archived = filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True, label="Put away, or not"
    )


class RuleList(ClientView):
    capabilities = {"GET": "see_data", "POST": "edit_goals"}
    filterset_class = RuleFilter
    shape = RuleShape
    sorts = ("created_at",)
    queryset = QuerySet(AlertRule)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return all_rules_of(self.client)

    @extend_schema(operation_id="alert_rules_list", tags=["alerts"], responses=RuleShape(many=True))
    def get(self, request: Request, client: str) -> Response:
        """Alert rules, archived ones included."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([rule_document(row) for row in rows])

    @extend_schema(
        operation_id="alert_rules_create",
        tags=["alerts"],
        request=RuleWishShape,
        responses={201: RuleShape},
        examples=[
            OpenApiExample(
                "A fifth fewer leads than in the week before",
                value={
                    "name": "Fewer leads", "kpi": "leads", "condition": "change",
                    "direction": "below", "span": "week", "limit": "0.2", "least_volume": "30",
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Set a rule. It is judged every night from now on."""
        shape = RuleWishShape()
        refuse_unknown_fields(request.data, shape.fields)
        wish = wish_from(self.client, shape.run_validation(request.data))
        rule = _said(lambda: rule_create(self.client, wish, self.access.actor_id))
        return Response(rule_document(rule), status=201)


class RuleDetail(ClientView):
    capabilities = {"GET": "see_data", "PATCH": "edit_goals", "DELETE": "edit_goals"}
    shape = RuleShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="alert_rules_detail", tags=["alerts"], responses=RuleShape)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One rule."""
        return Response(rule_document(self._found(pk)))

    @extend_schema(
        operation_id="alert_rules_change",
        tags=["alerts"],
        request=RuleChangeShape(partial=True),
        responses=RuleShape,
    )
    @honours_key
    def patch(self, request: Request, client: str, pk: int) -> Response:
        """Change what the body names; another question begins anew. Pause it, or put it away."""
        rule = self._found(pk)
        shape = RuleChangeShape(partial=True)
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        stops = {name: checked.pop(name, None) for name in ("is_paused", "is_archived")}
        if checked:
            named = {name: checked[name] for name in request.data if name in checked}
            wish = wish_from(self.client, {**_wished(rule), **named})
            rule = _said(lambda: rule_change(self.client, rule, wish))
        if False in stops.values():
            rule = rule_restore(rule)
        if stops["is_paused"]:
            rule = rule_pause(self.client, rule, timezone.now())
        if stops["is_archived"]:
            rule = rule_archive(self.client, rule, timezone.now())
        return Response(rule_document(rule))

    @extend_schema(operation_id="alert_rules_delete", tags=["alerts"], responses={204: None})
    @honours_key
    def delete(self, request: Request, client: str, pk: int) -> Response:
        """Put it away, with its incident; it can be brought back with is_archived false."""
        rule_archive(self.client, self._found(pk), timezone.now())
        return Response(status=204)

    def _found(self, pk: int) -> AlertRule:
        rule = rule_in(self.client, pk)
        if rule is None:
            raise Http404
        return rule


def wish_from(client: Client, checked: dict[str, Any]) -> RuleWish:
    """The wish of a checked body. ValidationError for a campaign that the client has not."""
    campaign = None
    if checked.get("campaign"):
        campaign = campaign_named(client, checked["campaign"])
        if campaign is None:
            words = ErrorDetail(_("The client has no such campaign."), "unknown_campaign")
            raise ValidationError({"campaign": [words]})
    return RuleWish(
        name=checked["name"],
        kpi=checked["kpi"],
        condition=checked["condition"],
        direction=checked["direction"],
        span=checked["span"],
        limit=checked.get("limit"),
        against=checked.get("against") or "",
        least_change=checked.get("least_change"),
        least_volume=checked.get("least_volume"),
        severity=checked["severity"],
        channel=checked.get("channel") or "",
        campaign=campaign,
        note=checked["note"],
    )


def _wished(rule: AlertRule) -> dict[str, Any]:
    names = ("name", "kpi", "condition", "direction", "span", "limit", "against", "least_change",
             "least_volume", "severity", "channel", "note")  # fmt: skip
    campaign = rule.campaign.external_id if rule.campaign else None
    return {name: getattr(rule, name) for name in names} | {"campaign": campaign}


def _said(write: Callable[[], AlertRule]) -> AlertRule:
    """Write it; what is wrong with it is said in the API's own shape."""
    try:
        return write()
    except DomainError as error:
        errors = [
            {"field": field, "code": error.code, "message": str(message)}
            for field, message in error.data.get("fields", [])
        ]
        raise DomainError(error.code, error.message, {"errors": errors}) from error


def rule_document(rule: AlertRule) -> dict[str, Any]:
    """A rule as JSON."""
    return {
        "id": rule.pk,
        **_wished(rule),
        "limit": exact_text(rule.limit),
        "against": rule.against or None,
        "least_change": exact_text(rule.least_change),
        "least_volume": exact_text(rule.least_volume),
        "channel": rule.channel or None,
        "is_paused": rule.paused_at is not None,
        "is_archived": rule.archived_at is not None,
        "created_at": rule.created_at,
    }
