"""BG/NBD and Gamma-Gamma: the published figures, the refits, and what is refused."""

from functools import cache

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.value import repeat_buying, spending
from kpis.value.fitting import NotConverged, maximum
from kpis.value.horizon import WEEKS_PER_MONTH, expected_by_month, present_value
from kpis.value.repeat_buying import RepeatBuying
from kpis.value.spending import Spending, correlation
from tests.real_data import needs, rows_of

PUBLISHED = RepeatBuying(r=0.243, alpha=4.414, a=0.793, b=2.426)
PUBLISHED_SPENDING = Spending(p=6.25, q=3.74, gamma=15.44)
#: Customer 1 of CDNOW: two repeat purchases, the last in week 30.43 of 38.86, 22.35 dollars each.
FIRST = (2, 30.43, 38.86)
near = pytest.approx


@cache
def cdnow() -> dict[str, numpy.ndarray]:
    rows = rows_of("cdnow", "cdnow_customers_summary_with_transactions.csv")
    return {name: numpy.array([float(row[name]) for row in rows]) for name in rows[0]}


# --- with the published parameters -----------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "alive"),
    [
        (FIRST, 0.726579),
        ((4, 35.14, 38.86), 0.823719),
        ((2, 10, 38.86), 0.268446),
        ((0, 0, 38.86), 1),
    ],
)
def test_who_still_buys(history: tuple[float, float, float], alive: float) -> None:
    assert float(PUBLISHED.p_alive(*history)) == near(alive, abs=1e-6)


def test_purchases_expected_of_a_customer() -> None:
    assert float(PUBLISHED.expected_purchases(*FIRST, 39)) == near(1.226028, abs=1e-6)
    assert float(PUBLISHED.expected_purchases(0, 0, 38.86, 39)) == near(0.195098, abs=1e-6)
    assert float(PUBLISHED.expected_purchases(*FIRST, 0)) == 0


def test_value_over_twelve_months() -> None:
    """KPIS E.3: 12 months, 1 % a month, margin 40 %, published parameters."""
    purchases = expected_by_month(PUBLISHED, *FIRST, months=12)
    value = PUBLISHED_SPENDING.expected_value(22.35, 2)

    assert float(value) == near(24.6637, abs=1e-4)
    assert float(purchases.sum()) == near(1.563100, abs=1e-6)
    assert float(purchases.sum() * value) == near(38.5518, abs=1e-4)
    assert float(present_value(purchases, value)) == near(36.3113, abs=1e-4)
    assert float(present_value(purchases, value, margin=0.4)) == near(14.5245, abs=1e-4)
    assert near(4.348214, abs=1e-6) == WEEKS_PER_MONTH


def test_a_population_without_a_mean() -> None:
    endless = Spending(p=6.25, q=1.0, gamma=15.44)
    assert endless.population_mean is None
    assert numpy.isnan(endless.expected_value([0.0], [0.0])).all()
    assert float(endless.expected_value(20, 2)) > 0  # who has bought twice has a mean of their own


def test_frequent_buyers_stay_finite() -> None:
    for x in (100, 5_000, 200_000):
        expected = float(PUBLISHED.expected_purchases(x, 38.8, 38.86, 39))
        assert 0 < expected < 39 * (0.243 + x) / (4.414 + 38.86)
    assert float(PUBLISHED.p_alive(5_000, 1, 38.86)) == near(0, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.05, 5), st.floats(0.1, 50), st.floats(0.05, 4), st.floats(0.05, 8),
    st.integers(0, 60), st.floats(0, 1), st.floats(1, 200),
)  # fmt: skip
def test_expectations_are_sane(
    r: float, alpha: float, a: float, b: float, x: int, share: float, age: float
) -> None:
    """Between none and what a living customer would buy; more in a longer time; a gap is no gap."""
    model = RepeatBuying(r, alpha, a, b)
    t_x = share * age if x else 0.0
    alive = float(model.p_alive(x, t_x, age))
    short, long = (float(model.expected_purchases(x, t_x, age, ahead)) for ahead in (10, 20))

    assert 0 <= alive <= 1
    assert 0 <= short <= long + 1e-9
    assert long <= 20 * (r + x) / (alpha + age) * alive * (1 + 1e-6) + 1e-9


@pytest.mark.parametrize(("a", "b"), [(1.0, 2.4), (0.4, 0.6), (1.0, 1.0)])
def test_the_removable_gaps(a: float, b: float) -> None:
    at, beside = (RepeatBuying(0.243, 4.414, each, b) for each in (a, a + 1e-5))
    for history in (FIRST, (0, 0, 38.86)):
        expected = float(beside.expected_purchases(*history, 39))
        assert float(at.expected_purchases(*history, 39)) == near(expected, rel=1e-4)


# --- refitted --------------------------------------------------------------------------------


