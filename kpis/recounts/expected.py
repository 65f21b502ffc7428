"""Orders expected by the end of the running month: those there are, and a weekday's mean for each
day still to come (KPIS C.6, run rate with weekday profile).
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from kpis.calendar import Period, unit_of
from kpis.formula import Undefined
from kpis.queries import COLUMNS, Total
from kpis.recounts.asked import Asked, Found, rows_of

_ONE_DAY = timedelta(days=1)
#: At most eight runs of seven days make the profile; below four runs every day has the same mean,
#: and below two there is none.
MOST_WEEKS, FEWEST_WEEKS, FEWEST_DAYS = 8, 4, 14

_BUYERS = {**COLUMNS, "is_returning": "(NOT is_first)"}
_BY_DAY = """
    SELECT sold_on, {split}, COUNT(*)
      FROM campaigns_sale AS fact
     WHERE agency_id = %s AND client_id = %s AND sold_on BETWEEN %s AND %s{conditions}
     GROUP BY 1, 2"""
_FIRST_SALE = "SELECT MIN(sold_on) FROM campaigns_sale WHERE agency_id = %s AND client_id = %s"

Days = dict[date, int]


def expected_orders(asked: Asked) -> Found:
    """Per bucket its orders, and for one that runs still, those of the days to come by its profile."""
    since = asked.through - timedelta(days=7 * MOST_WEEKS) + _ONE_DAY
    by_split = _by_day(asked, min(since, asked.first))
    begun = _begun(asked)
    found: Found = {}
    for number, days in asked.buckets:
        to_come = _days_to_come(asked, asked.whole[number], days)
        for split, orders in by_split.items():
            done = sum(count for day, count in orders.items() if days.first <= day <= days.last)
            found[number, split] = {"expected_orders": _sum(done, to_come, orders, asked, begun)}
    return found


def _by_day(asked: Asked, since: date) -> dict[str | None, Days]:
    conditions, values = asked.conditions(_BUYERS, "sold_on")
    sql = _BY_DAY.format(split=asked.cut_by(_BUYERS), conditions=conditions)
    found: dict[str | None, Days] = defaultdict(dict)
    if asked.split is None:
        found[None] = {}
    last = max(asked.last, asked.through)
    for day, split, count in rows_of(
        sql, [asked.client.agency_id, asked.client.pk, since, last, *values]
    ):
        found[asked.place(split)][day] = count
    return found


def _begun(asked: Asked) -> date | None:
    """The day of the client's first sale ever: before it there is no pace to go by."""
    [[day]] = rows_of(_FIRST_SALE, [asked.client.agency_id, asked.client.pk])
    return day


def _days_to_come(asked: Asked, whole: Period, known: Period) -> list[date]:
    """The days after the last complete one up to the end of its month, or of the bucket if later."""
    if known.last < asked.through and known.last == whole.last:
        return []
    last = max(whole.last, unit_of(known.last, "month").last)
    return [known.last + _ONE_DAY * step for step in range(1, (last - known.last).days + 1)]


def _sum(done: int, to_come: list[date], orders: Days, asked: Asked, begun: date | None) -> Total:
    if not to_come:
        return Decimal(done)
    through = to_come[0] - _ONE_DAY
    history = (through - begun).days + 1 if begun and begun <= through else 0
    if history < FEWEST_DAYS:
        return Undefined("too_few_days", "expected_orders")
    weeks = min(MOST_WEEKS, history // 7)
    window = [through - _ONE_DAY * step for step in range(7 * weeks)]
    if weeks < FEWEST_WEEKS:
        window = [through - _ONE_DAY * step for step in range(history)]
        return done + Decimal(sum(orders.get(day, 0) for day in window) * len(to_come)) / history
    per_weekday: dict[int, int] = defaultdict(int)
    for day in window:
        per_weekday[day.weekday()] += orders.get(day, 0)
    return done + Decimal(sum(per_weekday[day.weekday()] for day in to_come)) / weeks
