"""How far a goal reaches beyond what the client has done before. Pure; said in `kpis.pages`."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpis.calendar import Period
from kpis.compare import Number
from kpis.goals.terms import CAP, CUMULATIVE, DECREASE, LEVEL, MAINTAIN, GoalTerms

#: As far as one looks back, in grains of the goal: two years of months.
GRAINS_BACK = {"week": 52, "month": 24, "quarter": 8}
#: With fewer there is no "any of your last".
ENOUGH_GRAINS = 3


@dataclass(frozen=True)
class Feasibility:
    """What a goal asks of one grain, against the grains before it.

    `asked` None: a range. `reached` of `grains` known grains were as far, or inside the range; the
    furthest of them was `best`. `is_limit`: what is asked is not to be passed. `asked_change` and
    `best_change` are relative, over as many grains as the goal has (0.34 is +34 %); None without a
    baseline above zero or with too few grains.
    """

    grain: str
    asked: Fraction | None
    reached: int
    grains: int
    best: tuple[Period, Fraction]
    steps: int = 0
    asked_change: Fraction | None = None
    best_change: Fraction | None = None
    is_limit: bool = False

    @property
    def is_furthest(self) -> bool:
        return self.reached == 0

    @property
    def is_fastest(self) -> bool:
        """It asks for more change in its time than there ever was in as much."""
        if self.asked_change is None or self.best_change is None:
            return False
        return abs(self.asked_change) > abs(self.best_change) or (
            (self.asked_change > 0) != (self.best_change > 0)
        )


def feasibility(
    terms: GoalTerms, history: Sequence[tuple[Period, Number | None]]
) -> Feasibility | None:
    """A goal against its KPI's values in whole grains, the oldest first; None with too few."""
    known = [(period, Fraction(value)) for period, value in history if value is not None]
    if len(known) < ENOUGH_GRAINS:
        return None
    if terms.kind == MAINTAIN:
        low, high = Fraction(terms.low or 0), Fraction(terms.high or 0)
        inside = [each for each in known if low <= each[1] <= high]
        middle = (low + high) / 2
        nearest = min(known, key=lambda each: abs(each[1] - middle))
        return Feasibility(terms.grain, None, len(inside), len(known), nearest)
    asked, is_down = _asked(terms), terms.kind in (DECREASE, CAP)
    reached = [each for each in known if (each[1] <= asked if is_down else each[1] >= asked)]
    best = (min if is_down else max)(known, key=lambda each: each[1])
    steps, wanted, most = _changes(terms, [value for _period, value in history], is_down)
    return Feasibility(
        terms.grain, asked, len(reached), len(known), best, steps, wanted, most, terms.kind == CAP
    )


def _asked(terms: GoalTerms) -> Fraction:
    """What the goal asks of one whole grain: its target, or its even share of the target."""
    target = Fraction(terms.target or 0)
    if terms.accumulation != CUMULATIVE:
        return target
    whole = sum(Fraction(bucket.period.days, bucket.whole.days) for bucket in terms.grains)
    return target / whole if whole else target


def _changes(
    terms: GoalTerms, values: Sequence[Number | None], is_down: bool
) -> tuple[int, Fraction | None, Fraction | None]:
    """Grains of the goal, the change it asks for in them, and the most there was in as many."""
    steps = len(terms.grains)
    if terms.accumulation != LEVEL or terms.baseline is None or terms.baseline <= 0:
        return steps, None, None
    made = [
        Fraction(after) / Fraction(before) - 1
        for before, after in zip(values, values[steps:], strict=False)
        if before is not None and after is not None and before > 0
    ]
    if len(made) < ENOUGH_GRAINS:
        return steps, None, None
    wanted = Fraction(terms.target or 0) / Fraction(terms.baseline) - 1
    return steps, wanted, min(made) if is_down else max(made)
