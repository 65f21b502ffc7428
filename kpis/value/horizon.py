"""What a customer will leave over the next months: purchases × value × margin, discounted (KPIS E.3)."""

from kpis.value import science
from kpis.value.repeat_buying import RepeatBuying
from kpis.value.science import Vector

WEEKS_PER_MONTH = 365.25 / 84  # a twelfth of a mean year
MONTHS = 12
#: What a month's delay costs: 1 %, the rate of KPIS E.3 and of the published example.
MONTHLY_DISCOUNT = 0.01


def expected_by_month(
    model: RepeatBuying, x: Vector, t_x: Vector, age: Vector, months: int = MONTHS
) -> Vector:
    """Purchases expected in each of the next months: a row per customer, a column per month."""
    numpy = science.numpy()
    ends = [
        model.expected_purchases(x, t_x, age, WEEKS_PER_MONTH * month)
        for month in range(1, months + 1)
    ]
    cumulative = numpy.stack([numpy.zeros_like(ends[0]), *ends], axis=-1)
    return numpy.diff(cumulative, axis=-1)


def present_value(
    purchases: Vector, value: Vector, margin: float = 1.0, discount: float = MONTHLY_DISCOUNT
) -> Vector:
    """Sum over months k = 1 … of purchases × value × margin / (1 + discount)^k, per customer."""
    numpy = science.numpy()
    months = numpy.arange(1, purchases.shape[-1] + 1)
    return (purchases / (1 + discount) ** months).sum(axis=-1) * value * margin
