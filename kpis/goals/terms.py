"""What a goal says (KPIS C.1). Whether it makes sense is `kpis.goals.checks`."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpis.calendar import STANDARD, Bucket, CalendarRules, Period, buckets
from kpis.catalogue.kpi import DEFAULTS, Kpi, Parameters
from kpis.compare import Number
from kpis.formats import to_decimal

INCREASE, DECREASE, MAINTAIN, CAP = "increase", "decrease", "maintain", "cap"
CUMULATIVE, LEVEL, PERIOD = "cumulative", "level", "period"
LINEAR, COMPOUNDING, SEASONAL, MANUAL = "linear", "compounding", "seasonal", "manual"
GRAINS = ("week", "month", "quarter")
SHAPES = (LINEAR, COMPOUNDING, SEASONAL, MANUAL)
#: Digits after the point of a target, a milestone, and what is held against them.
PLACES = Decimal("0.0000000001")


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
    `by_hand` serves the manual one: a number for each grain; empty, the path begins as a linear one.
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
    by_hand: tuple[Number | None, ...] = ()
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


def kept(number: Number) -> Decimal:
    """A number as targets and milestones are kept. What is compared with one is rounded likewise: a
    tenth more than 5/6 is 11/12, which no row holds exactly."""
    return to_decimal(number).quantize(PLACES)


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
