"""A change by segment: mix and rate of a ratio, contributions to a sum (KPIS D.1). Fractions only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

#: More segments than this are joined into one rest, and the whole is computed again.
MOST_SEGMENTS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """What a segment brings to a ratio in one period: its numerator and its denominator."""

    above: Fraction = Fraction(0)
    below: Fraction = Fraction(0)

    def __add__(self, other: "Part") -> "Part":
        return Part(self.above + other.above, self.below + other.below)


@dataclass(frozen=True, slots=True)
class Segment:
    """One value of a dimension ("" is not set) in both periods; `key` None is the rest, joined."""

    key: str | None
    before: Part
    after: Part


@dataclass(frozen=True, slots=True)
class MixRate:
    """A segment's two effects on the ratio, with the shares and rates they follow from.

    A rate is None where the segment has nothing to divide by in that period.
    """

    key: str | None
    share_before: Fraction
    share_after: Fraction
    rate_before: Fraction | None
    rate_after: Fraction | None
    mix: Fraction
    rate: Fraction

    @property
    def total(self) -> Fraction:
        return self.mix + self.rate


@dataclass(frozen=True, slots=True)
class RatioChange:
    """A ratio in two periods and what its change is made of: alone + mix + rate, exactly.

    `alone_before` and `alone_after` are numerators without a denominator (spend without leads)
    over the whole denominator; `alone_keys` are the segments they come from. `joined` segments
    are in the rest.
    """

    before: Fraction
    after: Fraction
    alone_before: Fraction
    alone_after: Fraction
    alone_keys: tuple[str | None, ...]
    rows: tuple[MixRate, ...]
    joined: int = 0

    @property
    def change(self) -> Fraction:
        return self.after - self.before

    @property
    def alone(self) -> Fraction:
        return self.alone_after - self.alone_before

    @property
    def mix(self) -> Fraction:
        return sum((row.mix for row in self.rows), Fraction(0))

    @property
    def rate(self) -> Fraction:
        return sum((row.rate for row in self.rows), Fraction(0))


@dataclass(frozen=True, slots=True)
class Contribution:
    """A segment's part of a sum in both periods."""

    key: str | None
    before: Fraction
    after: Fraction

    @property
    def total(self) -> Fraction:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class SumChange:
    """A sum in two periods and each segment's part of its change."""

    before: Fraction
    after: Fraction
    rows: tuple[Contribution, ...]
    joined: int = 0

    @property
    def change(self) -> Fraction:
        return self.after - self.before


def ratio_change(segments: Iterable[Segment], most: int = MOST_SEGMENTS) -> RatioChange | None:
    """Mix and rate of R = ΣN/ΣD; None if the whole has no denominator in one of the periods.

    1. A numerator without a denominator goes to a line of its own: z = N/D.
    2. mix = Δshare × (mean rate − mean R), rate = mean share × Δrate, R taken without z.
       A segment absent from one period takes its other rate there: all of it is mix.
    3. More than `most` segments: the smallest by |mix| + |rate| are joined; 2. again.
    """
    segments = list(segments)
    below = (
        sum((each.before.below for each in segments), Fraction(0)),
        sum((each.after.below for each in segments), Fraction(0)),
    )
    if 0 in below:
        return None
    found = _split(segments, below)
    if len(found.rows) <= most:
        return found
    weights = {row.key: abs(row.mix) + abs(row.rate) for row in found.rows}
    ranked = sorted(
        (each for each in segments if each.key in weights),
        key=lambda each: weights[each.key],
        reverse=True,
    )
    lonely = [Segment(each.key, _lonely(each.before), _lonely(each.after)) for each in segments]
    joined = [Segment(each.key, _divisible(each.before), _divisible(each.after)) for each in ranked]
    again = _split([*joined[:most], _rest(joined[most:]), *lonely], below)
    return replace(again, alone_keys=found.alone_keys, joined=len(ranked) - most)


def _split(segments: Sequence[Segment], below: tuple[Fraction, Fraction]) -> RatioChange:
    """Steps 1 and 2 over these segments; `below` is the whole denominator before and after."""
    lonely_before = sum((_lonely(each.before).above for each in segments), Fraction(0))
    lonely_after = sum((_lonely(each.after).above for each in segments), Fraction(0))
    whole_before = sum((each.before.above for each in segments), Fraction(0))
    whole_after = sum((each.after.above for each in segments), Fraction(0))
    mean = ((whole_before - lonely_before) / below[0] + (whole_after - lonely_after) / below[1]) / 2
    rows = [_row(each, below, mean) for each in segments if each.before.below or each.after.below]
    return RatioChange(
        before=whole_before / below[0],
        after=whole_after / below[1],
        alone_before=lonely_before / below[0],
        alone_after=lonely_after / below[1],
        alone_keys=tuple(
            each.key for each in segments if _lonely(each.before).above or _lonely(each.after).above
        ),
        rows=tuple(rows),
    )


def sum_change(contributions: Iterable[Contribution], most: int = MOST_SEGMENTS) -> SumChange:
    """Each segment's part of the change of a sum; more than `most` are joined by |change|."""
    rows = list(contributions)
    before = sum((row.before for row in rows), Fraction(0))
    after = sum((row.after for row in rows), Fraction(0))
    joined = 0
    if len(rows) > most:
        ranked = sorted(rows, key=lambda row: abs(row.total), reverse=True)
        joined = len(ranked) - most
        rest = ranked[most:]
        rows = [
            *ranked[:most],
            Contribution(
                None,
                sum((row.before for row in rest), Fraction(0)),
                sum((row.after for row in rest), Fraction(0)),
            ),
        ]
    return SumChange(before, after, tuple(rows), joined)


def _lonely(part: Part) -> Part:
    """Its numerator, if there is nothing to divide it by."""
    return Part(part.above) if part.below == 0 else Part()


def _divisible(part: Part) -> Part:
    return part if part.below != 0 else Part()


def _rest(segments: Sequence[Segment]) -> Segment:
    before, after = Part(), Part()
    for each in segments:
        before, after = before + each.before, after + each.after
    return Segment(None, before, after)


def _row(segment: Segment, below: tuple[Fraction, Fraction], mean: Fraction) -> MixRate:
    share_before = segment.before.below / below[0]
    share_after = segment.after.below / below[1]
    rate_before, rate_after = _rate(segment.before), _rate(segment.after)
    # One of the two is known: a segment without a denominator in both periods has no row.
    old = rate_before if rate_before is not None else rate_after or Fraction(0)
    new = rate_after if rate_after is not None else rate_before or Fraction(0)
    return MixRate(
        key=segment.key,
        share_before=share_before,
        share_after=share_after,
        rate_before=rate_before,
        rate_after=rate_after,
        mix=(share_after - share_before) * ((old + new) / 2 - mean),
        rate=(share_before + share_after) / 2 * (new - old),
    )


def _rate(part: Part) -> Fraction | None:
    return part.above / part.below if part.below != 0 else None
