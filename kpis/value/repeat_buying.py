"""BG/NBD: who still buys, and how often (Fader, Hardie and Lee 2005; KPIS E.2).

A history is x repeat purchases (days with a purchase after the first), t_x the age at the last of
them, T the age now, in one unit of time. Everything is computed in logarithms.
"""

from dataclasses import dataclass
from math import isfinite

from kpis.value import science
from kpis.value.fitting import NotConverged, maximum
from kpis.value.science import Vector

#: The expectation has a removable gap at a = 1 and at a + b = 1; beside it, it is exact enough.
_GAP = 1e-7


@dataclass(frozen=True)
class RepeatBuying:
    """Buying rates vary as a gamma (r, alpha), the chance to stop after a purchase as a beta (a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    @property
    def _stopping(self) -> tuple[float, float]:
        a = self.a if abs(self.a - 1) > _GAP else 1 + _GAP
        b = self.b if abs(a + self.b - 1) > _GAP else self.b + _GAP
        return a, b

    def p_alive(self, x: Vector, t_x: Vector, age: Vector) -> Vector:
        """The probability that a customer has not stopped. 1 without a repeat purchase."""
        numpy = science.numpy()
        x, t_x, age = (numpy.asarray(each, dtype=float) for each in (x, t_x, age))
        return 1 / (1 + self._odds_of_stopped(x, t_x, age))

    def expected_purchases(self, x: Vector, t_x: Vector, age: Vector, ahead: float) -> Vector:
        """E[Y(t)]: purchases expected in the next `ahead` units of time, given the history.

        Euler's transformation of the published 2F1 keeps it finite for frequent buyers.
        """
        numpy, special = science.numpy(), science.special()
        x, t_x, age = (numpy.asarray(each, dtype=float) for each in (x, t_x, age))
        a, b = self._stopping
        c = a + b + x - 1
        left = (self.alpha + age) / (self.alpha + age + ahead)
        series = special.hyp2f1(a + b - 1 - self.r, a - 1, c, 1 - left)
        return c / (a - 1) * (1 - left ** (a - 1) * series) / (
            1 + self._odds_of_stopped(x, t_x, age)
        )  # fmt: skip

    def expected_of_new(self, ahead: float) -> float:
        """E[X(t)]: repeat purchases expected of a new customer in its first `ahead` units of time."""
        return float(self.expected_purchases(0.0, 0.0, 0.0, ahead))

    def _odds_of_stopped(self, x: Vector, t_x: Vector, age: Vector) -> Vector:
        numpy = science.numpy()
        repeats = numpy.maximum(x, 1)
        odds = numpy.log(self.a) - numpy.log(self.b + repeats - 1) + (self.r + x) * (
            numpy.log(self.alpha + age) - numpy.log(self.alpha + t_x)
        )  # fmt: skip
        return numpy.where(x > 0, numpy.exp(numpy.minimum(odds, 700)), 0.0)


def log_likelihood(
    parameters: Vector, x: Vector, t_x: Vector, age: Vector, customers: Vector
) -> tuple[float, Vector]:
    """The sum over all customers and its slope by r, alpha, a and b. `customers` share a history."""
    numpy, special = science.numpy(), science.special()
    r, alpha, a, b = parameters
    repeats = numpy.maximum(x, 1)
    purchases = special.gammaln(r + x) - special.gammaln(r) + r * numpy.log(alpha)
    stops = (
        special.gammaln(a + b) + special.gammaln(b + x)
        - special.gammaln(b) - special.gammaln(a + b + x)
    )  # fmt: skip
    alive = -(r + x) * numpy.log(alpha + age)
    stopped = numpy.where(
        x > 0, numpy.log(a) - numpy.log(b + repeats - 1) - (r + x) * numpy.log(alpha + t_x), -numpy.inf
    )  # fmt: skip
    either = numpy.logaddexp(alive, stopped)
    height = numpy.sum(customers * (purchases + stops + either))

    share = numpy.exp(stopped - either)  # of the likelihood that comes from having stopped
    by_r = (
        special.digamma(r + x) - special.digamma(r) + numpy.log(alpha)
        - (1 - share) * numpy.log(alpha + age) - share * numpy.log(alpha + t_x)
    )  # fmt: skip
    by_alpha = r / alpha - (r + x) * ((1 - share) / (alpha + age) + share / (alpha + t_x))
    both = special.digamma(a + b) - special.digamma(a + b + x)
    by_a = both + share / a
    by_b = both + special.digamma(b + x) - special.digamma(b) - share / (b + repeats - 1)
    slope = [numpy.sum(customers * each) for each in (by_r, by_alpha, by_a, by_b)]
    return float(height), numpy.array(slope)


def fit(x: Vector, t_x: Vector, age: Vector) -> tuple[RepeatBuying, float]:
    """The model that makes the histories most likely, and the log-likelihood.

    Ages are scaled to about 1 for the search. Raises NotConverged, also where nobody ever came
    back: then no rate can be told.
    """
    numpy = science.numpy()
    x, t_x, age = (numpy.asarray(each, dtype=float) for each in (x, t_x, age))
    if x.size == 0 or not numpy.any(x > 0) or float(age.max()) <= 0:
        raise NotConverged
    unit = float(age.mean())
    same, customers = numpy.unique(numpy.stack([x, t_x, age]), axis=1, return_counts=True)
    x, t_x, age = same

    def likelihood(parameters: Vector) -> tuple[float, Vector]:
        return log_likelihood(parameters, x, t_x / unit, age / unit, customers)

    starts = [
        (1.0, 1.0, 1.0, 1.0),
        (0.25, 0.15, 0.8, 2.5),
        (0.5, 1.0, 0.1, 5.0),
        (3.0, 2.0, 0.5, 1.0),
    ]
    (r, alpha, a, b), height = maximum(likelihood, starts, int(customers.sum()))
    # In the scaled unit the density of x purchases is unit^x times that in the original one.
    height -= float(numpy.sum(customers * x)) * float(numpy.log(unit))
    if not isfinite(height):
        raise NotConverged
    return RepeatBuying(r, alpha * unit, a, b), height
