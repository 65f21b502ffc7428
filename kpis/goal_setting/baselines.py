"""What a client's own numbers say before a goal is set: the baseline, last year, the history."""

from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Client
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import ONE_DAY, Bucket, CalendarRules, Period, buckets, unit_before, unit_of
from kpis.calendar.units import add_months
from kpis.compare import PREVIOUS, comparison_for
from kpis.goal_setting.wishes import Baseline, GoalWish
from kpis.goal_standing.basis import standing_on
from kpis.goals import GRAINS_BACK
from kpis.goals.terms import CUMULATIVE, LEVEL
from kpis.question import Question
from kpis.services import Standing, answer, calendar_of, last_complete_of, standing_of

WEEKS_OF_A_YEAR = timedelta(days=364)
#: How far back the usual baseline is looked for, in grains.
MOST_GRAINS_BACK = 6

History = list[tuple[Period, Decimal | None]]


def baseline_for(client: Client, wish: GoalWish) -> Baseline | None:
    """Where the KPI starts from: over the days of the wish, or over the usual ones.

    Usual is the last grain before the goal whose days are all closed, or of a goal over the whole
    period the period before it, moved back by grains until its days are closed. None where there is
    no such period, or nothing complete in it.
    """
    if wish.baseline_period is not None:
        return _read(client, wish, wish.baseline_period)
    period = _usual(client, wish)
    for _back in range(MOST_GRAINS_BACK):
        if period is None:
            return None
        found = _read(client, wish, period)
        if found is not None and found.is_closed:
            return found
        period = _one_grain_back(period, wish.grain, calendar_of(client))
    return None


def _usual(client: Client, wish: GoalWish) -> Period | None:
    rules, yesterday = calendar_of(client), last_complete_of(client)
    if is_by_grain(wish):
        last = min(wish.period.first - ONE_DAY, yesterday)
        period = unit_of(last, wish.grain, rules)
        return unit_before(period, wish.grain, rules) if period.last > last else period
    return comparison_for(wish.period, PREVIOUS, rules).period


def is_by_grain(wish: GoalWish) -> bool:
    """Whether the baseline of such a goal is one grain: of levels, and of compound growth."""
    return wish.accumulation == LEVEL or wish.shape == "compounding"


def _one_grain_back(period: Period, grain: str, rules: CalendarRules) -> Period:
    """Whole grains move by a whole one; other stretches keep their length."""
    first = unit_before(unit_of(period.first, grain, rules), grain, rules).first
    if period == unit_of(period.first, grain, rules):
        return Period(first, period.first - ONE_DAY)
    return period.shifted((first - unit_of(period.first, grain, rules).first).days)


def _read(client: Client, wish: GoalWish, period: Period) -> Baseline | None:
    if period.last > last_complete_of(client):
        return Baseline(period, _value(client, wish, period), None)
    value = _value(client, wish, period)
    return Baseline(period, value, _per_grain(client, wish, period, value.value))


def _value(client: Client, wish: GoalWish, period: Period) -> Value:
    question = Question((wish.kpi,), period, filters=dict(wish.filters), currency=wish.currency)
    return answer(client, question, False, _standing(client, wish)).only.values[wish.kpi]


def _standing(client: Client, wish: GoalWish) -> Standing | None:
    """On the goal's own cost basis, where it states one."""
    return standing_on(standing_of(client), wish.cost_basis) if wish.cost_basis else None


def _per_grain(
    client: Client, wish: GoalWish, period: Period, value: Decimal | None
) -> Decimal | None:
    """A longer baseline of a sum is divided by its grains (KPIS C.1)."""
    kpi = book_of(client)[wish.kpi]
    if value is None or not is_by_grain(wish) or kpi.aggregation != "sum":
        return value
    return value / max(1, len(buckets(period, wish.grain, calendar_of(client))))


def history_of_wish(client: Client, wish: GoalWish, before: date) -> History:
    """The KPI in the whole grains that were complete before a day, the oldest first; None unknown.

    It begins with the first grain that has anything: before, the client was not there yet.
    """
    rules = calendar_of(client)
    last = min(before - ONE_DAY, last_complete_of(client))
    end = unit_of(last, wish.grain, rules)
    if end.last > last:
        end = unit_before(end, wish.grain, rules)
    start = end
    for _grain in range(GRAINS_BACK[wish.grain] - 1):
        start = unit_before(start, wish.grain, rules)
    found = _by_grain(client, wish, Period(start.first, end.last))
    begun = next((place for place, (_grain, value) in enumerate(found) if value), len(found))
    return found[begun:]


def come_so_far(client: Client, wish: GoalWish) -> Decimal | None:
    """What has come since the first day of a period that runs; None before it, and if unknown."""
    last = min(wish.period.last, last_complete_of(client))
    if last < wish.period.first:
        return None
    return _value(client, wish, Period(wish.period.first, last)).value


def last_year_of(client: Client, wish: GoalWish, grains: list[Bucket]) -> list[Decimal | None]:
    """Last year's values of the same grains; of a level with the baseline's own grain in front."""
    if not grains:
        return []
    rules = calendar_of(client)
    wanted = [each.period for each in grains]
    if wish.accumulation != CUMULATIVE:
        found = wish.baseline_period or unit_before(grains[0].whole, wish.grain, rules)
        wanted.insert(0, unit_of(found.last, wish.grain, rules))
    values = []
    for period in wanted:
        then = _year_before(period, wish.grain, rules)
        value = _value(client, wish, then) if then.last <= last_complete_of(client) else None
        values.append(value.value if value and value.state != "partial" else None)
    return values


def _year_before(period: Period, grain: str, rules: CalendarRules) -> Period:
    if grain == "week":
        return Period(period.first - WEEKS_OF_A_YEAR, period.last - WEEKS_OF_A_YEAR)
    first = add_months(period.first, -12)
    if period == unit_of(period.first, grain, rules):
        return unit_of(first, grain, rules)  # February of a leap year is a whole month, too
    return Period(first, add_months(period.last, -12))


def _by_grain(client: Client, wish: GoalWish, days: Period) -> History:
    question = Question(
        (wish.kpi,), days, by=wish.grain, filters=dict(wish.filters), currency=wish.currency
    )
    rows = answer(client, question, False, _standing(client, wish)).rows
    return [
        (row.bucket, None if found.state == "partial" else found.value)
        for row, found in ((row, row.values[wish.kpi]) for row in rows)
    ]
