"""Goal templates of the agency by API: kept, looked at with clients' own numbers, and set at them.

For keys and people of the whole agency, like the pages.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import access_whole_agency, clients_of
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ApiView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from accounts.models import Agency, Client
from kpis.api.goal_documents import draft_document
from kpis.api.goal_template_shapes import (
    ClientsShape,
    GivenShape,
    ProspectShape,
    TemplateChangeShape,
    TemplateShape,
    TemplateWishShape,
    template_document,
    template_said,
)
from kpis.api.goal_wishes import field_of
from kpis.book import book_of, book_of_agency
from kpis.goal_setting.template_services import (
    NEW,
    REFUSED,
    SAME,
    Prospect,
    all_goal_templates_of,
    goal_template_apply,
    goal_template_archive,
    goal_template_in,
    goal_template_restore,
    goal_template_save,
    prospects,
)
from kpis.goal_setting.template_terms import template_problems, template_say
from kpis.models import GoalTemplate

MAY = "edit_goals"


class TemplateFilter(filters.FilterSet):
    kpi = filters.CharFilter()
    is_archived = filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True, label="Put away, or not"
    )


class TemplateView(ApiView):
    """What the endpoints of this file share: the gate, and the template."""

    def house(self) -> Agency:
        return access_whole_agency(self.access, MAY)

    def found(self, pk: int) -> GoalTemplate:
        template = goal_template_in(self.house(), pk)
        if template is None:
            raise Http404
        return template

    def checked(self, request: Request, shape: Any) -> dict[str, Any]:
        refuse_unknown_fields(request.data, shape.fields)
        checked: dict[str, Any] = shape.run_validation(request.data)
        return checked

    def saved(self, template: GoalTemplate, said: dict[str, Any]) -> GoalTemplate:
        book = book_of_agency(self.house().pk)
        _refuse(template_problems(said, book))
        try:
            return goal_template_save(template_say(template, said, book))
        except DomainError as error:
            _refuse([("name", str(error))], error.code)
            raise

    def clients(self, request: Request) -> list[Client]:
        """The named ones in their order; ValidationError if one of them is none."""
        slugs = list(dict.fromkeys(self.checked(request, ClientsShape())["clients"]))
        rows = clients_of(self.access).filter(archived_at=None, slug__in=slugs)
        found = {client.slug: client for client in rows}
        unknown = [slug for slug in slugs if slug not in found]
        if unknown:
            message = _("There is no client “%(name)s”.") % {"name": ", ".join(unknown)[:200]}
            _refuse([("clients", message)], "unknown_client")
        return [found[slug] for slug in slugs]


class TemplateList(TemplateView):
    capabilities = {"GET": MAY, "POST": MAY}
    filterset_class = TemplateFilter
    shape = TemplateShape
    sorts = ("name", "created_at")
    queryset = QuerySet(GoalTemplate)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return all_goal_templates_of(self.house())

    @extend_schema(
        operation_id="goal_templates_list", tags=["goals"], responses=TemplateShape(many=True)
    )
    def get(self, request: Request) -> Response:
        """Goal templates, the newest first, archived ones included."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([template_document(row) for row in rows])

    @extend_schema(
        operation_id="goal_templates_create",
        tags=["goals"],
        request=TemplateWishShape,
        responses={201: TemplateShape},
        examples=[
            OpenApiExample(
                "A tenth more leads than before",
                value={
                    "name": "Grow", "kpi": "leads", "accumulation": "level", "target": "0.10",
                    "target_as": "relative", "period": "next_quarter",
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @honours_key
    def post(self, request: Request) -> Response:
        """Keep a template. Nothing is set by it: see `apply`."""
        house, asked = self.house(), self.checked(request, TemplateWishShape())
        saved = self.saved(GoalTemplate(agency=house), template_said(asked))
        return Response(template_document(saved), status=201)


class TemplateDetail(TemplateView):
    capabilities = {"GET": MAY, "PATCH": MAY}
    shape = TemplateShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="goal_templates_detail", tags=["goals"], responses=TemplateShape)
    def get(self, request: Request, pk: int) -> Response:
        """One template."""
        return Response(template_document(self.found(pk)))

    @extend_schema(
        operation_id="goal_templates_change",
        tags=["goals"],
        request=TemplateChangeShape,
        responses=TemplateShape,
    )
    @honours_key
    def patch(self, request: Request, pk: int) -> Response:
        """Change what the body names, or put it away; goals that were set from it stay as they are."""
        template = self.found(pk)
        asked = self.checked(request, TemplateChangeShape())
        is_archived = asked.pop("is_archived", None)
        if is_archived is False:
            template = goal_template_restore(template)
        if asked:
            template = self.saved(template, template_said(asked, template))
        if is_archived:
            template = goal_template_archive(template)
        return Response(template_document(template))


class TemplateCheck(TemplateView):
    capabilities = {"POST": MAY}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="goal_templates_check",
        tags=["goals"],
        request=ClientsShape,
        responses={200: ProspectShape},
    )
    @honours_key
    def post(self, request: Request, pk: int) -> Response:
        """What it would come to at each client, from the client's own numbers. Writes nothing."""
        found = prospects(self.found(pk), self.clients(request))
        return Response({"results": [_prospect_document(each) for each in found]})


class TemplateApply(TemplateView):
    capabilities = {"POST": MAY}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="goal_templates_apply",
        tags=["goals"],
        request=ClientsShape,
        responses={200: GivenShape},
    )
    @honours_key
    def post(self, request: Request, pk: int) -> Response:
        """Set the goal at each client where it can be. Twice changes nothing."""
        who = self.access.actor_id
        given = goal_template_apply(self.found(pk), self.clients(request), who)
        results = [
            {
                "client": each.client.slug,
                "verdict": each.verdict,
                "goal": each.goal.pk if each.goal else None,
                "reason": each.reason,
            }
            for each in given
        ]
        return Response({"results": results})


def _refuse(problems: Iterable[tuple[str, str]], code: str = "invalid") -> None:
    """ValidationError with what is wrong per field of the body, if anything is."""
    found = {field_of(field): [ErrorDetail(message, code)] for field, message in problems}
    if found:
        raise ValidationError(found)


def _prospect_document(each: Prospect) -> dict[str, Any]:
    kpi = book_of(each.client)[each.draft.terms.kpi.key] if each.draft else None
    return {
        "client": each.client.slug,
        "verdict": SAME if each.existing else NEW if each.is_good else REFUSED,
        "goal": each.existing.pk if each.existing else None,
        "from": each.period.first,
        "to": each.period.last,
        "reason": each.reasons[0] if each.reasons else "",
        "draft": draft_document(each.client, kpi, each.draft) if kpi and each.draft else None,
    }
