"""Tests of landing pages by API: the plan, what was counted, and what may be said of it today."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import ClientView
from kpis.api.experiment_shapes import ExperimentDetailShape, ExperimentShape
from kpis.experiments.queries import experiment_in, experiments_of
from kpis.experiments.standings import Standing, plan_of, standings_of
from kpis.formats import exact_text
from kpis.models import Experiment
from kpis.trials.arms import Arm
from kpis.trials.intervals import Interval
from kpis.trials.verdict import Contrast


class ExperimentFilter(filters.FilterSet):
    is_archived = filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True, label="Put away, or not"
    )


class ExperimentList(ClientView):
    capabilities = {"GET": "see_numbers"}
    filterset_class = ExperimentFilter
    shape = ExperimentShape
    sorts = ("starts_on", "updated_at")
    queryset = QuerySet(Experiment)  # names the model to the schema; what is read is below

    def get_queryset(self) -> Any:
        return experiments_of(self.client, is_archived=None).order_by()

    @extend_schema(
        operation_id="experiments_list", tags=["experiments"], responses=ExperimentShape(many=True)
    )
    def get(self, request: Request, client: str) -> Response:
        """Tests of landing pages with where they stand, the newest first, archived ones included."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(
            [experiment_document(each) for each in standings_of(self.client, rows)]
        )


class ExperimentDetail(ClientView):
    capabilities = {"GET": "see_numbers"}
    shape = ExperimentDetailShape
    pagination_class = None  # type: ignore[assignment]

    @extend_schema(
        operation_id="experiments_detail", tags=["experiments"], responses=ExperimentDetailShape
    )
    def get(self, request: Request, client: str, pk: int) -> Response:
        """One test, with its counts by day."""
        experiment = experiment_in(self.client, pk)
        found = standings_of(self.client, [experiment]) if experiment else []
        if not found:
            raise Http404
        return Response({**experiment_document(found[0]), "days": _days(found[0])})


def experiment_document(standing: Standing) -> dict[str, Any]:
    """A test as JSON. Before its plan is full `state` is collecting and `winner` null."""
    experiment, verdict = standing.experiment, standing.outcome.verdict
    return {
        "id": experiment.pk,
        "name": experiment.name,
        "hypothesis": experiment.hypothesis,
        "counted_by": experiment.counted_by,
        "from": experiment.starts_on,
        "to": experiment.ends_on,
        "base_rate": exact_text(experiment.base_rate),
        "target_rate": exact_text(experiment.target_rate),
        "alpha": exact_text(experiment.alpha),
        "power": exact_text(experiment.power),
        "planned_per_arm": experiment.planned_per_arm,
        "looks": experiment.looks,
        "is_guarded": experiment.is_guarded,
        "is_archived": experiment.archived_at is not None,
        "decision": experiment.decision or None,
        "decided_for": experiment.decided_for.name if experiment.decided_for else None,
        "decided_on": experiment.decided_on,
        "reason": experiment.reason,
        "state": verdict.state,
        "progress": exact_text(verdict.progress),
        "winner": None if verdict.winner is None else standing.names[verdict.winner],
        "split": None
        if verdict.split is None
        else {"p": number(verdict.split.p), "state": verdict.split.state},
        "p_overall": number(verdict.overall.p) if verdict.overall else None,
        "judged_through": standing.outcome.days[-1].day if standing.outcome.days else None,
        "seen_in_several": standing.counted.in_both,
        "unassigned": standing.counted.unassigned,
        "variants": [_variant(standing, place) for place in range(len(standing.variants))],
    }


def _variant(standing: Standing, place: int) -> dict[str, Any]:
    variant, arm = standing.variants[place], standing.outcome.arms[place]
    verdict = standing.outcome.verdict
    contrast = verdict.contrasts[place - 1] if place and verdict.contrasts else None
    return {
        "name": variant.name,
        "landing_page": variant.landing_page.path if variant.landing_page else None,
        "is_control": place == 0,
        "planned_share": exact_text(plan_of(standing.experiment, standing.variants).shares[place]),
        **_counts(arm),
        "rate": exact_text(arm.rate),
        "rate_interval": _interval(verdict.rates[place]),
        "against_control": _contrast(contrast) if contrast else None,
    }


def _counts(arm: Arm) -> dict[str, int | None]:
    return {
        "visitors": arm.visitors,
        "conversions": arm.conversions,
        "qualified": arm.qualified,
    }


def _contrast(contrast: Contrast) -> dict[str, Any]:
    return {
        "difference": exact_text(contrast.difference),
        "interval": _interval(contrast.interval),
        "test": contrast.method,
        "z": None if contrast.test.statistic is None else number(contrast.test.statistic),
        "p": number(contrast.test.p),
        "p_adjusted": number(contrast.p_adjusted),
        "relative": exact_text(contrast.lift),
        "probability_to_beat": number(contrast.beats),
        "expected_loss": number(contrast.loss),
        "qualified_difference": exact_text(contrast.guard),
    }


def _interval(interval: Interval | None) -> dict[str, str | None] | None:
    if interval is None:
        return None
    return {"low": number(interval.low), "high": number(interval.high)}


def _days(standing: Standing) -> list[dict[str, Any]]:
    names = standing.names
    return [
        {
            "day": each.day,
            "variants": [
                {"name": name, **_counts(arm)} for name, arm in zip(names, each.arms, strict=True)
            ],
        }
        for each in standing.counted.days
    ]


def number(statistic: float) -> str | None:
    """A statistic to twelve digits: it is no exact number, and more would say so."""
    return exact_text(Fraction(Decimal(f"{statistic:.12g}")))
