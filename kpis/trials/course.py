"""A test day by day: its counts added up, and the day on which the plan was full."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kpis.trials.arms import Arm

NOBODY = Arm(0, 0)


@dataclass(frozen=True)
class TestDay:
    """Visitors who first came on that day, per arm, and what became of them."""

    __test__ = False

    day: date
    arms: tuple[Arm, ...]


def added(one: Arm, other: Arm) -> Arm:
    """Both together. Qualified leads are known only if they are for all the visitors."""
    parts = [arm for arm in (one, other) if arm.visitors]
    counted = [arm.qualified for arm in parts if arm.qualified is not None]
    return Arm(
        one.visitors + other.visitors,
        one.conversions + other.conversions,
        sum(counted) if parts and len(counted) == len(parts) else None,
    )


def total(days: Iterable[TestDay], arms: int) -> tuple[Arm, ...]:
    """The arms over all these days."""
    so_far = [NOBODY] * arms
    for each in days:
        so_far = [added(one, more) for one, more in zip(so_far, each.arms, strict=True)]
    return tuple(so_far)


def running(days: Sequence[TestDay], arms: int) -> list[TestDay]:
    """Each day with everything up to it."""
    result: list[TestDay] = []
    so_far: tuple[Arm, ...] = (NOBODY,) * arms
    for each in days:
        so_far = tuple(added(one, more) for one, more in zip(so_far, each.arms, strict=True))
        result.append(TestDay(each.day, so_far))
    return result


def through_plan(days: Sequence[TestDay], arms: int, per_arm: int) -> tuple[list[TestDay], bool]:
    """The days that the decision is made on, and whether the plan is full.

    They end with the first on which every arm has its visitors: looking on until a difference
    shows would be peeking as much as looking before.
    """
    for place, each in enumerate(running(days, arms)):
        if min(arm.visitors for arm in each.arms) >= per_arm:
            return list(days[: place + 1]), True
    return list(days), False


def signs(days: Iterable[TestDay], place: int) -> tuple[int, int]:
    """Days on which the arm's rate was above the control's, and below it."""
    above = below = 0
    for each in days:
        control, other = each.arms[0].rate, each.arms[place].rate
        if control is not None and other is not None:
            above += other > control
            below += other < control
    return above, below
