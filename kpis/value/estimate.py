"""From the histories of a client's customers to what the next months will bring (KPIS E.1 to E.3).

1. The gates that need no fit. 2. Value and frequency must be independent. 3. Both fits. 4. What is
expected of each customer, of all together, and of a new one. What is not possible stops there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpis.value import repeat_buying, science, spending
from kpis.value.fitting import NotConverged
from kpis.value.gates import Buying, Gate, gate_of_correlation, unmet
from kpis.value.horizon import MONTHS, WEEKS_PER_MONTH, expected_by_month, present_value
from kpis.value.repeat_buying import RepeatBuying
from kpis.value.science import Vector
from kpis.value.spending import Spending

TOP = 50
DAYS_PER_WEEK = 7

#: Told at each stage: purchases, spending, expecting.
Told = Callable[[str], None]


@dataclass(frozen=True)
class Histories:
    """One entry per customer and column. Days are counted from the first purchase.

    `repeats`: days with a purchase after the first; `last_day`, `age`: days to the last of them and
    to the as-of date; `spent`: the value of the repeat purchases.
    """

    customers: Sequence[int]
    repeats: Sequence[int]
    last_day: Sequence[int]
    age: Sequence[int]
    spent: Sequence[float]

    def buying(self, days_since: int = 0, contracts: int = 0, without_rate: int = 0) -> Buying:
        """What the gates look at; `days_since` the as-of date until now."""
        quiet = [age - last for age, last in zip(self.age, self.last_day, strict=True)]
        return Buying(
            buyers=len(self.customers),
            oldest=max(self.age, default=0) + days_since,
            newest=min(quiet, default=0) + days_since,
            most_orders=max(self.repeats, default=-1) + 1,
            contracts=contracts,
            without_rate=without_rate,
        )


@dataclass(frozen=True)
class Estimate:
    """What came of it. Without models the gates say why."""

    gates: tuple[Gate, ...]
    buying: RepeatBuying | None = None
    spending: Spending | None = None
    log_likelihoods: tuple[float, float] | None = None
    results: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, float]:
        return {**vars(self.buying), **vars(self.spending)} if self.buying else {}


def estimate(
    histories: Histories, gates: Sequence[Gate], margin: float | None, told: Told
) -> Estimate:
    """The models of these customers. `margin` None: values stay on revenue."""
    if unmet(gates):
        return Estimate(tuple(gates))
    numpy = science.numpy()
    x = numpy.asarray(histories.repeats, dtype=float)
    t_x = numpy.asarray(histories.last_day, dtype=float) / DAYS_PER_WEEK
    age = numpy.asarray(histories.age, dtype=float) / DAYS_PER_WEEK
    m = numpy.asarray(histories.spent, dtype=float) / numpy.maximum(x, 1)
    gates = (*gates, gate_of_correlation(spending.correlation(m, x)))
    if unmet(gates):
        return Estimate(gates)
    try:
        told("purchases")
        buying, of_buying = repeat_buying.fit(x, t_x, age)
        told("spending")
        paying, of_paying = spending.fit(m, x)
    except NotConverged:
        return Estimate((*gates, Gate("converged", False, None, 0)))
    told("expecting")
    results = _results(histories, buying, paying, (x, t_x, age, m), margin)
    gates = (*gates, Gate("converged", True, None, 0))
    return Estimate(gates, buying, paying, (of_buying, of_paying), results)


def _results(
    histories: Histories,
    buying: RepeatBuying,
    paying: Spending,
    columns: tuple[Vector, Vector, Vector, Vector],
    margin: float | None,
) -> dict[str, Any]:
    """The next MONTHS months. What needs a population mean that does not exist is None."""
    numpy = science.numpy()
    x, t_x, age, m = columns
    share = 1.0 if margin is None else margin
    by_month = expected_by_month(buying, x, t_x, age)
    purchases = by_month.sum(axis=-1)
    alive = buying.p_alive(x, t_x, age)
    each = paying.expected_value(m, x)
    values = present_value(by_month, each, share)
    order = numpy.argsort(-numpy.nan_to_num(values, nan=-1.0), kind="stable")[:TOP]
    return {
        "months": MONTHS,
        "customers": len(histories.customers),
        "alive": float(alive.sum()),
        "purchases": float(purchases.sum()),
        "revenue": _known(float((purchases * each).sum())),
        "value": _known(float(values.sum())),
        "new_customer_purchases": buying.expected_of_new(WEEKS_PER_MONTH * MONTHS),
        "mean_purchase": paying.population_mean,
        "top": [
            {
                "customer": int(histories.customers[index]),
                "repeats": int(x[index]),
                "days_since": int(histories.age[index] - histories.last_day[index]),
                "alive": float(alive[index]),
                "purchases": float(purchases[index]),
                "mean_purchase": _known(float(each[index])),
                "value": _known(float(values[index])),
            }
            for index in order
        ],
    }


def _known(number: float) -> float | None:
    return number if number == number else None  # not a number is not equal to itself
