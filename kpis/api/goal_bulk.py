"""Many goals in one call, with a verdict on each: set, changed, the same already, or refused."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import flat_errors
from accounts.api.parsing import refuse_unknown_fields
from accounts.api.views import ClientView
from accounts.api.writing import honours_key
from accounts.errors import DomainError
from campaigns.api.facts import ATOMIC
from campaigns.api.own import RowsRefused
from kpis.api.goal_wishes import WishShape, field_of, wish_from
from kpis.goal_setting.bulk import MOST_ROWS, goal_put

_VERDICTS = ("new", "changed", "same", "refused")
BulkShape = inline_serializer(
    "GoalsBulk",
    {
        "rows": serializers.ListField(
            child=serializers.DictField(), min_length=1, max_length=MOST_ROWS
        )
    },
).__class__
BulkSchema = inline_serializer("GoalsBulkRows", {"rows": WishShape(many=True)}).__class__
BulkAnswer = inline_serializer(
    "GoalsBulkAnswer",
    {
        "counts": inline_serializer(
            "GoalsCounts", {name: serializers.IntegerField() for name in _VERDICTS}
        ),
        "results": inline_serializer(
            "GoalVerdict",
            {
                "index": serializers.IntegerField(help_text="The row's place in the call, from 0."),
                "verdict": serializers.CharField(help_text=", ".join(_VERDICTS)),
                "id": serializers.IntegerField(allow_null=True),
                "errors": inline_serializer(
                    "GoalRowError",
                    {name: serializers.CharField() for name in ("field", "code", "message")},
                    many=True,
                ),
            },
            many=True,
        ),
    },
).__class__


class GoalBulk(ClientView):
    parameters = frozenset(("atomic",))
    capabilities = {"POST": "edit_goals"}
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="goals_bulk",
        tags=["goals"],
        parameters=[ATOMIC],
        request=BulkSchema,
        responses={200: BulkAnswer},
        examples=[
            OpenApiExample(
                "Leads and what they may cost",
                value={
                    "rows": [
                        {"kpi": "leads", "from": "2026-01-01", "to": "2026-06-30", "target": "240"},
                        {"kpi": "cpl", "from": "2026-01-01", "to": "2026-06-30", "target": "9",
                         "baseline": "12"},
                    ]
                },
                request_only=True,
            )
        ],
    )  # fmt: skip
    @honours_key
    def post(self, request: Request, client: str) -> Response:
        """Set up to 200 goals. One about the same KPI, scope, period and kind is changed instead."""
        atomic = request.query_params.get("atomic", "false")
        if atomic not in ("true", "false"):
            raise DomainError("bad_atomic", _("atomic is true or false."))
        shape = BulkShape()
        refuse_unknown_fields(request.data, shape.fields)
        rows = shape.run_validation(request.data)["rows"]
        results = [self._put(index, row) for index, row in enumerate(rows)]
        counts = {name: sum(each["verdict"] == name for each in results) for name in _VERDICTS}
        document = {"counts": counts, "results": results}
        if atomic == "true" and counts["refused"]:
            raise RowsRefused(document)
        return Response(document)

    def _put(self, index: int, row: dict[str, Any]) -> dict[str, Any]:
        verdict, number, errors = "refused", None, []
        try:
            shape = WishShape()
            refuse_unknown_fields(row, shape.fields)
            wish = wish_from(self.client, shape.run_validation(row))
            with transaction.atomic():
                verdict, goal = goal_put(self.client, wish, _said(row), self.access.actor_id)
            number = goal.pk
        except ValidationError as error:
            errors = list(flat_errors(error.detail))
        except DomainError as error:
            fields = error.data.get("fields") or [("", str(error))]
            errors = [
                {"field": field_of(field), "code": error.code, "message": str(message)}
                for field, message in fields
            ]
        return {"index": index, "verdict": verdict, "id": number, "errors": errors}


def _said(row: dict[str, Any]) -> set[str]:
    """The services' names of what the row says."""
    guard = {"guard_kpi", "guard_operator", "guard_limit"} if "guard" in row else set()
    return set(row) | guard
