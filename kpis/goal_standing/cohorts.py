"""Forecasts of goals on cohort KPIs: their members by day and age, one statement for each KPI and part.

The snapshot holds what converted within the window; at which age is read from the facts. Completing
cohorts is `kpis.forecast.maturing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from kpis.forecast.maturing import Ages, is_sound, rate_at_the_end
from kpis.goal_standing.forecasts import GoalForecast, Subject, chance
from kpis.goal_standing.values import Asker, Filters
from kpis.goals.terms import PERIOD
from kpis.queries import COLUMNS, narrowed

#: Days of the past that are read before a goal's own.
MOST_DAYS = 730
MODEL = "cohorts"


@dataclass(frozen=True)
class _Chain:
    """From which day of a lead to which: columns, who is a member, whose lead it is."""

    start: str
    outcome: str
    where: str
    salesperson: str


_CREATED = "fact.status = 'valid'"
CHAINS: Mapping[str, _Chain] = {
    "lead_to_mql_rate": _Chain("created_on", "mql_on", _CREATED, "first_salesperson_id"),
    "mql_to_sql_rate": _Chain(
        "mql_on",
        "sql_on",
        f"{_CREATED} AND (fact.mql_at IS NOT NULL OR fact.mql_date IS NOT NULL)",
        "mql_salesperson_id",
    ),
    "lead_to_customer_rate": _Chain(
        "created_on",
        "first_sale_on",
        f"{_CREATED} AND NOT fact.was_customer",
        "first_salesperson_id",
    ),
}
_AGES = """
SELECT fact.{start} AS day,
       CASE WHEN fact.{outcome} - fact.{start} BETWEEN 0 AND %s AND fact.{outcome} <= %s
            THEN fact.{outcome} - fact.{start} END AS age,
       count(*)
  FROM campaigns_lead AS fact
 WHERE fact.agency_id = %s AND fact.client_id = %s AND {where}
   AND fact.{start} BETWEEN %s AND %s{conditions}
 GROUP BY 1, 2"""


def cohort_forecasts_of(asker: Asker, subjects: Sequence[Subject]) -> dict[int, GoalForecast]:
    """By the subjects' keys; absent for other KPIs, for levels, and while too few have matured.

    Goals on the same KPI and part of the client share a statement, if its window is the same for them.
    """
    groups: dict[tuple[str, Filters, int], list[Subject]] = {}
    for each in subjects:
        if _is_open(asker, each):
            window = each.ask.kpi.matures_in(asker.parameters(each.terms.period))
            groups.setdefault((each.ask.kpi.key, each.ask.filters, window), []).append(each)
    found = {}
    for (key, filters, window), group in groups.items():
        ages = ages_of(asker, key, filters, window, group)
        for each in group:
            made = _forecast(each, ages)
            if made is not None:
                found[each.key] = made
    return found


def _is_open(asker: Asker, subject: Subject) -> bool:
    terms, ask = subject.terms, subject.ask
    if ask.kpi.key not in CHAINS or terms.accumulation != PERIOD:
        return False
    allowed = ask.kpi.dimensions(asker.parameters(terms.period))
    is_asked = set(dict(ask.filters)) <= set(allowed)
    return is_asked and terms.period.first <= subject.as_of < terms.period.last


def ages_of(
    asker: Asker, key: str, filters: Filters, window: int, group: Sequence[Subject]
) -> Ages:
    """The members of two years before the goals, and since, with the ages at which they converted."""
    chain, through = CHAINS[key], max(each.as_of for each in group)
    first = min(each.terms.period.first for each in group) - timedelta(days=MOST_DAYS)
    columns = {
        name: f"fact.{chain.salesperson if name == 'salesperson' else column}"
        for name, column in COLUMNS.items()
    }
    conditions, values = narrowed(dict(filters), columns)
    sql = _AGES.format(
        start=chain.start, outcome=chain.outcome, where=chain.where, conditions=conditions
    )
    client = asker.client
    own: list[Any] = [window, through, client.agency_id, client.pk, first, through, *values]
    members: dict[date, int] = {}
    hits: dict[date, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, own)
        for day, age, count in cursor.fetchall():
            members[day] = members.get(day, 0) + count
            if age is not None:
                hits.setdefault(day, {})[age] = count
    return Ages(through, window, dict(sorted(members.items())), hits)


def _forecast(subject: Subject, ages: Ages) -> GoalForecast | None:
    days = subject.terms.period
    found = rate_at_the_end(ages, days.first, days.last, subject.as_of)
    if found is None:
        return None
    low, high = found.interval()
    sound = is_sound(ages, days.first, days.last, subject.as_of)
    return GoalForecast(
        MODEL,
        found.value,
        max(0.0, low),
        min(1.0, high),
        chance(subject.terms, found) if sound else None,
    )
