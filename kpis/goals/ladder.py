"""From a big goal back along the funnel: what it asks of sales, leads, visits and budget.

Pure and exact; the chain and its example are KPIS C.2, after seed 004. Volumes are rungs, what
ties one rung to the next is a rate. Rounding is left to who shows or stores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from kpis.compare import Number

Rung = Literal["revenue", "sales_count", "leads", "sessions", "ad_spend"]
Rate = Literal["aov", "close", "visit_to_lead", "cpl"]

#: The rung that each one is asked by, and the rate in between. Only a CPL multiplies: the others
#: say how many of the lower rung make one of the upper.
STEPS: Mapping[Rung, tuple[Rung, Rate]] = {
    "sales_count": ("revenue", "aov"),
    "leads": ("sales_count", "close"),
    "sessions": ("leads", "visit_to_lead"),
    "ad_spend": ("leads", "cpl"),
}
RUNGS: tuple[Rung, ...] = ("revenue", "sales_count", "leads", "sessions", "ad_spend")
MULTIPLIES: frozenset[Rate] = frozenset({"cpl"})


@dataclass(frozen=True)
class Rates:
    """What ties the rungs: money per sale, customers per lead, leads per visit, money per lead.

    None: not known. Shares are fractions (0.10 is 10 %), money is in the client's currency.
    """

    aov: Fraction | None = None
    close: Fraction | None = None
    visit_to_lead: Fraction | None = None
    cpl: Fraction | None = None

    def of(self, rate: Rate) -> Fraction | None:
        """None also for a rate of zero or less: nothing can be reached through it."""
        value: Fraction | None = getattr(self, rate)
        return value if value is not None and value > 0 else None


Ladder = Mapping[Rung, Fraction | None]


def ladder(
    top: Rung, target: Number, rates: Rates, adjusted: Mapping[Rung, Number] | None = None
) -> dict[Rung, Fraction | None]:
    """The target of each rung from `top` down; None from an unknown rate on.

    `adjusted` are rungs set by hand: what is below them follows from them.
    """
    adjusted = adjusted or {}
    found: dict[Rung, Fraction | None] = {top: Fraction(target)}
    for rung in RUNGS[RUNGS.index(top) + 1 :]:
        upper, rate = STEPS[rung]
        if upper not in found:
            continue
        if rung in adjusted:
            found[rung] = Fraction(adjusted[rung])
            continue
        above, tie = found[upper], rates.of(rate)
        found[rung] = None if above is None or tie is None else _below(above, rate, tie)
    return found


def _below(above: Fraction, rate: Rate, tie: Fraction) -> Fraction:
    return above * tie if rate in MULTIPLIES else above / tie


@dataclass(frozen=True)
class Ends:
    """Where the top ends for one budget: had every month been like the worst, the middle, the best."""

    worst: Fraction
    likely: Fraction
    best: Fraction


def ends(top: Rung, budget: Number, months: Sequence[Rates]) -> Ends | None:
    """The end value of `top` that the budget buys at the rates of months past.

    A month's rates are taken together, since they move together: dear leads often close better.
    Worst and best are the 10th and 90th percentile of the months, interpolated; the likely one is
    the median. None for fewer than three months whose rates are all known.
    """
    yields = sorted(each for each in (_yield(top, rates) for rates in months) if each is not None)
    if len(yields) < 3:
        return None
    spent = Fraction(budget)
    worst, likely, best = (
        spent * _quantile(yields, share)
        for share in (Fraction(1, 10), Fraction(1, 2), Fraction(9, 10))
    )
    return Ends(worst, likely, best)


def _yield(top: Rung, rates: Rates) -> Fraction | None:
    """What one unit of budget becomes at the top; None if a rate on the way is unknown."""
    chains: Mapping[Rung, tuple[Rate, ...]] = {
        "revenue": ("cpl", "close", "aov"), "sales_count": ("cpl", "close"), "leads": ("cpl",),
    }  # fmt: skip
    chain = chains.get(top, ())
    if not chain:
        return None
    found = Fraction(1)
    for rate in chain:
        tie = rates.of(rate)
        if tie is None:
            return None
        found = found / tie if rate in MULTIPLIES else found * tie
    return found


def _quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """Linear between the two nearest (the usual definition, NumPy's default)."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def if_it_stays(
    top: Rung, target: Number, planned: Rates, now: Rates, rate: Rate
) -> dict[Rung, Fraction | None]:
    """The ladder if one rate stays as it is now and the others become what is planned."""
    return ladder(top, target, replace(planned, **{rate: now.of(rate)}))


def needed_alone(
    top: Rung, target: Number, budget: Number, now: Rates, rate: Rate
) -> Fraction | None:
    """What one rate alone must become for the budget to reach the target, the others as they are.

    None if the rate has no part in the way from budget to `top`, or one of them is unknown.
    """
    made, tie = _yield(top, now), now.of(rate)
    spent = Fraction(budget)
    if made is None or tie is None or spent <= 0 or Fraction(target) <= 0:
        return None
    if rate == "visit_to_lead" or _yield(top, replace(now, **{rate: None})) is not None:
        return None
    missing = Fraction(target) / (spent * made)
    return tie / missing if rate in MULTIPLIES else tie * missing
