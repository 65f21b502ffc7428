"""What a test of landing pages looks like from the API, for the schema."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from kpis.api.values import span_fields
from kpis.models import CountedBy, Decision
from kpis.trials.verdict import STATES

IntervalShape = inline_serializer(
    "Interval", {"low": serializers.CharField(), "high": serializers.CharField()}
).__class__


def _rate(help_text: str = "", **options: Any) -> serializers.CharField:
    return serializers.CharField(help_text=help_text, **options)


def count_fields() -> dict[str, Any]:
    return {
        "visitors": serializers.IntegerField(help_text="Sessions, if it is counted by sessions."),
        "conversions": serializers.IntegerField(),
        "qualified": serializers.IntegerField(allow_null=True, help_text="Null: nobody counts."),
    }


SplitShape = inline_serializer(
    "ExperimentSplit",
    {
        "p": _rate(),
        "state": serializers.CharField(help_text="ok, watch (p < 0.01) or invalid (p < 0.001)."),
    },
).__class__
ContrastShape = inline_serializer(
    "ExperimentContrast",
    {
        "difference": _rate("0.015 is 1.5 points."),
        "interval": IntervalShape(help_text="Newcombe."),
        "test": serializers.ChoiceField(choices=["z", "fisher"]),
        "z": _rate(allow_null=True),
        "p": _rate(),
        "p_adjusted": _rate("Holm, with several variants."),
        "relative": _rate("0.3 is 30 % more.", allow_null=True),
        "probability_to_beat": _rate("Information; it ends no test."),
        "expected_loss": _rate(),
        "qualified_difference": _rate("Qualified leads per visitor.", allow_null=True),
    },
).__class__
VariantShape = inline_serializer(
    "ExperimentVariant",
    {
        "name": serializers.CharField(),
        "landing_page": serializers.CharField(allow_null=True),
        "is_control": serializers.BooleanField(),
        "planned_share": _rate(),
        **count_fields(),
        "rate": _rate(allow_null=True),
        "rate_interval": IntervalShape(allow_null=True, help_text="Wilson."),
        "against_control": ContrastShape(allow_null=True),
    },
).__class__


def experiment_fields() -> dict[str, Any]:
    return {
        "id": serializers.IntegerField(),
        "name": serializers.CharField(),
        "hypothesis": serializers.CharField(),
        "counted_by": serializers.ChoiceField(choices=CountedBy.values),
        **span_fields(),
        "base_rate": _rate("A fraction: 0.05 is 5 %."),
        "target_rate": _rate(),
        "alpha": _rate(),
        "power": _rate(),
        "planned_per_arm": serializers.IntegerField(),
        "looks": serializers.IntegerField(help_text="1, or 5 planned ones (O'Brien-Fleming)."),
        "is_guarded": serializers.BooleanField(),
        "is_archived": serializers.BooleanField(),
        "decision": serializers.ChoiceField(choices=Decision.values, allow_null=True),
        "decided_for": serializers.CharField(allow_null=True),
        "decided_on": serializers.DateField(allow_null=True),
        "reason": serializers.CharField(),
        "state": serializers.CharField(
            help_text=f"One of {', '.join(STATES)}. Collecting until the planned visitors have come; "
            "invalid: the split is wrong; guarded: more leads, but fewer qualified ones.",
        ),
        "progress": _rate("Of the planned visitors of the slowest variant."),
        "winner": serializers.CharField(allow_null=True, help_text="Null before the plan is full."),
        "split": SplitShape(allow_null=True, help_text="Is it as planned?"),
        "p_overall": _rate("Of several variants.", allow_null=True),
        "judged_through": serializers.DateField(
            allow_null=True, help_text="The figures are those up to this day."
        ),
        "seen_in_several": serializers.IntegerField(
            help_text="Visitors who saw several pages; they count where they came first."
        ),
        "unassigned": serializers.IntegerField(
            help_text="Those of them who saw several on their first day; left out."
        ),
        "variants": VariantShape(many=True),
    }


ExperimentShape = inline_serializer("Experiment", experiment_fields()).__class__
ExperimentDetailShape = inline_serializer(
    "ExperimentDetail",
    {
        **experiment_fields(),
        "days": inline_serializer(
            "ExperimentDay",
            {
                "day": serializers.DateField(),
                "variants": inline_serializer(
                    "ExperimentVariantDay",
                    {"name": serializers.CharField(), **count_fields()},
                    many=True,
                ),
            },
            many=True,
        ),
    },
).__class__