@needs("cdnow")
def test_repeat_buying_refitted() -> None:
    data = cdnow()
    model, height = repeat_buying.fit(data["x"], data["t_x"], data["T"])

    assert (model.r, model.alpha, model.a, model.b) == near(
        (0.242593, 4.413531, 0.792886, 2.425754), abs=0.0001
    )
    assert (model.r, model.alpha, model.a, model.b) == near((0.243, 4.414, 0.793, 2.426), abs=0.001)
    assert height == near(-9582.4256, abs=0.001)
    assert float(model.expected_purchases(*FIRST, 39)) == near(1.225910, abs=1e-5)
    published = {
        0.1429: 0.0078, 1: 0.0532, 3: 0.1506, 31.8571: 1.0405, 32: 1.0437, 78: 1.8576
    }  # fmt: skip
    for ahead, expected in published.items():
        assert model.expected_of_new(ahead) == near(expected, abs=0.001)
    assert model.expected_of_new(78) == near(1.8580, abs=0.0001)
    # What the next 39 weeks were expected to bring: 1,653.42 purchases (there were 1,882).
    ahead = model.expected_purchases(data["x"], data["t_x"], data["T"], 39)
    assert float(ahead.sum()) == near(1653.42, abs=0.01)


@needs("cdnow")
def test_spending_refitted() -> None:
    data = cdnow()
    repeaters = (data["x"] > 0) & (data["zbar"] > 0)
    model, _height = spending.fit(data["zbar"], data["x"])

    assert int(repeaters.sum()) == 946
    assert (model.p, model.q, model.gamma) == near((6.248802, 3.744588, 15.447750), abs=0.001)
    means = model.expected_value([22.35, 11.77, 73.74, 0], [2, 1, 7, 0])
    assert list(means) == near([24.6586, 18.9115, 71.4629, 35.1710], abs=0.001)
    assert model.population_mean == near(35.1710, abs=0.001)
    assert correlation(data["zbar"], data["x"]) == near(0.1139, abs=0.0001)


@needs("cdnow")
def test_value_as_lifetimes_prints_it() -> None:
    """Its documented example: 12 "months" of 30 units of time, which are weeks here; 1 %, revenue."""
    data = cdnow()
    model, _ = repeat_buying.fit(data["x"], data["t_x"], data["T"])
    paying, _ = spending.fit(data["zbar"], data["x"])
    histories = (data["x"], data["t_x"], data["T"])
    sums = [model.expected_purchases(*histories, 30 * month) for month in range(13)]
    by_month = numpy.diff(numpy.stack(sums, axis=-1), axis=-1)
    values = present_value(by_month, paying.expected_value(data["zbar"], data["x"]))

    assert list(values[:6]) == near([140.096, 18.943, 38.181, 38.181, 38.181, 1003.868], abs=0.001)


@needs("cdnow")
def test_order_and_doubling_change_nothing() -> None:
    """The sum over customers does not know their order; twice the customers, twice the logarithm."""
    data = cdnow()
    some = slice(0, 600)
    x, t_x, age = data["x"][some], data["t_x"][some], data["T"][some]
    once, height = repeat_buying.fit(x, t_x, age)
    again, double = repeat_buying.fit(*(numpy.tile(each[::-1], 2) for each in (x, t_x, age)))

    assert (again.r, again.alpha, again.a, again.b) == near((once.r, once.alpha, once.a, once.b), rel=1e-3)  # fmt: skip
    assert double == near(2 * height, rel=1e-6)


def test_slopes_are_the_slopes() -> None:
    """Each likelihood's own slope against differences of it."""
    x, t_x, age = (numpy.array(each, float) for each in ([0, 1, 4], [0, 9, 30], [40, 20, 33]))
    count, m = numpy.array([3.0, 1.0, 2.0]), numpy.array([10.0, 35.0, 20.0])
    repeats = numpy.array([1.0, 2.0, 5.0])
    for likelihood, at, rest in (
        (repeat_buying.log_likelihood, [0.4, 5.0, 0.9, 2.0], (x, t_x, age, count)),
        (spending.log_likelihood, [5.0, 3.5, 14.0], (m, repeats, count)),
    ):
        _, slope = likelihood(numpy.array(at), *rest)
        for index in range(len(at)):
            step = numpy.eye(len(at))[index] * 1e-5
            up, _ = likelihood(numpy.array(at) + step, *rest)
            down, _ = likelihood(numpy.array(at) - step, *rest)
            assert slope[index] == near((up - down) / 2e-5, rel=1e-4, abs=1e-6)


# --- refused ---------------------------------------------------------------------------------


def test_nobody_came_back() -> None:
    with pytest.raises(NotConverged):
        repeat_buying.fit([0, 0, 0], [0, 0, 0], [10, 20, 30])
    with pytest.raises(NotConverged):
        repeat_buying.fit([], [], [])
    with pytest.raises(NotConverged):
        spending.fit([0, 0], [0, 0])


def test_everybody_spends_the_same() -> None:
    """Without any variation the shapes run away: there is no maximum, so there is no model."""
    with pytest.raises(NotConverged):
        spending.fit([20.0] * 50, [3.0] * 50)


def test_a_likelihood_without_a_top() -> None:
    with pytest.raises(NotConverged):
        maximum(lambda p: (float(p[0]), numpy.ones(1)), [(1.0,)], 1)
    with pytest.raises(NotConverged):
        maximum(lambda p: (float("nan"), numpy.ones(1)), [(1.0,)], 1)


def test_correlation_of_what_does_not_vary() -> None:
    assert correlation([10, 20], [1, 1]) is None
    assert correlation([10, 20, 99], [1, 2, 0]) == near(1)
