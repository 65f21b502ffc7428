"""A client's own rates of late, which a big goal is taken apart with. The arithmetic is `kpis.goals.ladder`.

Numbers come from `kpis.services.answer`, under the filters and in the currency of the goal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from accounts.models import Client
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Period, unit_before, unit_of
from kpis.catalogue import Kpi
from kpis.goal_standing.progress import filters_of
from kpis.goals.ladder import Rate, Rates
from kpis.models import Goal
from kpis.question import Answer, Question, Row
from kpis.services import Standing, answer, calendar_of, standing_of

#: The KPIs that say a rate, the better one first.
SAID_BY: Mapping[Rate, tuple[str, ...]] = {
    "aov": ("aov",),
    "close": ("lead_to_customer_rate", "lead_close_ratio_period"),
    "visit_to_lead": ("traffic_to_lead_rate",),
    "cpl": ("cpl",),
}
MONTHS_BACK = 12
MONTHS_NOW = 3


@dataclass(frozen=True)
class Known:
    """A rate as it is now: which KPI says it, over which whole months."""

    key: str
    value: Fraction
    period: Period


@dataclass(frozen=True)
class Past:
    """What is known of the rates. `months` are those of the last twelve, oldest first; a month
    without a settled value of a rate has None there. `daily_spend` is in the goal's currency."""

    now: Mapping[Rate, Known]
    months: tuple[Rates, ...]
    daily_spend: Fraction | None

    @property
    def rates(self) -> Rates:
        return Rates(**{rate: known.value for rate, known in self.now.items()})


def past_of(client: Client, goal: Goal, standing: Standing | None = None) -> Past:
    """The client's rates of late. Inside a scope that holds the client.

    1. Each month of the last twelve, in one question. 2. Per rate, the first KPI that has settled
    months: a cohort that can still change, or a month with days missing, would lie. 3. Its value
    over the last three of them, one question per span.
    """
    standing = standing or standing_of(client)
    months = _months(client, standing)
    whole = Period(months[0].first, months[-1].last)
    keys = tuple(key for keys in SAID_BY.values() for key in keys)
    reply = _ask(client, goal, standing, (*keys, "ad_spend"), whole, by="month")
    now: dict[Rate, Known] = {}
    chosen: dict[Rate, str] = {}
    for rate, candidates in SAID_BY.items():
        for key in candidates:
            settled = [
                row.bucket for row in reply.rows if _is_settled(reply.kpis[key], row.values[key])
            ]
            if settled:
                recent = settled[-MONTHS_NOW:]
                found = _over(client, goal, standing, key, Period(recent[0].first, recent[-1].last))
                if found is not None:
                    now[rate], chosen[rate] = found, key
                    break
    months_said = tuple(_of_month(reply, row, chosen) for row in reply.rows)
    return Past(now, months_said, _daily(reply.rows))


def _months(client: Client, standing: Standing) -> list[Period]:
    rules = calendar_of(client)
    last = unit_of(standing.last_complete + ONE_DAY, "month", rules)
    found: list[Period] = []
    for _number in range(MONTHS_BACK):
        last = unit_before(last, "month", rules)
        found.append(last)
    return found[::-1]


def _ask(
    client: Client,
    goal: Goal,
    standing: Standing,
    keys: tuple[str, ...],
    period: Period,
    by: str | None = None,
) -> Answer:
    question = Question(keys, period, by=by, filters=dict(filters_of(goal)), currency=goal.currency)
    return answer(client, question, False, standing)


def _over(client: Client, goal: Goal, standing: Standing, key: str, period: Period) -> Known | None:
    value = _ask(client, goal, standing, (key,), period).only.values[key]
    return Known(key, Fraction(value.value), period) if value.value else None


def _is_settled(kpi: Kpi, value: Value) -> bool:
    """Whether a month's value can be built on: no days missing, no cohort that still changes."""
    is_young = bool(kpi.cohort_days) and value.state == "provisional"
    return bool(value.value) and value.state != "partial" and not is_young


def _of_month(reply: Answer, row: Row, chosen: Mapping[Rate, str]) -> Rates:
    said = {
        rate: Fraction(row.values[key].value or 0)
        for rate, key in chosen.items()
        if _is_settled(reply.kpis[key], row.values[key])
    }
    return Rates(**said)


def _daily(rows: Sequence[Row]) -> Fraction | None:
    """Money spent per day over the last three whole months; None where it is not known for all."""
    recent = rows[-MONTHS_NOW:]
    spent = [row.values["ad_spend"].value for row in recent]
    if None in spent:
        return None
    days = sum(row.bucket.days for row in recent)
    return sum((Fraction(each or 0) for each in spent), Fraction(0)) / days
