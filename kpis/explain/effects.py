"""A change by factor: LMDI where all factors are positive, Shapley else (KPIS D.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Literal

#: Digits of the logarithms; the sum of the effects differs from the change far behind the 9th.
_DIGITS = Context(prec=60, rounding=ROUND_HALF_EVEN)
#: Shapley looks at every subset of the factors.
MOST_FACTORS = 12


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a product in two periods; `power` −1 divides."""

    before: Fraction
    after: Fraction
    power: Literal[1, -1] = 1

    def of(self, is_after: bool) -> Fraction:
        value = self.after if is_after else self.before
        return value if self.power == 1 else 1 / value


@dataclass(frozen=True, slots=True)
class FactorChange:
    """A product in two periods; one effect per factor, in order. Shapley's are exact fractions,
    LMDI's are decimals of 60 digits."""

    before: Fraction
    after: Fraction
    method: Literal["lmdi", "shapley"]
    effects: tuple[Fraction, ...]

    @property
    def change(self) -> Fraction:
        return self.after - self.before


def factor_change(factors: Sequence[Factor]) -> FactorChange | None:
    """What each factor of V = Πx^±1 adds to V's change.

    None if a factor that divides is zero in one of the periods: V has no value there.
    ValueError for none, or for more than MOST_FACTORS.
    """
    if not 0 < len(factors) <= MOST_FACTORS:
        raise ValueError(f"{len(factors)} factors")
    if any(each.power == -1 and 0 in (each.before, each.after) for each in factors):
        return None
    before, after = _product(factors, set()), _product(factors, set(range(len(factors))))
    if all(each.before > 0 and each.after > 0 for each in factors):
        return FactorChange(before, after, "lmdi", _lmdi(factors, before, after))
    return FactorChange(before, after, "shapley", _shapley(factors))


def logarithmic_mean(first: Fraction, second: Fraction) -> Decimal:
    """L(a, b) = (a − b) / (ln a − ln b) of two positive numbers; L(a, a) = a."""
    if first == second:
        return _decimal(first)
    return _DIGITS.divide(_decimal(first - second), _ln(first / second))


def _lmdi(factors: Sequence[Factor], before: Fraction, after: Fraction) -> tuple[Fraction, ...]:
    """L(V after, V before) × power × ln(x after / x before); Ang's LMDI-I, additive."""
    weight = logarithmic_mean(after, before)
    return tuple(
        each.power * Fraction(_DIGITS.multiply(weight, _ln(each.after / each.before)))
        for each in factors
    )


def _shapley(factors: Sequence[Factor]) -> tuple[Fraction, ...]:
    """The mean over all orders in which the factors may have changed one after the other.

    Orders that agree on which factors changed before give the same step, so each subset is
    looked at once, weighted by the number of orders it stands for.
    """
    count = len(factors)
    effects = []
    for place in range(count):
        others = [each for each in range(count) if each != place]
        effect = Fraction(0)
        for size in range(count):
            orders = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for changed in combinations(others, size):
                step = _product(factors, {*changed, place}) - _product(factors, set(changed))
                effect += orders * step
        effects.append(effect)
    return tuple(effects)


def _product(factors: Sequence[Factor], changed: set[int]) -> Fraction:
    result = Fraction(1)
    for place, each in enumerate(factors):
        result *= each.of(place in changed)
    return result


def _ln(number: Fraction) -> Decimal:
    return _DIGITS.ln(_decimal(number))


def _decimal(number: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))
