"""Comments on KPIs and goals by API: read, added, and one's own removed."""

from typing import Any

from django.core.exceptions import PermissionDenied
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

from accounts.access import Access
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from kpis.book import book_of
from steering.api.reviews import WORDS, goal_named
from steering.models import Comment
from steering.review_queries import all_comments_of, comment_in
from steering.reviews.acting import Writer, comment_withdraw, comment_write

CommentWishShape = inline_serializer(
    "CommentWish",
    {
        "text": serializers.CharField(max_length=WORDS),
        "kpi": serializers.CharField(
            required=False, max_length=60, help_text="What it is about; or"
        ),
        "goal": serializers.IntegerField(
            required=False, min_value=1, help_text="one goal, whose KPI it then is."
        ),
    },
).__class__
CommentShape = inline_serializer(
    "Comment",
    {
        "id": serializers.IntegerField(),
        "kpi": serializers.CharField(),
        "goal": serializers.IntegerField(allow_null=True),
        "text": serializers.CharField(),
        "author": serializers.IntegerField(
            allow_null=True, help_text="The member; of a token, who made it."
        ),
        "author_name": serializers.CharField(help_text="As it was then; of a token, its own."),
        "at": serializers.DateTimeField(),
    },
).__class__


class CommentFilter(filters.FilterSet):
    kpi = filters.CharFilter()
    goal = filters.NumberFilter(field_name="goal_id")


class CommentList(ClientView):
    capabilities = {"GET": "see_numbers", "POST": "comment"}
    filterset_class = CommentFilter
    shape = CommentShape
    sorts = ("at",)
    queryset = QuerySet(Comment)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return all_comments_of(self.client)

    @extend_schema(operation_id="comments_list", tags=["goals"], responses=CommentShape(many=True))
    def get(self, request: Request, client: str) -> Response:
        """Comments by the agency's people and the client's, the newest first."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response([comment_document(row) for row in rows])

    @extend_schema(
        operation_id="comments_create",
        tags=["goals"],
        request=CommentWishShape,
        responses={201: CommentShape},
        examples=[
            OpenApiExample(
                "Why March is high",
                value={"kpi": "leads", "text": "The fair in Barcelona"},
                request_only=True,
            )
        ],
    )
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Say something about a KPI or a goal; the client's people read it, too. Twice is once."""
        shape = CommentWishShape()
        refuse_unknown_fields(request.data, shape.fields)
        checked = shape.run_validation(request.data)
        goal = goal_named(self.client, checked["goal"]) if "goal" in checked else None
        kpi = checked.get("kpi", goal.kpi if goal else "")
        if kpi not in book_of(self.client):
            words = _("This client has no such KPI.")
            raise ValidationError({"kpi": [ErrorDetail(words, "unknown_kpi")]})
        if goal is not None and goal.kpi != kpi:
            words = _("This goal is about another KPI.")
            raise ValidationError({"goal": [ErrorDetail(words, "another_kpi")]})
        writer = writer_of(self.access)
        made = comment_write(self.client, kpi, goal, checked["text"], writer, timezone.now())
        return Response(comment_document(made), status=201)


class CommentDetail(ClientView):
    capabilities = {"GET": "see_numbers", "DELETE": "comment"}
    shape = CommentShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(operation_id="comments_detail", tags=["goals"], responses=CommentShape)
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One comment."""
        return Response(comment_document(self._found(pk)))

    @extend_schema(operation_id="comments_delete", tags=["goals"], responses={204: None})
    @honours_key
    def delete(self, request: Request, client: str, pk: int) -> Response:
        """Take one's own out of sight; another's is refused with 403. The audit keeps it."""
        comment = self._found(pk)
        if not writer_of(self.access).wrote(comment):
            raise PermissionDenied
        comment_withdraw(comment, timezone.now())
        return Response(status=204)

    def _found(self, pk: int) -> Comment:
        comment = comment_in(self.client, pk)
        if comment is None:
            raise Http404
        return comment


def writer_of(access: Access) -> Writer:
    """A person by their name; a token by its own, for whoever made it."""
    if access.membership is not None:
        return Writer(access.membership.pk, str(access.membership.user))
    return Writer(access.actor_id, access.token.name if access.token else "")


def comment_document(comment: Comment) -> dict[str, Any]:
    """A comment as JSON."""
    return {
        "id": comment.pk,
        "kpi": comment.kpi,
        "goal": comment.goal_id,
        "text": comment.text,
        "author": comment.author_id,
        "author_name": comment.author_name,
        "at": comment.at,
    }
