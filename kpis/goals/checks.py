"""Whether a goal makes sense (KPIS C.1): everything wrong with it, in words, at its field."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.compare import Number
from kpis.formats import exact_text
from kpis.goals.terms import (
    CAP,
    COMPOUNDING,
    CUMULATIVE,
    DECREASE,
    GRAINS,
    INCREASE,
    LEVEL,
    MAINTAIN,
    MANUAL,
    PERIOD,
    SEASONAL,
    SHAPES,
    GoalTerms,
)

TOGETHER = {
    INCREASE: (CUMULATIVE, LEVEL, PERIOD),
    DECREASE: (LEVEL, PERIOD),
    MAINTAIN: (LEVEL, PERIOD),
    CAP: (CUMULATIVE,),
}
ENOUGH_LAST_YEAR = Fraction(3, 4)
#: Goals keep numbers of up to twelve digits before the point.
TOO_LARGE = 10**12


@dataclass(frozen=True)
class Problem:
    """Why a definition is refused, or only questioned (`is_warning`), and at which field.

    goal: the number of another goal that it speaks of.
    """

    code: str
    field: str
    message: "str | Promise"
    is_warning: bool = False
    goal: int | None = None


def problems(terms: GoalTerms) -> list[Problem]:
    """Everything wrong with a definition; empty when it can be saved. Warnings come last."""
    found = list(_wrong_words(terms))
    if not found:
        found = [
            *_wrong_kpi(terms),
            *_wrong_numbers(terms),
            *_wrong_grains(terms),
            *shape_problems(terms),
        ]
    return sorted(found, key=lambda problem: problem.is_warning)


def _wrong_words(terms: GoalTerms) -> Iterator[Problem]:
    if terms.kind not in TOGETHER:
        yield Problem("unknown_kind", "kind", _("Unknown kind of goal."))
    elif terms.accumulation not in TOGETHER[terms.kind]:
        message = _("This kind of goal cannot be counted in this way.")
        yield Problem("kind_accumulation", "accumulation", message)
    if terms.grain not in GRAINS:
        yield Problem("unknown_grain", "grain", _("Milestones are weekly, monthly or quarterly."))
    if terms.shape not in SHAPES:
        yield Problem("unknown_shape", "shape", _("Unknown shape of the path."))


def _wrong_kpi(terms: GoalTerms) -> Iterator[Problem]:
    kpi = terms.kpi
    if not kpi.has_goals:
        yield Problem("no_goal", "kpi", _("This KPI cannot have a goal."))
    if terms.kind == CAP and kpi.aggregation != "sum":
        yield Problem("cap_needs_sum", "kind", _("Only an amount that adds up can be capped."))
    elif terms.accumulation == CUMULATIVE and kpi.aggregation != "sum":
        message = _("Only a KPI that adds up over days can be accumulated.")
        yield Problem("cumulative_needs_sum", "accumulation", message)
    elif terms.accumulation == PERIOD and kpi.aggregation not in ("ratio", "derived"):
        message = _("Only a ratio can be judged over the whole period.")
        yield Problem("period_needs_ratio", "accumulation", message)
    if kpi.better == "neutral" and terms.kind in (INCREASE, DECREASE):
        message = _("More or less of this KPI is neither better nor worse in itself.")
        yield Problem("neutral_kpi", "kind", message, is_warning=True)


def _wrong_numbers(terms: GoalTerms) -> Iterator[Problem]:
    target, baseline = terms.target, terms.baseline
    if terms.kind == MAINTAIN:
        if terms.low is None or terms.high is None or terms.low >= terms.high:
            yield Problem("low_high", "high", _("The range needs a lower and a higher limit."))
        if terms.tolerance is not None and terms.tolerance < 0:
            yield Problem("tolerance", "tolerance", _("The tolerance cannot be negative."))
        return
    if terms.tolerance is not None:
        message = _("Only a goal to stay in a range has a tolerance.")
        yield Problem("tolerance_without_range", "tolerance", message)
    if target is None:
        yield Problem("no_target", "target", _("Say the target."))
        return
    if max(abs(Fraction(target)), abs(Fraction(baseline or 0))) >= TOO_LARGE:
        yield Problem("too_large", "target", _("That number is too large for a goal."))
        return
    if terms.accumulation == CUMULATIVE:
        if target <= 0:
            yield Problem("target_not_positive", "target", _("The target must be above zero."))
        if terms.kind == CAP and baseline is not None:
            yield Problem("cap_has_no_baseline", "baseline", _("A limit has no baseline."))
        return
    if baseline is None:
        yield Problem("no_baseline", "baseline", _("Say where the KPI starts from."))
    elif target == baseline:
        message = _("The target equals the baseline: choose “stay in a range”.")
        yield Problem("target_equals_baseline", "target", message)
    elif terms.kind == INCREASE and target < baseline:
        message = _("To increase, the target must be above the baseline.")
        yield Problem("target_below_baseline", "target", message)
    elif terms.kind == DECREASE and target > baseline:
        message = _("To decrease, the target must be below the baseline.")
        yield Problem("target_above_baseline", "target", message)


def _wrong_grains(terms: GoalTerms) -> Iterator[Problem]:
    if terms.accumulation != LEVEL:
        return
    grains = terms.grains
    if not grains:
        yield Problem("no_whole_grain", "period", _("The period holds no whole week."))
    elif terms.is_by_whole_grains and not all(grain.is_whole for grain in grains):
        message = _("For this KPI the period must begin and end with a whole month or quarter.")
        yield Problem("partial_grain", "period", message)


def shape_problems(terms: GoalTerms) -> Iterator[Problem]:
    """What is wrong with the path between sound numbers."""
    if terms.kind == MAINTAIN or terms.accumulation == PERIOD:
        return
    if terms.shape == COMPOUNDING:
        if terms.kind == CAP:
            yield Problem("cap_shape", "shape", _("A limit is spread evenly or by season."))
        elif not (_positive(terms.baseline) and _positive(terms.target)):
            message = _("Compound growth needs a baseline and a target above zero.")
            yield Problem("compounding_needs_positive", "shape", message)
    elif terms.shape == MANUAL and terms.by_hand:
        yield from _wrong_by_hand(terms)
    elif terms.shape == SEASONAL and not _has_last_year(terms):
        message = _("Last year has too little data for a seasonal path: choose a linear one.")
        yield Problem("not_enough_last_year", "shape", message)


def _wrong_by_hand(terms: GoalTerms) -> Iterator[Problem]:
    known = [Fraction(value) for value in terms.by_hand if value is not None]
    if len(known) < len(terms.by_hand) or len(known) != len(terms.grains):
        yield Problem("by_hand_incomplete", "by_hand", _("Write a number for every milestone."))
    elif terms.accumulation == CUMULATIVE and min(known) < 0:
        message = _("A milestone of an amount cannot be below zero.")
        yield Problem("by_hand_negative", "by_hand", message)
    elif terms.accumulation == CUMULATIVE and _difference(terms, known) > slack(terms):
        told = _("The milestones add up to %(sum)s, and the target is %(target)s.") % {
            "sum": exact_text(sum(known)),
            "target": exact_text(terms.target),
        }
        yield Problem("by_hand_does_not_add_up", "by_hand", told)
    elif terms.accumulation == LEVEL and known[-1] != Fraction(terms.target or 0):
        told = _("The last milestone must be the target, %(target)s.") % {
            "target": exact_text(terms.target)
        }
        yield Problem("by_hand_misses_target", "by_hand", told)


def _difference(terms: GoalTerms, known: list[Fraction]) -> Fraction:
    return abs(sum(known) - Fraction(terms.target or 0))


def slack(terms: GoalTerms) -> Fraction:
    """By how much milestones by hand may miss the target: people write whole leads and cents, and
    what is left of a target may be neither. The last milestone takes the difference."""
    return Fraction(1, 2) if terms.kpi.is_count else Fraction(1, 200)


def _has_last_year(terms: GoalTerms) -> bool:
    known = [value for value in terms.last_year if value is not None]
    if terms.accumulation == LEVEL:
        complete = len(known) == len(terms.last_year) == len(terms.grains) + 1
        return complete and terms.baseline is not None and known[0] > 0 and known[-1] > 0
    grains = len(terms.grains)
    enough = len(known) >= ENOUGH_LAST_YEAR * grains
    return len(terms.last_year) == grains and enough and sum(Fraction(value) for value in known) > 0


def _positive(value: Number | None) -> bool:
    return value is not None and value > 0
