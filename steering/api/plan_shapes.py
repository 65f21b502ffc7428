"""Measurement plans as JSON: what a body may hold, and what an answer looks like."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.api.parsing import refuse_unknown_fields
from kpis.models import Cadence
from steering.models import PlanState, PlanVersion
from steering.plans.lines import MOST_LINES, Line, lines_from

SUMMARY, ANSWER = 2000, 1000
OBJECTIVE, TARGET, ORIGIN = 200, 200, 300


def _text(most: int, help_text: str = "") -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, default="", max_length=most, help_text=help_text
    )


def _line_fields() -> dict[str, Any]:
    return {
        "objective": _text(OBJECTIVE, "What it serves; needed to propose it."),
        "kpi": serializers.CharField(max_length=60),
        "goal": serializers.IntegerField(
            required=False, allow_null=True, default=None, min_value=1,
            help_text="The goal that says the target, or",
        ),
        "target": _text(TARGET, "the target in words."),
        "cadence": serializers.ChoiceField(
            choices=Cadence.values, required=False, allow_blank=True, default="",
            help_text="How often it is looked at; empty: by its volume.",
        ),
        "data": _text(ORIGIN, "Where the figures come from, and who sees to it."),
    }  # fmt: skip


LineShape = inline_serializer("PlanLine", _line_fields()).__class__


def _said() -> dict[str, Any]:
    return {
        "summary": serializers.CharField(
            required=False, allow_blank=True, max_length=SUMMARY, help_text="What it is for."
        ),
        "lines": serializers.ListField(
            child=LineShape(),
            required=False,
            max_length=MOST_LINES,
            help_text="Of a new version, else one for each goal that runs.",
        ),
    }


PlanWishShape = inline_serializer("PlanWish", _said()).__class__
PlanActShape = inline_serializer(
    "PlanAct", {"act": serializers.ChoiceField(choices=["propose", "take_back"])}
).__class__
PlanDecisionShape = inline_serializer(
    "PlanDecision",
    {
        "act": serializers.ChoiceField(choices=["approve", "return"]),
        "read": _text(32, "To approve: the mark of the words that were read."),
        "answer": _text(ANSWER, "To return it: what should change."),
    },
).__class__  # fmt: skip


def _plan_fields() -> dict[str, Any]:
    return {
        "id": serializers.IntegerField(),
        "number": serializers.IntegerField(help_text="Of the version, from 1."),
        "state": serializers.ChoiceField(choices=PlanState.values),
        "summary": serializers.CharField(),
        "lines": LineShape(many=True),
        "author": serializers.IntegerField(allow_null=True),
        "created_at": serializers.DateTimeField(),
        "proposed_at": serializers.DateTimeField(allow_null=True),
        "decided_at": serializers.DateTimeField(allow_null=True),
        "decided_by": serializers.IntegerField(allow_null=True),
        "decided_name": serializers.CharField(help_text="Who approved it or sent it back."),
        "answer": serializers.CharField(help_text="What should change, of one that was sent back."),
        "text": serializers.CharField(help_text="Word for word what was approved; else empty."),
        "in_force_on": serializers.DateField(allow_null=True),
        "replaced_on": serializers.DateField(allow_null=True),
    }


PlanShape = inline_serializer("Plan", _plan_fields()).__class__
PlanDetailShape = inline_serializer(
    "PlanInFull",
    {
        **_plan_fields(),
        "proposal": inline_serializer(
            "PlanProposal",
            {
                "text": serializers.CharField(help_text="The words that an approval would keep."),
                "read": serializers.CharField(help_text="Their mark, to be sent with it."),
            },
            allow_null=True,
            help_text="Of a version that waits for the client, in the language of the call.",
        ),
    },
)


def refuse_unknown_in_lines(body: Any) -> None:
    """A misspelt field of a line is refused like one of the body, by its place."""
    lines = body.get("lines") if isinstance(body, dict) else None
    for place, line in enumerate(lines if isinstance(lines, list) else ()):
        try:
            refuse_unknown_fields(line, LineShape().fields)
        except ValidationError as error:
            raise ValidationError({f"lines.{place}": error.detail}) from error


def lines_said(checked: list[dict[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(**row) for row in checked)


def plan_document(plan: PlanVersion) -> dict[str, Any]:
    """A version as JSON."""
    return {
        "id": plan.pk,
        "number": plan.number,
        "state": plan.state,
        "summary": plan.summary,
        "lines": [line.kept() for line in lines_from(plan.lines)],
        "author": plan.author_id,
        "created_at": plan.created_at,
        "proposed_at": plan.proposed_at,
        "decided_at": plan.decided_at,
        "decided_by": plan.decided_by_id,
        "decided_name": plan.decided_name,
        "answer": plan.answer,
        "text": plan.text,
        "in_force_on": plan.in_force_on,
        "replaced_on": plan.replaced_on,
    }
