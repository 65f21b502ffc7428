"""Maximum likelihood over positive parameters: several starts, and no answer rather than a bad one."""

from collections.abc import Callable, Sequence
from math import exp, isfinite, log

from kpis.value import science
from kpis.value.science import Vector

#: (log-likelihood, its slope by each parameter) at given parameters.
Likelihood = Callable[[Vector], tuple[float, Vector]]

#: A parameter that runs beyond this (in either direction) means that the data do not hold it.
EDGE = 1e6
#: The slope per customer, by the logarithm of a parameter, that counts as flat.
FLAT = 1e-6


class NotConverged(Exception):
    """No start ended on a maximum inside the allowed range."""


def maximum(
    likelihood: Likelihood, starts: Sequence[Sequence[float]], cases: int
) -> tuple[tuple[float, ...], float]:
    """The parameters with the highest likelihood, and its logarithm.

    1. The search is over logarithms, so that parameters stay positive; slopes are exact.
    2. Each start is followed to its end with BFGS. Ends that are not flat, not finite or beyond
       EDGE do not count.
    3. The best end wins. Raises NotConverged if there is none.
    """
    numpy, optimize = science.numpy(), science.optimize()

    def loss(logs: Vector) -> tuple[float, Vector]:
        with numpy.errstate(all="ignore"):
            parameters = numpy.exp(numpy.clip(logs, -log(EDGE) - 5, log(EDGE) + 5))
            height, slope = likelihood(parameters)
        if not isfinite(height) or not numpy.all(numpy.isfinite(slope)):
            return 1e300, numpy.zeros_like(logs)
        return -height / cases, -slope * parameters / cases

    ends = []
    for start in starts:
        first = numpy.log(numpy.asarray(start, dtype=float))
        found = optimize.minimize(loss, first, jac=True, method="BFGS", options={"gtol": FLAT / 10})
        lowest, slope = loss(found.x)
        is_inside = all(1 / EDGE < exp(min(each, 700.0)) < EDGE for each in found.x)
        if lowest < 1e299 and is_inside and float(numpy.max(numpy.abs(slope))) < FLAT:
            ends.append((lowest, tuple(float(each) for each in numpy.exp(found.x))))
    if not ends:
        raise NotConverged
    lowest, parameters = min(ends)
    return parameters, -lowest * cases
