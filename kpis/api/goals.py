"""Goals by API: what a KPI should reach, the milestones on the way, and how far it is."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from kpis.api.goal_documents import draft_document, goal_document, whole_document
from kpis.api.goal_shapes import DraftShape, GoalShape, GoalWithProgress
from kpis.api.goal_wishes import (
    ChangeShape,
    WishShape,
    changes_from,
    field_of,
    refuse,
    wish_from,
)
from kpis.book import book_of
from kpis.goal_setting.changing import goal_change
from kpis.goal_setting.queries import all_goals_of, goal_in, stones_of
from kpis.goal_setting.services import goal_archive, goal_draft, goal_restore, goal_set
from kpis.models import Goal

Found = TypeVar("Found")


class GoalFilter(filters.FilterSet):
    kpi = filters.CharFilter()
    channel = filters.CharFilter()
    status = filters.CharFilter(field_name="standings__status")
    is_archived = filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True, label="Put away, or not"
    )


class GoalList(ClientView):
    capabilities = {"GET": "see_numbers", "POST": "edit_goals"}
    filterset_class = GoalFilter
    shape = GoalShape
    sorts = ("starts_on", "ends_on", "updated_at")
    queryset = QuerySet(Goal)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return all_goals_of(self.client)

    @extend_schema(
        operation_id="goals_list",
        tags=["goals"],
        responses=GoalShape(many=True),
    )
    def get(self, request: Request, client: str) -> Response:
        """Goals, the newest first, archived ones included."""
        goals = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        stones = stones_of(self.client, goals)
        return self.get_paginated_response(
            [goal_document(self.client, goal, stones.get(goal.pk, [])) for goal in goals]
        )

    @extend_schema(
        operation_id="goals_create",
        tags=["goals"],
        request=WishShape,
        responses={201: GoalWithProgress},
        examples=[
            OpenApiExample(
                "240 leads in the first half",
                value={
                    "kpi": "leads", "from": "2026-01-01", "to": "2026-06-30", "target": "240",
                    "note": "Agreed in the kick-off",
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Set a goal. Its milestones are made and stored: they stay as set."""
        shape = WishShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        wish = wish_from(self.client, checked)
        goal = said_in_fields(lambda: goal_set(self.client, wish, self.access.actor_id))
        return Response(whole_document(self.client, goal, self.access.can("see_costs")), status=201)


class GoalCheck(ClientView):
    capabilities = {"POST": "edit_goals"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="goals_check",
        tags=["goals"],
        request=WishShape,
        responses={200: DraftShape},
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """What a goal would ask for, and what speaks against it. Writes nothing."""
        shape = WishShape()
        refuse_unknown_fields(request.data, shape.fields)
        wish = wish_from(self.client, shape.run_validation(request.data))
        draft = said_in_fields(lambda: goal_draft(self.client, wish))
        return Response(draft_document(self.client, book_of(self.client)[wish.kpi], draft))


class GoalDetail(ClientView):
    capabilities = {"GET": "see_numbers", "PATCH": "edit_goals"}
    shape = GoalWithProgress
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="goals_detail", tags=["goals"], responses=GoalWithProgress)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One goal, and how far it is as of the last day that can be judged."""
        return Response(whole_document(self.client, self._found(pk), self.access.can("see_costs")))

    @extend_schema(
        operation_id="goals_change", tags=["goals"], request=ChangeShape, responses=GoalWithProgress
    )
    @honours_key
    def patch(self, request: Request, client: str, pk: int) -> Response:
        """Change what the body names: what it asks for, until when, what stands beside it; or put it away.

        KPI, kind, scope, steps and first day make it the goal it is, and stay. Another target is a
        new version `since` a day: milestones that were over by then stay as they were set.
        """
        goal = self._found(pk)
        shape = ChangeShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        is_archived = checked.pop("is_archived", None)
        since, reason = checked.pop("since", None), checked.pop("reason", "")
        if is_archived is False:
            goal = goal_restore(goal)
        if checked:
            changes = changes_from(self.client, checked)
            if "to" in checked:
                changes["ends_on"] = checked["to"]
            if changes.get("ends_on", goal.ends_on) < goal.starts_on:
                refuse("to", "from_after_to", _("The last day lies before the first."))
            goal = said_in_fields(
                lambda: goal_change(self.client, goal, changes, since, self.access.actor_id, reason)
            )
        if is_archived:
            goal = goal_archive(goal)
        return Response(whole_document(self.client, goal, self.access.can("see_costs")))

    def _found(self, pk: int) -> Goal:
        goal = goal_in(self.client, pk)
        if goal is None:
            raise Http404
        return goal


def said_in_fields(write: Callable[[], Found]) -> Found:
    """Write it; what is wrong with it is said in the API's own shape."""
    try:
        return write()
    except DomainError as error:
        errors = [
            {"field": field_of(field), "code": error.code, "message": str(message)}
            for field, message in error.data.get("fields", [])
        ]
        raise DomainError(error.code, error.message, {"errors": errors}) from error
