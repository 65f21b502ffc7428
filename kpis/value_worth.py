"""What a client's customers have left so far: all of them, by cohort, and chained by age (KPIS E.1)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from accounts.models import Client
from kpis.catalogue import Parameters
from kpis.parameters import history_of
from kpis.services import Standing, standing_of
from kpis.value.cohorts import Age, Cohort, chained, cohorts_of, is_chain_sound
from kpis.value_queries import CohortRows, cohort_rows, foreign_amounts
from kpis.value_services import as_of_day

DAYS_PER_MONTH = Fraction(36525, 1200)  # a twelfth of a mean year


@dataclass(frozen=True)
class Worth:
    """As of a day, in the client's currency, on the basis of profit that the parameters name.

    `foreign`: sales and refunds in another currency. Where there are any nothing can be added up,
    and the rest is empty. `chain` is there whatever the size of the cohorts: `is_sound` says
    whether it may be relied on.
    """

    as_of: date
    parameters: Parameters
    customers: int = 0
    total: Fraction = Fraction(0)
    months_observed: Fraction | None = None
    cohorts: tuple[Cohort, ...] = ()
    chain: tuple[Age, ...] = ()
    foreign: int = 0

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
    if foreign := foreign_amounts(client, as_of):
        return Worth(as_of, parameters, foreign=foreign)
    rows = cohort_rows(client, as_of, history)
    customers = sum(rows.customers.values())
    cohorts = _cohorts(rows, as_of)
    return Worth(
        as_of,
        parameters,
        customers,
        sum((Fraction(each) for each in rows.values.values()), Fraction(0)),
        Fraction(rows.known_days, customers) / DAYS_PER_MONTH if customers else None,
        cohorts,
        chained(cohorts),
    )


def _cohorts(rows: CohortRows, as_of: date) -> tuple[Cohort, ...]:
    profits = {key: Fraction(value) for key, value in rows.values.items()}
    return cohorts_of(rows.customers, profits, rows.active, as_of)
