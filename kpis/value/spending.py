"""Gamma-Gamma: what a customer spends per purchase (Fader and Hardie 2013; KPIS E.3).

m is the mean value of a customer's x repeat purchases. Who buys often must not spend more or less
per purchase for it: see the correlation in `kpis.value.gates`.
"""

from dataclasses import dataclass

from kpis.value import science
from kpis.value.fitting import NotConverged, maximum
from kpis.value.science import Vector


@dataclass(frozen=True)
class Spending:
    """Purchases of one customer vary as a gamma of shape p; the customers' means by (q, gamma)."""

    p: float
    q: float
    gamma: float

    @property
    def population_mean(self) -> float | None:
        """The mean value of a purchase over all customers; None unless q > 1."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else None

    def expected_value(self, m: Vector, x: Vector) -> Vector:
        """E[M] per customer; the population's mean where x = 0 (not a number unless q > 1)."""
        numpy = science.numpy()
        m, x = numpy.asarray(m, dtype=float), numpy.asarray(x, dtype=float)
        known = self.p * (self.gamma + m * x) / (self.p * numpy.maximum(x, 1) + self.q - 1)
        mean = self.population_mean
        return numpy.where(x > 0, known, numpy.nan if mean is None else mean)


def log_likelihood(
    parameters: Vector, m: Vector, x: Vector, customers: Vector
) -> tuple[float, Vector]:
    """The sum over all customers and its slope by p, q and gamma."""
    numpy, special = science.numpy(), science.special()
    p, q, gamma = parameters
    whole, above = p * x + q, gamma + m * x
    height = numpy.sum(
        customers
        * (
            special.gammaln(whole) - special.gammaln(p * x) - special.gammaln(q)
            + q * numpy.log(gamma) + (p * x - 1) * numpy.log(m) + p * x * numpy.log(x)
            - whole * numpy.log(above)
        )
    )  # fmt: skip
    by_p = x * (
        special.digamma(whole) - special.digamma(p * x)
        + numpy.log(m) + numpy.log(x) - numpy.log(above)
    )  # fmt: skip
    by_q = special.digamma(whole) - special.digamma(q) + numpy.log(gamma) - numpy.log(above)
    by_gamma = q / gamma - whole / above
    slope = [numpy.sum(customers * each) for each in (by_p, by_q, by_gamma)]
    return float(height), numpy.array(slope)


def fit(m: Vector, x: Vector) -> tuple[Spending, float]:
    """The model of those with a repeat purchase of some value, and the log-likelihood.

    Values are scaled to about 1 for the search. Raises NotConverged.
    """
    numpy = science.numpy()
    m, x = numpy.asarray(m, dtype=float), numpy.asarray(x, dtype=float)
    counted = (x > 0) & (m > 0)
    if int(counted.sum()) < 2:
        raise NotConverged
    m, x = m[counted], x[counted]
    unit = float(m.mean())
    (m, x), customers = numpy.unique(numpy.stack([m, x]), axis=1, return_counts=True)

    def likelihood(parameters: Vector) -> tuple[float, Vector]:
        return log_likelihood(parameters, m / unit, x, customers)

    starts = [(1.0, 2.0, 1.0), (6.0, 4.0, 0.4), (3.0, 10.0, 3.0), (20.0, 2.0, 0.05)]
    (p, q, gamma), height = maximum(likelihood, starts, int(customers.sum()))
    height -= float(customers.sum()) * float(numpy.log(unit))
    return Spending(p, q, gamma * unit), height


def correlation(m: Vector, x: Vector) -> float | None:
    """Pearson's, of value and number of repeat purchases; None where one of them does not vary."""
    numpy = science.numpy()
    m, x = numpy.asarray(m, dtype=float), numpy.asarray(x, dtype=float)
    counted = (x > 0) & (m > 0)
    m, x = m[counted], x[counted]
    if m.size < 2 or float(m.std()) == 0 or float(x.std()) == 0:
        return None
    return float(numpy.corrcoef(m, x)[0, 1])
