"""Goals by API: what a KPI should reach, the milestones on the way, and how far it is."""

from collections.abc import Callable
from typing import Any, NoReturn

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from accounts.models import Client
from campaigns.facts.queries import campaign_named
from kpis.api.goal_shapes import ChangeShape, GoalShape, GoalWithProgress, WishShape
from kpis.api.values import input_units, value_document
from kpis.book import book_of
from kpis.calendar import Period
from kpis.formats import exact_text, exact_unit_text
from kpis.goal_changing import goal_change
from kpis.goal_queries import all_goals_of, goal_in, stones_of
from kpis.goal_services import GoalWish, goal_archive, goal_restore, goal_set
from kpis.models import Goal
from kpis.progress import Progress, progress_of


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
        goal = _said(lambda: goal_set(self.client, wish))
        return Response(_with_progress(self.client, goal), status=201)


class GoalDetail(ClientView):
    capabilities = {"GET": "see_numbers", "PATCH": "edit_goals"}
    shape = GoalWithProgress
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="goals_detail", tags=["goals"], responses=GoalWithProgress)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One goal, and how far it is as of the last day that can be judged."""
        return Response(_with_progress(self.client, self._found(pk)))

    @extend_schema(
        operation_id="goals_change", tags=["goals"], request=ChangeShape, responses=GoalWithProgress
    )
    @honours_key
    def patch(self, request: Request, client: str, pk: int) -> Response:
        """Change what the body names: what it asks for, until when, its note; or put it away.

        KPI, kind, channel, campaign and first day make it the goal it is, and stay.
        """
        goal = self._found(pk)
        shape = ChangeShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        is_archived = checked.pop("is_archived", None)
        if is_archived is False:
            goal = goal_restore(goal)
        if checked:
            changes = {"ends_on" if name == "to" else name: it for name, it in checked.items()}
            if changes.get("ends_on", goal.ends_on) < goal.starts_on:
                _refuse("to", "from_after_to", _("The last day lies before the first."))
            goal = _said(lambda: goal_change(self.client, goal, changes))
        if is_archived:
            goal = goal_archive(goal)
        return Response(_with_progress(self.client, goal))

    def _found(self, pk: int) -> Goal:
        goal = goal_in(self.client, pk)
        if goal is None:
            raise Http404
        return goal


def wish_from(client: Client, checked: dict[str, Any]) -> GoalWish:
    """The wish of a checked body. ValidationError for what only the client's data can tell."""
    kpi = book_of(client).get(checked["kpi"])
    if kpi is None:
        _refuse(
            "kpi", "invalid_choice", _("There is no KPI called %(key)s.") % {"key": checked["kpi"]}
        )
    if checked["from"] > checked["to"]:
        _refuse("to", "from_after_to", _("The last day lies before the first."))
    campaign = None
    if checked.get("campaign"):
        campaign = campaign_named(client, checked["campaign"])
        if campaign is None:
            _refuse("campaign", "unknown_campaign", _("The client has no such campaign."))
    for dimension in ("channel", "campaign"):
        if checked.get(dimension) and dimension not in kpi.dimensions():
            _refuse(dimension, "not_applicable", _("This KPI cannot be cut in this way."))
    # A KPI that has no goals is refused with its reason by the service, whatever is asked here.
    default_kind, default_way = kpi.goal or ("increase", "cumulative")
    kind = checked.get("kind", default_kind)
    usual = next((way for one, way in kpi.goal_modes if one == kind), default_way)
    return GoalWish(
        kpi=kpi.key,
        period=Period(checked["from"], checked["to"]),
        kind=kind,
        accumulation=checked.get("accumulation", usual),
        target=checked.get("target"),
        target_as=checked["target_as"],
        low=checked.get("low"),
        high=checked.get("high"),
        baseline=checked.get("baseline"),
        channel=checked.get("channel") or "",
        campaign=campaign,
        note=checked["note"],
        shape=checked["shape"],
    )


def _refuse(field: str, code: str, message: str) -> NoReturn:
    raise ValidationError({field: [ErrorDetail(message, code)]})


def _said(write: Callable[[], Goal]) -> Goal:
    """Write it; what is wrong with it is said in the API's own shape."""
    try:
        return write()
    except DomainError as error:
        errors = [
            {"field": field, "code": error.code, "message": str(message)}
            for field, message in error.data.get("fields", [])
        ]
        raise DomainError(error.code, error.message, {"errors": errors}) from error


def goal_document(client: Client, goal: Goal, stones: Any) -> dict[str, Any]:
    """A goal as JSON, with its milestones."""
    kpi = book_of(client).get(goal.kpi)
    unit = kpi.unit if kpi else "count"

    def text(number: Any) -> str | None:
        return exact_unit_text(number, unit, goal.currency)

    return {
        "id": goal.pk,
        "kpi": goal.kpi,
        "from": goal.starts_on,
        "to": goal.ends_on,
        "kind": goal.kind,
        "accumulation": goal.accumulation,
        "target": text(goal.target),
        "low": text(goal.low),
        "high": text(goal.high),
        "baseline": text(goal.baseline),
        "currency": goal.currency,
        "channel": goal.channel or None,
        "campaign": goal.campaign.external_id if goal.campaign else None,
        "shape": goal.shape,
        "note": goal.note,
        "is_archived": goal.archived_at is not None,
        "created_at": goal.created_at,
        "status": goal.status,
        "status_since": goal.status_since,
        "evaluated_on": goal.evaluated_on,
        "milestones": [
            {
                "from": stone.period.first,
                "to": stone.period.last,
                "value": text(stone.value),
            }
            for stone in stones
        ],
    }


def _with_progress(client: Client, goal: Goal) -> dict[str, Any]:
    stones = stones_of(client, [goal]).get(goal.pk, [])
    found = progress_of(client, [goal])
    progress = _progress(client, found[0]) if found else None
    return {**goal_document(client, goal, stones), "progress": progress}


def _progress(client: Client, found: Progress) -> dict[str, Any]:
    unit, currency = found.kpi.unit, found.goal.currency or client.currency
    value = None
    if found.value is not None:
        units = input_units(client, [found.kpi])
        value = value_document(found.kpi, found.value, units, currency)
    return {
        "as_of": found.as_of,
        "status": found.status,
        "value": value,
        "expected": exact_unit_text(found.expected, unit, currency),
        "attainment": exact_text(found.attainment),
        "pace": exact_text(found.pace),
    }
