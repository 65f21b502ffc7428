"""LMDI and Shapley: the worked examples of KPIS D.2, and that the effects are the change."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.explain import Factor, factor_change, logarithmic_mean
from kpis.explain.effects import MOST_FACTORS, _shapley


def factor(before: str, after: str, power: int = 1) -> Factor:
    return Factor(Fraction(before), Fraction(after), 1 if power == 1 else -1)


ORDER_VALUE = [factor("10000", "12000"), factor("0.02", "0.018"), factor("50", "55")]
CPL = [factor("0.50", "0.65"), factor("0.05", "0.04", -1)]
# Sessions per click 0.90 → 0.80; leads per session 5.5556 % → 5 %, that is 0.05/0.90 → 0.04/0.80.
CPL_BY_VISITS = [factor("0.50", "0.65"), factor("0.9", "0.8", -1), factor("1/18", "1/20", -1)]


@pytest.mark.parametrize(
    ("factors", "before", "after", "effects", "change"),
    [
        (ORDER_VALUE, "10000", "11880", (1989.6796, -1149.8019, 1040.1223), 1880),
        (CPL, "10", "16.25", (3.377446, 2.872554), 6.25),
        (CPL_BY_VISITS, "10", "16.25", (3.377446, 1.516235, 1.356318), 6.25),
    ],
)
def test_worked_examples(
    factors: list[Factor], before: str, after: str, effects: tuple[float, ...], change: float
) -> None:
    found = factor_change(factors)
    assert found is not None
    assert (found.before, found.after) == (Fraction(before), Fraction(after))
    assert found.method == "lmdi"
    places = 4 if change > 100 else 6
    assert tuple(round(float(each), places) for each in found.effects) == effects
    assert abs(sum(found.effects) - found.change) < Fraction(1, 10**50)
    assert float(found.change) == change


def test_logarithmic_means() -> None:
    def rounded(a: str, b: str) -> Decimal:
        return round(logarithmic_mean(Fraction(a), Fraction(b)), 6)

    assert rounded("11880", "10000") == Decimal("10913.024182")
    assert rounded("16.25", "10") == Decimal("12.873119")
    assert logarithmic_mean(Fraction(7), Fraction(7)) == 7


def test_shapley_of_the_same_examples() -> None:
    assert _shapley(ORDER_VALUE) == (Fraction(5980, 3), Fraction(-3470, 3), Fraction(3130, 3))
    assert _shapley(CPL) == (Fraction(27, 8), Fraction(23, 8))


def test_a_zero_needs_shapley() -> None:
    # Nothing sold before: 100 sessions × 0 × 50 = 0; then 100 × 2 % × 60 = 120.
    found = factor_change([factor("100", "100"), factor("0", "0.02"), factor("50", "60")])
    assert found is not None
    assert found.method == "shapley"
    # Price alone moves nothing while nobody buys: half of 100 × 0.02 × 10.
    assert found.effects == (0, 110, 10)


def test_a_loss_needs_shapley() -> None:
    found = factor_change([factor("-50", "30"), factor("100", "120", -1)])
    assert found is not None
    assert found.method == "shapley"
    assert sum(found.effects) == found.change == Fraction(30, 120) + Fraction(1, 2)


def test_a_divisor_of_zero_has_no_value() -> None:
    assert factor_change([factor("10", "10"), factor("0", "5", -1)]) is None
    assert factor_change([factor("10", "10"), factor("5", "0", -1)]) is None


def test_too_many_or_none() -> None:
    with pytest.raises(ValueError, match="0 factors"):
        factor_change([])
    with pytest.raises(ValueError, match="13 factors"):
        factor_change([factor("1", "2")] * (MOST_FACTORS + 1))


POSITIVE = st.fractions(Fraction(1, 10**6), 10**6, max_denominator=10**6)
ANY = st.fractions(-100, 100, max_denominator=50)
POWERS = st.sampled_from([1, -1])


@given(st.lists(st.builds(Factor, POSITIVE, POSITIVE, POWERS), min_size=1, max_size=5))
def test_lmdi_leaves_nothing_over_and_is_symmetric_in_time(factors: list[Factor]) -> None:
    there = factor_change(factors)
    back = factor_change([Factor(each.after, each.before, each.power) for each in factors])
    assert there is not None and back is not None
    largest = max(abs(there.before), abs(there.after))
    assert there.method == "lmdi"
    assert abs(sum(there.effects) - there.change) <= largest * Fraction(1, 10**30)
    for one, other in zip(there.effects, back.effects, strict=True):
        assert abs(one + other) <= largest * Fraction(1, 10**30)


@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=4), ANY.filter(bool), ANY.filter(bool))
def test_shapley_is_exact_and_symmetric(
    pairs: list[tuple[Fraction, Fraction]], divisor: Fraction, other: Fraction
) -> None:
    factors = [*(Factor(a, b) for a, b in pairs), Factor(divisor, other, -1)]
    there, back = _shapley(factors), _shapley([Factor(f.after, f.before, f.power) for f in factors])
    before, after = (prod((f.of(late) for f in factors), start=Fraction(1)) for late in (0, 1))
    assert sum(there) == after - before
    assert [-each for each in back] == list(there)


@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=4))
def test_subsets_stand_for_all_orders(pairs: list[tuple[Fraction, Fraction]]) -> None:
    """Shapley once more, the long way: each order in turn."""
    total = [Fraction(0)] * len(pairs)
    orders = list(permutations(range(len(pairs))))
    for order in orders:
        now = [before for before, _after in pairs]
        for place in order:
            then = list(now)
            then[place] = pairs[place][1]
            total[place] += prod(then, start=Fraction(1)) - prod(now, start=Fraction(1))
            now = then
    assert _shapley([Factor(*pair) for pair in pairs]) == tuple(
        each / len(orders) for each in total
    )


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=2, max_size=2))
def test_lmdi_adds_up_over_segments(pairs: list[tuple[Fraction, Fraction]]) -> None:
    """Two segments with one factor each: their effects are the changes, which add up."""
    found = [factor_change([Factor(*pair)]) for pair in pairs]
    total = sum(each.effects[0] for each in found if each is not None)
    assert abs(total - sum(after - before for before, after in pairs)) < Fraction(1, 10**30)
