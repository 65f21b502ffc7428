"""A test that was planned with looks on the way: what each planned look said, and whether it may end.

Each look is taken at the first day on which every arm had its part of the planned visitors; what
came in the days between two looks decides nothing (KPIS F.3).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpis.trials.arms import Arm
from kpis.trials.looks import obrien_fleming
from kpis.trials.significance import pooled_z


@dataclass(frozen=True)
class Look:
    """A planned look. `taken_on` and `z` are None while it has not come."""

    number: int
    per_arm: int
    bound: float
    taken_on: date | None
    z: float | None

    @property
    def may_stop(self) -> bool:
        return self.z is not None and abs(self.z) > self.bound


def looks_at(
    days: Iterable[tuple[date, Sequence[Arm]]], per_arm: int, looks: int, alpha: float
) -> list[Look]:
    """The looks of a test of two arms: `days` in order, each with its own counts per arm."""
    bounds = obrien_fleming(looks, alpha)
    goals = [math.ceil(Fraction(per_arm * look, looks)) for look in range(1, looks + 1)]
    taken: list[tuple[date, float | None]] = []
    so_far = [Arm(0, 0), Arm(0, 0)]
    for day, counts in days:
        so_far = [
            Arm(one.visitors + more.visitors, one.conversions + more.conversions)
            for one, more in zip(so_far, counts, strict=True)
        ]
        least = min(arm.visitors for arm in so_far)
        while len(taken) < looks and least >= goals[len(taken)]:
            test = pooled_z(*so_far)
            taken.append((day, test.statistic if test else None))
    return [
        Look(place + 1, goal, bound, *(taken[place] if place < len(taken) else (None, None)))
        for place, (goal, bound) in enumerate(zip(goals, bounds, strict=True))
    ]
