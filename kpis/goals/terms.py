"""What a goal says, and whether it makes sense (KPIS C.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.calendar import STANDARD, Bucket, CalendarRules, Period, buckets
from kpis.catalogue.kpi import DEFAULTS, Kpi, Parameters
from kpis.compare import Number

INCREASE, DECREASE, MAINTAIN, CAP = "increase", "decrease", "maintain", "cap"
CUMULATIVE, LEVEL, PERIOD = "cumulative", "level", "period"
LINEAR, COMPOUNDING, SEASONAL, MANUAL = "linear", "compounding", "seasonal", "manual"
GRAINS = ("week", "month", "quarter")
SHAPES = (LINEAR, COMPOUNDING, SEASONAL, MANUAL)

TOGETHER = {
    INCREASE: (CUMULATIVE, LEVEL, PERIOD),
    DECREASE: (LEVEL, PERIOD),
    MAINTAIN: (LEVEL, PERIOD),
    CAP: (CUMULATIVE,),
}
ENOUGH_LAST_YEAR = Fraction(3, 4)


@dataclass(frozen=True)
class GoalKpi:
    """What a goal must know of its KPI.

    `aggregation`: sum, last, distinct, rows, ratio or derived. `better`: higher, lower, neutral.
    """

    key: str
    aggregation: str
    better: str = "higher"
    has_goals: bool = True
    is_count: bool = False
    is_cohort: bool = False

    @classmethod
    def of(cls, kpi: Kpi, parameters: Parameters = DEFAULTS) -> "GoalKpi":
        """What the catalogue says of a KPI under a client's parameters."""
        return cls(
            kpi.key,
            kpi.aggregation,
            kpi.better,
            kpi.has_goals(parameters),
            is_count=kpi.unit == "count",
            is_cohort=bool(kpi.cohort_days),
        )


@dataclass(frozen=True)
class GoalTerms:
    """A goal's definition. All numbers are absolute and exact.

    `last_year` serves the seasonal shape: the values of last year's same grains, for a level
    goal with the baseline's own grain in front (n + 1 values), for a cumulative one without.
    """

    kpi: GoalKpi
    period: Period
    kind: str
    accumulation: str
    target: Number | None = None
    low: Number | None = None
    high: Number | None = None
    tolerance: Number | None = None
    baseline: Number | None = None
    grain: str = "month"
    shape: str = LINEAR
    last_year: tuple[Number | None, ...] = ()
    rules: CalendarRules = STANDARD

    @property
    def grains(self) -> list[Bucket]:
        """The period cut by grain. Weekly levels take whole weeks only."""
        cut = buckets(self.period, self.grain, self.rules)
        if self.accumulation == LEVEL and self.grain == "week":
            return [bucket for bucket in cut if bucket.is_whole]
        return cut

    @property
    def is_by_whole_grains(self) -> bool:
        """A level that is only known when its grain is complete: leads per month, users."""
        by_grain = self.kpi.aggregation in ("sum", "distinct")
        return self.accumulation == LEVEL and (
            by_grain or self.kpi.key == "interactions_per_customer"
        )


@dataclass(frozen=True)
class Problem:
    """Why a definition is refused, or only questioned (`is_warning`), and at which field."""

    code: str
    field: str
    message: "str | Promise"
    is_warning: bool = False


def absolute_target(entered_as: str, entered: Number, baseline: Number | None) -> Fraction:
    """The absolute target of one entered as absolute, relative (0.10 = +10 %) or points (0.02)."""
    if entered_as == "absolute":
        return Fraction(entered)
    if baseline is None:
        raise ValueError("a relative target needs its baseline")
    if entered_as == "relative":
        return Fraction(baseline) * (1 + Fraction(entered))
    if entered_as == "points":
        return Fraction(baseline) + Fraction(entered)
    raise ValueError(f"unknown way to enter a target: {entered_as}")


def problems(terms: GoalTerms) -> list[Problem]:
    """Everything wrong with a definition; empty when it can be saved. Warnings come last."""
    found = list(_wrong_words(terms))
    if not found:
        found = [
            *_wrong_kpi(terms),
            *_wrong_numbers(terms),
            *_wrong_grains(terms),
            *_wrong_shape(terms),
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
    if target is None:
        yield Problem("no_target", "target", _("Say the target."))
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


def _wrong_shape(terms: GoalTerms) -> Iterator[Problem]:
    if terms.kind == MAINTAIN or terms.accumulation == PERIOD:
        return
    if terms.shape == COMPOUNDING:
        if terms.kind == CAP:
            yield Problem("cap_shape", "shape", _("A limit is spread evenly or by season."))
        elif not (_positive(terms.baseline) and _positive(terms.target)):
            message = _("Compound growth needs a baseline and a target above zero.")
            yield Problem("compounding_needs_positive", "shape", message)
    elif terms.shape == SEASONAL and not _has_last_year(terms):
        message = _("Last year has too little data for a seasonal path: choose a linear one.")
        yield Problem("not_enough_last_year", "shape", message)


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
