"""Measurement plans by API: versions read, written and proposed by the agency, decided by the client."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from kpis.pages.reader import Reader
from kpis.services import calendar_of
from steering.api.plan_shapes import (
    PlanActShape,
    PlanDecisionShape,
    PlanDetailShape,
    PlanShape,
    PlanWishShape,
    lines_said,
    plan_document,
    refuse_unknown_in_lines,
)
from steering.models import PlanState, PlanVersion
from steering.pages.plans import plan_approve_read, plan_page, plan_text, read_mark
from steering.plan_queries import versions_of
from steering.plans.acting import (
    EDITABLE,
    plan_discard,
    plan_propose,
    plan_return,
    plan_take_back,
    plan_write,
)
from steering.plans.lines import lines_from
from steering.plans.proposing import proposed_lines


class PlanFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=PlanState.choices)


class PlanView(ClientView):
    """What the endpoints of this file share: which versions their caller sees, and in what words."""

    def seen(self) -> QuerySet[PlanVersion]:
        """Drafts, and what was sent back, are the agency's own."""
        rows = versions_of(self.client)
        is_agencys = self.access.can("see_data") or self.access.can("edit_goals")
        return rows if is_agencys else rows.exclude(state__in=EDITABLE)

    def found(self, pk: int) -> PlanVersion:
        version = self.seen().filter(pk=pk).first()
        if version is None:
            raise Http404
        return version

    def reader(self) -> Reader:
        brand = self.client
        zones = [brand.time_zone]
        return Reader.of(get_language() or "en", zones, brand.currency, calendar_of(brand))

    def checked(self, request: Request, shape: Any) -> dict[str, Any]:
        refuse_unknown_fields(request.data, shape.fields)
        refuse_unknown_in_lines(request.data)
        checked: dict[str, Any] = shape.run_validation(request.data)
        return checked

    def whole(self, version: PlanVersion) -> dict[str, Any]:
        proposal = None
        if version.state == PlanState.PROPOSED:
            text = plan_text(self.client, plan_page(self.client, version, self.reader()))
            proposal = {"text": text, "read": read_mark(text)}
        return {**plan_document(version), "proposal": proposal}


class PlanList(PlanView):
    capabilities = {"GET": "see_numbers", "POST": "edit_goals"}
    filterset_class = PlanFilter
    shape = PlanShape
    sorts = ("number",)
    queryset = QuerySet(PlanVersion)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return self.seen()

    @extend_schema(operation_id="plans_list", tags=["plans"], responses=PlanShape(many=True))
    def get(self, request: Request, client: str) -> Response:
        """Versions of the measurement plan, the newest first. The client's people see no drafts."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([plan_document(row) for row in rows])

    @extend_schema(
        operation_id="plans_create",
        tags=["plans"],
        request=PlanWishShape,
        responses={201: PlanDetailShape},
        examples=[
            OpenApiExample(
                "One objective",
                value={
                    "summary": "What we want in 2026",
                    "lines": [
                        {"objective": "Grow", "kpi": "leads", "target": "900 by June", "data": "CRM"}
                    ],
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Begin a version, a draft. One is worked on at a time. Without lines: the goals that run."""
        asked = self.checked(request, PlanWishShape())
        lines = lines_said(asked["lines"]) if "lines" in asked else proposed_lines(self.client)
        summary, who = asked.get("summary", ""), self.access.actor_id
        plan = said_by_line(lambda: plan_write(self.client, summary, lines, who, number=0))
        return Response(self.whole(plan), status=201)


class PlanDetail(PlanView):
    capabilities = {
        "GET": "see_numbers",
        "PATCH": "edit_goals",
        "POST": "edit_goals",
        "DELETE": "edit_goals",
    }
    shape = PlanDetailShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="plans_detail", tags=["plans"], responses=PlanDetailShape)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One version; of one that waits for the client, the words that an approval would keep."""
        return Response(self.whole(self.found(pk)))

    @extend_schema(
        operation_id="plans_change",
        tags=["plans"],
        request=PlanWishShape,
        responses=PlanDetailShape,
    )
    @honours_key
    def patch(self, request: Request, client: str, pk: int) -> Response:
        """Change a draft, or what was sent back. `lines` are all of its lines."""
        version = self.found(pk)
        asked = self.checked(request, PlanWishShape())
        lines = lines_said(asked["lines"]) if "lines" in asked else lines_from(version.lines)
        summary, who = asked.get("summary", version.summary), self.access.actor_id
        changed = said_by_line(
            lambda: plan_write(self.client, summary, lines, who, number=version.number)
        )
        return Response(self.whole(changed))

    @extend_schema(
        operation_id="plans_act", tags=["plans"], request=PlanActShape, responses=PlanDetailShape
    )
    @honours_key
    def post(self, request: Request, client: str, pk: int) -> Response:
        """Propose a draft to the client, who is told; or take back what waits, to change it."""
        number = self.found(pk).number
        act = self.checked(request, PlanActShape())["act"]
        if act == "propose":
            plan = said_by_line(lambda: plan_propose(self.client, timezone.now(), number))
        else:
            plan = plan_take_back(self.client, number)
        return Response(self.whole(plan))

    @extend_schema(operation_id="plans_delete", tags=["plans"], responses={204: None})
    @honours_key
    def delete(self, request: Request, client: str, pk: int) -> Response:
        """Throw a draft away, or what was sent back; the audit keeps it."""
        plan_discard(self.client, self.found(pk).number)
        return Response(status=204)


class PlanDecision(PlanView):
    capabilities = {"POST": "approve_plans"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="plans_decide",
        tags=["plans"],
        request=PlanDecisionShape,
        responses=PlanDetailShape,
    )
    @honours_key
    def post(self, request: Request, client: str, pk: int) -> Response:
        """The client's own people approve what waits, or send it back. No token can.

        An approval names the words that were read: `proposal.read` of the version.
        """
        version, person = self.found(pk), self.access.membership
        asked, now = self.checked(request, PlanDecisionShape()), timezone.now()
        if person is None:
            raise PermissionDenied
        if asked["act"] == "approve":
            read = asked["read"]
            plan = plan_approve_read(self.client, version, person, self.reader(), read, now)
        else:
            plan = plan_return(self.client, version.number, person, asked["answer"], now)
        return Response(self.whole(plan))


def said_by_line(write: Callable[[], PlanVersion]) -> PlanVersion:
    """Write it; what is wrong with a line is said in the API's own shape."""
    try:
        return write()
    except DomainError as error:
        errors = [
            {
                "field": f"lines.{place}.{name}" if place >= 0 else "lines",
                "code": error.code,
                "message": str(message),
            }
            for place, name, message in error.data.get("lines", [])
        ]
        raise DomainError(
            error.code, error.message, {"errors": errors} if errors else {}
        ) from error
