"""Did the visitors arrive in the planned proportion? If not, the test itself is broken (KPIS F.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpis.trials.distributions import chi_square_tail

INVALID_BELOW, WATCH_BELOW = 0.001, 0.01


@dataclass(frozen=True)
class SplitCheck:
    """state: ok, watch or invalid; and the chi-square that says so."""

    statistic: float
    p: float
    state: str


def split_check(visitors: Sequence[int], shares: Sequence[Fraction]) -> SplitCheck | None:
    """Visitors of each arm against the planned shares (which add to one). None before any visitor."""
    total = sum(visitors)
    if not total:
        return None
    value = Fraction(0)
    for seen, share in zip(visitors, shares, strict=True):
        expected = total * share
        value += (seen - expected) ** 2 / expected
    p = chi_square_tail(float(value), len(visitors) - 1)
    state = "invalid" if p < INVALID_BELOW else "watch" if p < WATCH_BELOW else "ok"
    return SplitCheck(float(value), p, state)
