"""What a client's customers have left so far: all of them, by cohort, and chained by age (KPIS E.1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from accounts.models import Client
from kpis.catalogue import Parameters
from kpis.coverage import Coverage
from kpis.customer_value.queries import CohortRows, amounts_without_rate, cohort_rows
from kpis.parameters import history_of
from kpis.services import Standing, standing_of
from kpis.value.cohorts import Age, Cohort, chained, cohorts_of, is_chain_sound

DAYS_PER_MONTH = Fraction(36525, 1200)  # a twelfth of a mean year


@dataclass(frozen=True)
class Worth:
    """As of a day, in the client's currency, on the basis of profit that the parameters name.

    `without_rate`: sales and refunds in another currency that cannot be converted; `uncosted`: those
    of which nobody knows what the goods cost, while there is no margin either. Where there are any
    of one or the other nothing can be added up, and the rest is empty. `chain` is there whatever
    the size of the cohorts: `is_sound` says whether it may be relied on.
    """

    as_of: date
    parameters: Parameters
    customers: int = 0
    total: Fraction = Fraction(0)
    months_observed: Fraction | None = None
    cohorts: tuple[Cohort, ...] = ()
    chain: tuple[Age, ...] = ()
    margin: Fraction | None = None  # what is left of revenue; None on the basis of revenue
    without_rate: int = 0
    uncosted: int = 0

    @property
    def historical(self) -> Fraction | None:
        """What a customer has left so far, on average; None without customers."""
        return self.total / self.customers if self.customers else None

    @property
    def is_sound(self) -> bool:
        return is_chain_sound(self.cohorts)

    @property
    def is_on_revenue(self) -> bool:
        return self.parameters.profit_basis == "revenue"


def worth_of(client: Client, standing: Standing | None = None) -> Worth:
    """Recomputed from the rows of sales and refunds. Inside a scope that holds the client."""
    as_of = as_of_day(client, standing or standing_of(client))
    history = history_of(client)
    parameters = history.on(as_of)
    if without_rate := amounts_without_rate(client, as_of):
        return Worth(as_of, parameters, without_rate=without_rate)
    rows = cohort_rows(client, as_of, history)
    if rows.unknown:
        return Worth(as_of, parameters, uncosted=rows.unknown)
    customers = sum(rows.customers.values())
    cohorts = _cohorts(rows, as_of)
    total = sum((Fraction(each) for each in rows.values.values()), Fraction(0))
    return Worth(
        as_of,
        parameters,
        customers,
        total,
        Fraction(rows.known_days, customers) / DAYS_PER_MONTH if customers else None,
        cohorts,
        chained(cohorts),
        _margin(parameters, total, rows),
    )


def as_of_day(client: Client, standing: Standing | None = None) -> date:
    """The last day whose sales are all there: what comes after it would look like no purchases."""
    standing = standing or standing_of(client)
    last = standing.last_complete
    known = Coverage(last, last, last + timedelta(days=1), standing.spans).known.get("sales")
    return last if known is None or known.end == date.min else min(last, known.end)


def _margin(parameters: Parameters, total: Fraction, rows: CohortRows) -> Fraction | None:
    """As the client says it; with the cost of goods, what has been left of all revenue so far."""
    if parameters.profit_basis == "margin" and parameters.margin is not None:
        return Fraction(parameters.margin)
    if parameters.profit_basis == "cost_of_goods" and rows.revenue > 0:
        return total / Fraction(rows.revenue)
    return None


def _cohorts(rows: CohortRows, as_of: date) -> tuple[Cohort, ...]:
    profits = {key: Fraction(value) for key, value in rows.values.items()}
    return cohorts_of(rows.customers, profits, rows.active, as_of)
