"""The statistics against SciPy's, on random tables. SciPy is an oracle here and nothing else."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpis.trials.arms import Arm
from kpis.trials.belief import posterior, probability_to_beat
from kpis.trials.distributions import chi_square_tail, quantile, two_sided
from kpis.trials.intervals import newcombe, wilson
from kpis.trials.significance import chi_square, fisher, overall, sign_test, yates

stats: Any = pytest.importorskip("scipy.stats")
integrate: Any = pytest.importorskip("scipy.integrate")


@st.composite
def arms(draw: st.DrawFn, most: int = 400) -> Arm:
    visitors = draw(st.integers(1, most))
    return Arm(visitors, draw(st.integers(0, visitors)))


def table(*tested: Arm) -> list[list[int]]:
    return [[arm.conversions, arm.missed] for arm in tested]


@given(arms(), arms())
def test_fisher(a: Arm, b: Arm) -> None:
    assert fisher(a, b).p == pytest.approx(stats.fisher_exact(table(a, b))[1], rel=1e-7, abs=1e-12)


@given(arms(), arms(), arms())
def test_chi_square_of_two_and_three(a: Arm, b: Arm, c: Arm) -> None:
    assume(0 < a.conversions + b.conversions < a.visitors + b.visitors)
    for ours, is_corrected in ((chi_square(a, b), False), (yates(a, b), True)):
        theirs = stats.chi2_contingency(table(a, b), correction=is_corrected)
        assert ours and ours.statistic == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-12)
        assert ours.p == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-12)
    three = overall([a, b, c])
    theirs = stats.chi2_contingency(table(a, b, c), correction=False)
    assert three and three.p == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-12)


@given(st.floats(0.001, 80), st.integers(1, 12))
def test_tails(value: float, freedom: int) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(stats.chi2.sf(value, freedom), rel=1e-9)
    assert two_sided(value / 8) == pytest.approx(2 * stats.norm.sf(value / 8), rel=1e-9)


@given(st.floats(0.0001, 0.9999))
def test_quantiles(probability: float) -> None:
    assert quantile(probability) == pytest.approx(stats.norm.ppf(probability), abs=1e-9)


@given(arms(), st.sampled_from([0.9, 0.95, 0.99]))
def test_wilson(arm: Arm, level: float) -> None:
    theirs = stats.binomtest(arm.conversions, arm.visitors).proportion_ci(level, method="wilson")
    ours = wilson(arm, level)
    assert ours and (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert newcombe(arm, arm) is not None


@settings(max_examples=30)
@given(arms(200), arms(200))
def test_probability_to_beat(a: Arm, b: Arm) -> None:
    """By integration: the chance that B is above x, over A's density."""
    of_a, of_b = stats.beta(*posterior(a)), stats.beta(*posterior(b))
    points = sorted({of_a.mean(), of_b.mean()})
    found, _error = integrate.quad(
        lambda x: of_a.pdf(x) * of_b.sf(x), 0, 1, points=points, limit=400
    )
    assert probability_to_beat(a, b) == pytest.approx(found, abs=1e-6)


@given(st.integers(0, 60), st.integers(0, 60))
def test_signs(above: int, below: int) -> None:
    assume(above + below)
    theirs = stats.binomtest(above, above + below).pvalue
    assert sign_test(above, below).p == pytest.approx(theirs, rel=1e-9)
