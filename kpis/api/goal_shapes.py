"""What a goal looks like to and from the API, for checking and for the schema."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from campaigns.api.fields import ChannelField, DayField, MoneyField
from kpis.api.values import KEY_PATTERN, ValueSerializer, span_fields
from kpis.models import Accumulation, GoalKind

#: What the API can say of a shape: the others need numbers of their own, and the portal.
SHAPES_BY_API = ("linear", "compounding")


def _number(help_text: str, **options: Any) -> MoneyField:
    return MoneyField(required=False, allow_null=True, help_text=help_text, **options)


def _wish_fields() -> dict[str, Any]:
    return {
        "kpi": serializers.RegexField(
            KEY_PATTERN, help_text="Of the catalogue or of the client's own."
        ),
        "from": DayField(),
        "to": DayField(help_text="Included."),
        "kind": serializers.ChoiceField(
            choices=GoalKind.values, required=False, help_text="Else the KPI's usual one."
        ),
        "accumulation": serializers.ChoiceField(
            choices=Accumulation.values, required=False, help_text="Else the KPI's usual one."
        ),
        "target": _number("Not for a goal to stay in a range."),
        "target_as": serializers.ChoiceField(
            choices=["absolute", "relative", "points"],
            default="absolute",
            help_text="relative: 0.10 is 10 % above the baseline. points: 0.02 above it.",
        ),
        "low": _number("Of a goal to stay in a range."),
        "high": _number("Of a goal to stay in a range."),
        "baseline": _number("Else what the KPI was before."),
        "channel": ChannelField(required=False, help_text="Only this channel."),
        "campaign": serializers.CharField(
            required=False, allow_null=True, max_length=200, help_text="Only it; its platform's id."
        ),
        "shape": serializers.ChoiceField(choices=SHAPES_BY_API, default="linear"),
        "note": serializers.CharField(required=False, allow_blank=True, default="", max_length=300),
    }


def _change_fields() -> dict[str, Any]:
    return {
        "target": _number("Absolute; milestones are made anew."),
        "low": _number("Of a goal to stay in a range."),
        "high": _number("Of a goal to stay in a range."),
        "to": DayField(required=False, help_text="Included."),
        "shape": serializers.ChoiceField(choices=SHAPES_BY_API, required=False),
        "note": serializers.CharField(required=False, allow_blank=True, max_length=300),
        "is_archived": serializers.BooleanField(
            required=False, help_text="true: out of lists and charts; false: back again."
        ),
    }


WishShape = inline_serializer("GoalWish", _wish_fields()).__class__
ChangeShape = inline_serializer("GoalChange", _change_fields()).__class__
MilestoneShape = inline_serializer(
    "Milestone", {**span_fields(), "value": serializers.CharField()}
).__class__


def goal_fields() -> dict[str, Any]:
    return {
        "id": serializers.IntegerField(),
        "kpi": serializers.CharField(),
        **span_fields(),
        "kind": serializers.CharField(),
        "accumulation": serializers.CharField(),
        "target": serializers.CharField(allow_null=True),
        "low": serializers.CharField(allow_null=True),
        "high": serializers.CharField(allow_null=True),
        "baseline": serializers.CharField(allow_null=True),
        "currency": serializers.CharField(help_text="Empty: it is no money."),
        "channel": serializers.CharField(allow_null=True),
        "campaign": serializers.CharField(allow_null=True),
        "shape": serializers.CharField(),
        "note": serializers.CharField(),
        "is_archived": serializers.BooleanField(),
        "created_at": serializers.DateTimeField(),
        "status": serializers.CharField(
            help_text="As last judged: not_started, too_early, no_data, on_track, at_risk, off_track, "
            "achieved or missed."
        ),
        "status_since": serializers.DateField(allow_null=True),
        "evaluated_on": serializers.DateField(allow_null=True),
        "milestones": MilestoneShape(
            many=True, help_text="What each month should bring, or reach; as they were set."
        ),
    }


GoalShape = inline_serializer("Goal", goal_fields()).__class__
GoalWithProgress = inline_serializer(
    "GoalWithProgress",
    {
        **goal_fields(),
        "progress": inline_serializer(
            "GoalProgress",
            {
                "as_of": serializers.DateField(help_text="The last day that can be judged."),
                "status": serializers.CharField(),
                "value": ValueSerializer(allow_null=True, help_text="Null before it begins."),
                "expected": serializers.CharField(
                    allow_null=True, help_text="What the milestones ask for by that day."
                ),
                "attainment": serializers.CharField(allow_null=True, help_text="0.5 is half way."),
                "pace": serializers.CharField(
                    allow_null=True, help_text="Actual over expected; 1 is on the path."
                ),
            },
        ),
    },
)
