"""What may be said of a test today: the decision rules of KPIS F.3, in their order.

1. The split: visitors far from the planned proportion make the test invalid, whatever else it says.
2. Before the planned visitors: collecting, with intervals, and nobody wins.
3. At the planned visitors: each variant against the control; Fisher where an expected cell is below
   5, else the pooled z; with several variants chi-square over all first, then Holm.
4. A better variant wins only if its qualified leads per visitor are not fewer than the control's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kpis.trials.arms import Arm, smallest_expected
from kpis.trials.belief import expected_loss, probability_to_beat
from kpis.trials.intervals import Interval, newcombe, wilson
from kpis.trials.significance import Test, fisher, holm, overall, pooled_z
from kpis.trials.size import DEFAULT_ALPHA
from kpis.trials.split import SplitCheck, split_check

SMALL_CELL = 5

EMPTY = "empty"
INVALID = "invalid"
COLLECTING = "collecting"
WINNER = "winner"
GUARDED = "guarded"
NO_DIFFERENCE = "no_difference"
STATES = (EMPTY, INVALID, COLLECTING, WINNER, GUARDED, NO_DIFFERENCE)


@dataclass(frozen=True)
class Plan:
    """What was fixed before the test began. `per_arm` visitors; shares add to one.

    `level`: of the intervals shown; it stays what it is at a look that asks for a smaller alpha.
    """

    per_arm: int
    shares: tuple[Fraction, ...]
    alpha: float = DEFAULT_ALPHA
    level: float = 1 - DEFAULT_ALPHA


@dataclass(frozen=True)
class Contrast:
    """One variant against the control. Differences and rates as fractions of one.

    method: z or fisher. p_adjusted is p itself in a test of two.
    """

    arm: int
    method: str
    test: Test
    p_adjusted: float
    difference: Fraction
    interval: Interval
    lift: Fraction | None
    beats: float
    loss: float
    guard: Fraction | None

    @property
    def is_better(self) -> bool:
        return self.difference > 0


@dataclass(frozen=True)
class Verdict:
    """`winner` is the arm's place (0 is the control); `progress` the share of the planned visitors."""

    state: str
    progress: Fraction
    split: SplitCheck | None
    rates: tuple[Interval | None, ...]
    contrasts: tuple[Contrast, ...] = ()
    overall: Test | None = None
    winner: int | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def percent(self) -> int:
        """Whole percent of the plan, rounded down: 100 is only said when it is reached."""
        return min(100, int(self.progress * 100))


def verdict_of(arms: Sequence[Arm], plan: Plan) -> Verdict:
    """The control first. ValueError if arms and shares are not of one length."""
    if len(arms) != len(plan.shares):
        raise ValueError("each arm has its planned share")
    progress = Fraction(min(arm.visitors for arm in arms), plan.per_arm)
    split = split_check([arm.visitors for arm in arms], plan.shares)
    rates = tuple(wilson(arm, plan.level) for arm in arms)
    contrasts = _contrasts(arms, plan) if all(arm.visitors for arm in arms) else ()
    test = overall(arms) if len(arms) > 2 and not _is_small(arms) else None
    notes = _notes(arms, split)
    state, winner = _decision(plan, progress, split, contrasts, test)
    return Verdict(state, progress, split, rates, contrasts, test, winner, notes)


def _is_small(arms: Sequence[Arm]) -> bool:
    smallest = smallest_expected(arms)
    return smallest is not None and smallest < SMALL_CELL


def _contrasts(arms: Sequence[Arm], plan: Plan) -> tuple[Contrast, ...]:
    control, *others = arms
    tests = [_test(control, other) for other in others]
    adjusted = holm([test.p for _method, test in tests])
    return tuple(
        _contrast(place, control, other, method, test, p, plan)
        for place, (other, (method, test), p) in enumerate(
            zip(others, tests, adjusted, strict=True), 1
        )
    )


def _test(control: Arm, other: Arm) -> tuple[str, Test]:
    found = None if _is_small([control, other]) else pooled_z(control, other)
    return ("fisher", fisher(control, other)) if found is None else ("z", found)


def _contrast(
    place: int, control: Arm, other: Arm, method: str, test: Test, adjusted: float, plan: Plan
) -> Contrast:
    rate, before = _rate(other), _rate(control)
    return Contrast(
        arm=place,
        method=method,
        test=test,
        p_adjusted=adjusted,
        difference=rate - before,
        interval=newcombe(control, other, plan.level) or Interval(-1.0, 1.0),
        lift=(rate - before) / before if before else None,
        beats=probability_to_beat(control, other),
        loss=expected_loss(control, other),
        guard=_guard(control, other),
    )


def _guard(control: Arm, other: Arm) -> Fraction | None:
    """Qualified leads per visitor, the variant's less the control's. None where uncounted."""
    of_control, of_other = control.of_qualified(), other.of_qualified()
    if of_control is None or of_other is None or not (control.qualified or other.qualified):
        return None
    return _rate(of_other) - _rate(of_control)


def _rate(arm: Arm) -> Fraction:
    """Of an arm that has visitors."""
    return Fraction(arm.conversions, arm.visitors)


def _notes(arms: Sequence[Arm], split: SplitCheck | None) -> tuple[str, ...]:
    found = []
    if split is not None and split.state == "watch":
        found.append("watch_split")
    if not any(arm.qualified for arm in arms):
        found.append("no_guard")
    return tuple(found)


def _decision(
    plan: Plan,
    progress: Fraction,
    split: SplitCheck | None,
    contrasts: Sequence[Contrast],
    test: Test | None,
) -> tuple[str, int | None]:
    if split is None:
        return EMPTY, None
    if split.state == "invalid":
        return INVALID, None
    if progress < 1:
        return COLLECTING, None
    if test is not None and test.p >= plan.alpha:
        return NO_DIFFERENCE, None
    shown = [each for each in contrasts if each.p_adjusted < plan.alpha]
    better = sorted((each for each in shown if each.is_better), key=lambda each: -each.difference)
    clean = [each for each in better if each.guard is None or each.guard >= 0]
    if clean:
        return WINNER, clean[0].arm
    if better:
        return GUARDED, None
    if shown and len(shown) == len(contrasts):
        return WINNER, 0
    return NO_DIFFERENCE, None
