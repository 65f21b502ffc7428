"""A test day by day in, what may be said of it out: at the planned visitors, or at a planned look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kpis.trials.arms import Arm
from kpis.trials.course import TestDay, through_plan, total
from kpis.trials.distributions import two_sided
from kpis.trials.early import Look, looks_at
from kpis.trials.verdict import GUARDED, WINNER, Plan, Verdict, verdict_of


@dataclass(frozen=True)
class Outcome:
    """The verdict, the arms and days it is made on, and the planned looks (() if there are none).

    at_look: the number of the look that decided, None where none did.
    """

    verdict: Verdict
    arms: tuple[Arm, ...]
    days: tuple[TestDay, ...]
    looks: tuple[Look, ...] = ()
    at_look: int | None = None

    @property
    def is_decided(self) -> bool:
        return self.verdict.progress >= 1 or self.at_look is not None


def outcome_of(days: Sequence[TestDay], plan: Plan, looks: int = 1) -> Outcome:
    """1. Without planned looks: the verdict on the days up to where the plan is full.

    2. With looks: the first one at which a difference passes its bound decides, else the last one;
    each is judged by the error that its own bound leaves it.
    """
    arms = len(plan.shares)
    taken, _is_full = through_plan(days, arms, plan.per_arm)
    so_far = total(taken, arms)
    if looks == 1:
        return Outcome(verdict_of(so_far, plan), so_far, tuple(taken))
    found = looks_at(((each.day, each.arms) for each in days), plan.per_arm, looks, plan.alpha)
    for look in found:
        if look.taken_on is not None:
            decided = _at(look, days, plan, is_last=look.number == looks)
            if decided is not None:
                return replace(decided, looks=tuple(found), at_look=look.number)
    return Outcome(verdict_of(so_far, plan), so_far, tuple(taken), tuple(found))


def _at(look: Look, days: Sequence[TestDay], plan: Plan, is_last: bool) -> Outcome | None:
    """The outcome that a look decides, or None if it lets the test go on."""
    seen = tuple(each for each in days if look.taken_on and each.day <= look.taken_on)
    arms = total(seen, len(plan.shares))
    verdict = verdict_of(arms, replace(plan, per_arm=look.per_arm, alpha=two_sided(look.bound)))
    if not is_last and verdict.state not in (WINNER, GUARDED):
        return None
    progress = Fraction(min(arm.visitors for arm in arms), plan.per_arm)
    return Outcome(replace(verdict, progress=progress), arms, seen)
