"""Where tests of landing pages stand: what was counted, and the outcome of it by the plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Client
from kpis.experiments.counting import Counted, counted
from kpis.experiments.queries import variants_of
from kpis.models import CountedBy, Experiment, ExperimentVariant
from kpis.services import standing_of
from kpis.trials.arms import Arm
from kpis.trials.course import TestDay
from kpis.trials.outcome import Outcome, outcome_of
from kpis.trials.planning import shares_of
from kpis.trials.verdict import Plan


@dataclass(frozen=True)
class Standing:
    """A test with everything that was counted and what may be said of it."""

    experiment: Experiment
    variants: tuple[ExperimentVariant, ...]
    counted: Counted
    outcome: Outcome

    @property
    def names(self) -> list[str]:
        return [variant.name for variant in self.variants]


def plan_of(experiment: Experiment, variants: Sequence[ExperimentVariant]) -> Plan:
    alpha = float(experiment.alpha)
    shares = shares_of([variant.weight for variant in variants])
    return Plan(experiment.planned_per_arm, shares, alpha, 1 - alpha)


def standings_of(client: Client, experiments: Sequence[Experiment]) -> list[Standing]:
    """Inside a scope that holds the client. A test without two variants is left out."""
    found = variants_of(client, experiments)
    by_itself = any(each.counted_by != CountedBy.TOTALS for each in experiments)
    known = standing_of(client) if by_itself else None
    result = []
    for experiment in experiments:
        variants = found.get(experiment.pk, [])
        if len(variants) > 1:
            count = counted(client, experiment, variants, known)
            days = count.days if experiment.is_guarded else _unguarded(count.days)
            outcome = outcome_of(days, plan_of(experiment, variants), experiment.looks)
            result.append(Standing(experiment, tuple(variants), count, outcome))
    return result


def _unguarded(days: Sequence[TestDay]) -> list[TestDay]:
    return [
        TestDay(each.day, tuple(Arm(arm.visitors, arm.conversions) for arm in each.arms))
        for each in days
    ]
