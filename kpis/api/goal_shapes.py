"""What a goal looks like in the API's answers, for the schema."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from kpis.api.restatements import LineShape
from kpis.api.values import ValueSerializer, span_fields

MilestoneShape = inline_serializer(
    "Milestone", {**span_fields(), "value": serializers.CharField()}
).__class__


GuardSaidShape = inline_serializer(
    "GoalGuardSaid", {name: serializers.CharField() for name in ("kpi", "operator", "limit")}
).__class__
ForecastShape = inline_serializer(
    "GoalForecast",
    {
        "model": serializers.CharField(),
        "value": serializers.CharField(),
        "low": serializers.CharField(allow_null=True, help_text="Of the 80 % interval."),
        "high": serializers.CharField(allow_null=True),
    },
).__class__
CloseShape = inline_serializer(
    "GoalClose",
    {
        "on": serializers.DateField(),
        "status": serializers.CharField(),
        "value": serializers.CharField(allow_null=True),
        "as_of": serializers.DateTimeField(allow_null=True),
    },
).__class__


def goal_fields() -> dict[str, Any]:
    return {
        "id": serializers.IntegerField(),
        "kpi": serializers.CharField(),
        **span_fields(),
        "kind": serializers.CharField(),
        "accumulation": serializers.CharField(),
        "grain": serializers.CharField(help_text="week, month or quarter: a milestone each."),
        "target": serializers.CharField(allow_null=True),
        "entered_as": serializers.CharField(help_text="absolute, relative or points."),
        "entered": serializers.CharField(allow_null=True, help_text="The target as it was said."),
        "low": serializers.CharField(allow_null=True),
        "high": serializers.CharField(allow_null=True),
        "tolerance": serializers.CharField(allow_null=True),
        "required_share": serializers.CharField(),
        "baseline": serializers.CharField(allow_null=True),
        "baseline_from": serializers.DateField(allow_null=True),
        "baseline_to": serializers.DateField(allow_null=True),
        "baseline_as_of": serializers.DateTimeField(
            allow_null=True, help_text="When it was read; it stays as it was then."
        ),
        "currency": serializers.CharField(help_text="Empty: it is no money."),
        "channel": serializers.CharField(allow_null=True),
        "campaign": serializers.CharField(allow_null=True),
        "filters": serializers.DictField(child=serializers.ListField()),
        "shape": serializers.CharField(),
        "cost_basis": serializers.CharField(help_text="Empty: the client's own."),
        "season": serializers.ListField(
            child=serializers.CharField(allow_null=True),
            help_text="Last year's values that a seasonal path was made from.",
        ),
        "guard": GuardSaidShape(allow_null=True),
        "parent": serializers.IntegerField(allow_null=True),
        "owner": serializers.IntegerField(allow_null=True),
        "cadence": serializers.CharField(),
        "thresholds": serializers.DictField(),
        "note": serializers.CharField(),
        "is_archived": serializers.BooleanField(),
        "created_at": serializers.DateTimeField(),
        "status": serializers.CharField(
            help_text="As last judged: not_started, too_early, no_data, on_track, at_risk, off_track, "
            "achieved or missed."
        ),
        "status_since": serializers.DateField(allow_null=True),
        "status_reason": serializers.CharField(help_text="guard, over_cap, chance … or empty."),
        "evaluated_on": serializers.DateField(allow_null=True),
        "forecast": ForecastShape(allow_null=True),
        "probability": serializers.CharField(
            allow_null=True, help_text="That it is reached: 0.65 is 65 %."
        ),
        "closed": CloseShape(allow_null=True),
        "milestones": MilestoneShape(
            many=True, help_text="What each step should bring, or reach; as they were set."
        ),
    }


VersionShape = inline_serializer(
    "GoalVersion",
    {
        "since": serializers.DateField(),
        "to": serializers.DateField(),
        "target": serializers.CharField(allow_null=True),
        "low": serializers.CharField(allow_null=True),
        "high": serializers.CharField(allow_null=True),
        "shape": serializers.CharField(),
        "author": serializers.IntegerField(allow_null=True),
        "reason": serializers.CharField(),
        "created_at": serializers.DateTimeField(),
        "milestones": MilestoneShape(many=True),
    },
).__class__
GoalShape = inline_serializer("Goal", goal_fields()).__class__
GoalWithProgress = inline_serializer(
    "GoalWithProgress",
    {
        **goal_fields(),
        "versions": VersionShape(many=True, help_text="What it asked for from which day on."),
        "restated": inline_serializer(
            "GoalRestated",
            {
                "value": serializers.CharField(allow_null=True, help_text="As it would be now."),
                "is_other": serializers.BooleanField(help_text="Than what it was decided on."),
                **span_fields(),
                "lines": LineShape(many=True, help_text="Recorded since, the newest first."),
            },
            allow_null=True,
            help_text="Of a decided goal: what became of its figures since. The decision stays.",
        ),
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
DraftShape = inline_serializer(
    "GoalDraft",
    {
        "target": serializers.CharField(allow_null=True, help_text="The absolute one."),
        "baseline": serializers.CharField(allow_null=True),
        "baseline_from": serializers.DateField(allow_null=True),
        "baseline_to": serializers.DateField(allow_null=True),
        "season": serializers.ListField(child=serializers.CharField(allow_null=True)),
        "milestones": MilestoneShape(many=True),
        "problems": inline_serializer(
            "GoalProblem",
            {
                "field": serializers.CharField(),
                "code": serializers.CharField(),
                "message": serializers.CharField(),
                "is_warning": serializers.BooleanField(),
                "goal": serializers.IntegerField(
                    allow_null=True, help_text="Another goal that it is about."
                ),
            },
            many=True,
        ),
        "feasibility": inline_serializer(
            "GoalFeasibility",
            {
                "asked": serializers.CharField(allow_null=True, help_text="Of one whole step."),
                "reached": serializers.IntegerField(help_text="Earlier steps that were as far."),
                "of": serializers.IntegerField(),
                "best": serializers.CharField(),
                "best_from": serializers.DateField(),
                "best_to": serializers.DateField(),
                "asked_change": serializers.CharField(allow_null=True),
                "best_change": serializers.CharField(allow_null=True),
            },
            allow_null=True,
            help_text="Against the client's own history; null if there is too little.",
        ),
    },
).__class__
