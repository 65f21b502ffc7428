"""Reviews of goals by API: read, and kept with the numbers as they stand."""

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
from campaigns.api.fields import DayField
from kpis.book import book_of
from kpis.formats import exact_unit_text
from kpis.goal_setting.queries import goal_in
from kpis.models import Goal
from kpis.services import calendar_of
from steering.alerts.acting import today_of
from steering.models import Review
from steering.review_days import next_after
from steering.review_queries import all_reviews_of, review_in, volume_of
from steering.reviews.acting import ReviewWish, review_keep

WORDS = 2000
PEOPLE = 300


def _text(most: int, help_text: str, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=most, help_text=help_text, **options)


ReviewWishShape = inline_serializer(
    "ReviewWish",
    {
        "goal": serializers.IntegerField(min_value=1),
        "comment": _text(WORDS, "What was seen."),
        "decision": _text(WORDS, "What was decided.", required=False, allow_blank=True, default=""),
        "people": _text(PEOPLE, "Who was there.", required=False, allow_blank=True, default=""),
        "reviewed_on": DayField(required=False, help_text="Else today, by the client's clock."),
        "next_on": DayField(
            required=False, help_text="When it is due again; else by the goal's rhythm."
        ),
    },
).__class__
ReviewShape = inline_serializer(
    "Review",
    {
        "id": serializers.IntegerField(),
        "goal": serializers.IntegerField(),
        "kpi": serializers.CharField(),
        "reviewed_on": serializers.DateField(),
        "as_of": serializers.DateField(
            allow_null=True, help_text="The last day that its numbers knew."
        ),
        "value": serializers.CharField(allow_null=True, help_text="As it stood; frozen."),
        "expected": serializers.CharField(allow_null=True),
        "status": serializers.CharField(help_text="As it stood; empty if it was not judged yet."),
        "comment": serializers.CharField(),
        "decision": serializers.CharField(),
        "people": serializers.CharField(),
        "next_on": serializers.DateField(),
        "author": serializers.IntegerField(allow_null=True),
        "created_at": serializers.DateTimeField(),
    },
).__class__


class ReviewFilter(filters.FilterSet):
    goal = filters.NumberFilter(field_name="goal_id")
    kpi = filters.CharFilter(field_name="goal__kpi")


class ReviewList(ClientView):
    capabilities = {"GET": "see_numbers", "POST": "edit_goals"}
    filterset_class = ReviewFilter
    shape = ReviewShape
    sorts = ("reviewed_on", "created_at")
    queryset = QuerySet(Review)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return all_reviews_of(self.client).select_related("goal")

    @extend_schema(operation_id="reviews_list", tags=["goals"], responses=ReviewShape(many=True))
    def get(self, request: Request, client: str) -> Response:
        """Reviews of all goals, the newest first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([review_document(self.client, row) for row in rows])

    @extend_schema(
        operation_id="reviews_create",
        tags=["goals"],
        request=ReviewWishShape,
        responses={201: ReviewShape},
        examples=[
            OpenApiExample(
                "Seen on the first of April",
                value={
                    "goal": 12, "comment": "Behind since February",
                    "decision": "Two more landing pages", "next_on": "2026-05-01",
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Keep a review. The goal's numbers are frozen with it as they stand. Twice is once."""
        shape = ReviewWishShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        goal = goal_named(self.client, checked.pop("goal"))
        today = checked.get("reviewed_on") or today_of(self.client, timezone.now())
        unit = book_of(self.client)[goal.kpi].unit
        usual = next_after(goal, unit, volume_of(goal), calendar_of(self.client), today)
        wish = ReviewWish(**{"reviewed_on": today, "next_on": usual, **checked})
        try:
            review = review_keep(self.client, goal, wish, self.access.actor_id)
        except DomainError as error:
            words = [ErrorDetail(str(error), error.code)]
            raise ValidationError({error.data["field"]: words}) from error
        return Response(review_document(self.client, review), status=201)


class ReviewDetail(ClientView):
    capabilities = {"GET": "see_numbers"}
    shape = ReviewShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="reviews_detail", tags=["goals"], responses=ReviewShape)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One review."""
        review = review_in(self.client, pk)
        if review is None:
            raise Http404
        return Response(review_document(self.client, review))


def goal_named(client: Client, number: int) -> Goal:
    """ValidationError for one that the client has not."""
    goal = goal_in(client, number)
    if goal is None or goal.kpi not in book_of(client):
        words = [ErrorDetail(_("The client has no such goal."), "unknown_goal")]
        raise ValidationError({"goal": words})
    return goal


def review_document(client: Client, review: Review) -> dict[str, Any]:
    """A review as JSON."""
    goal: Goal = review.goal
    kpi = book_of(client).get(goal.kpi)
    unit = kpi.unit if kpi else "count"
    return {
        "id": review.pk,
        "goal": review.goal_id,
        "kpi": goal.kpi,
        "reviewed_on": review.reviewed_on,
        "as_of": review.as_of,
        "value": exact_unit_text(review.value, unit, goal.currency),
        "expected": exact_unit_text(review.expected, unit, goal.currency),
        "status": review.status,
        "comment": review.comment,
        "decision": review.decision,
        "people": review.people,
        "next_on": review.next_on,
        "author": review.author_id,
        "created_at": review.created_at,
    }
