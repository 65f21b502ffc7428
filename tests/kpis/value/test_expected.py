"""The formula of the expected value: the examples of KPIS B 60, B 63 and E.4."""

from fractions import Fraction as F

from kpis.value.expected import capped_value, lifetime_value, payback_months, profit_per_month


def test_the_example_of_the_specification() -> None:
    monthly = profit_per_month(F(60), F(1, 2), F(4, 10))

    assert monthly == 12  # 60 × 0.5 × 0.4
    assert lifetime_value(monthly, F(5, 100)) == 240
    assert lifetime_value(monthly, F(5, 100)) / F(80) == 3  # LTV:CAC of E.4
    assert payback_months(F(80), monthly) == F(20, 3)


def test_nobody_leaves() -> None:
    assert lifetime_value(F(12), F(0)) is None
    assert capped_value(F(12), F(0)) == 432  # 36 × 12


def test_a_capped_value_stays_below_the_whole() -> None:
    assert capped_value(F(12), F(1, 2), months=3) == 21  # 12 + 6 + 3
    assert capped_value(F(12), F(5, 100)) < 240
    assert capped_value(F(12), F(1)) == 12  # everybody leaves at once


def test_what_never_comes_back() -> None:
    assert payback_months(F(80), F(0)) is None
    assert payback_months(F(80), F(-1)) is None
