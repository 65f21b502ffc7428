"""Milestones of a running goal written anew: which may still be, in which steps, and whether they add up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kpis.compare import Number
from kpis.formats import round_half_away
from kpis.goals.milestones import Milestone, whole_numbers
from kpis.goals.terms import CUMULATIVE, LEVEL, MAINTAIN, GoalTerms


@dataclass(frozen=True)
class Grid:
    """`kept`: over by now, they stay as set. `open`: as they stand, in numbers that people write.

    `left` is what the open ones must add up to; None where nothing adds up. The last one of a level
    is its target: `is_last_fixed`. `places`: digits after the point of what is written.
    """

    kept: tuple[Milestone, ...]
    open: tuple[Milestone, ...]
    left: Fraction | None
    places: int
    is_last_fixed: bool = False

    def missing(self, written: Sequence[Number]) -> Fraction:
        """What the written numbers still lack; below zero: they are too much."""
        if self.left is None:
            return Fraction(0)
        return self.left - sum(Fraction(number) for number in written)

    def first_changed(self, written: Sequence[Number]) -> date | None:
        """The first day of the first step that another number is written for."""
        pairs = zip(self.open, written, strict=True)
        return next((stone.period.first for stone, n in pairs if stone.value != n), None)

    def shared(self, written: Sequence[Number]) -> list[Fraction]:
        """The numbers with what they lack on those that were left as they stood, by their weight;
        on all where all were changed. They add up to the last digit that people write."""
        values = [Fraction(number) for number in written]
        if not self.missing(values):
            return values
        same = [i for i, stone in enumerate(self.open) if stone.value == values[i]]
        places = same or list(range(len(values)))
        rest = sum(values[i] for i in places) + self.missing(values)
        weights = [values[i] if values[i] > 0 else Fraction(0) for i in places]
        if not any(weights):
            weights = [Fraction(1)] * len(places)
        if rest < 0:  # what was changed asks for more than there is
            return values
        parts = in_steps([rest * weight / sum(weights) for weight in weights], self.places)
        for place, part in zip(places, parts, strict=True):
            values[place] = part
        return values


def grid_of(terms: GoalTerms, stones: Sequence[Milestone], today: date, places: int) -> Grid | None:
    """The grid of a goal as of a day; None where milestones are not written: a range has none, and
    those of a ratio over its period are its target. Steps that run can be written."""
    if terms.kind == MAINTAIN or terms.accumulation not in (CUMULATIVE, LEVEL):
        return None
    kept = tuple(stone for stone in stones if stone.period.last < today)
    rest = tuple(stone for stone in stones if stone.period.last >= today)
    if terms.accumulation == LEVEL:
        shown = [Fraction(round_half_away(stone.value, places)) for stone in rest]
        left = None
    else:
        shown = in_steps([stone.value for stone in rest], places)
        # As the ones before are shown, so that whoever adds up all of them finds the target.
        past = sum(in_steps([stone.value for stone in kept], places))
        left = Fraction(round_half_away(Fraction(terms.target or 0), places)) - past
    written = tuple(
        Milestone(stone.period, Fraction(value)) for stone, value in zip(rest, shown, strict=True)
    )
    return Grid(kept, written, left, places, terms.accumulation == LEVEL)


def in_steps(values: Sequence[Number], places: int) -> list[Fraction]:
    """Amounts in numbers with so many digits, that add up like the amounts: by largest remainder."""
    unit = 10**places
    return [
        Fraction(whole, unit)
        for whole in whole_numbers([Fraction(value) * unit for value in values])
    ]
