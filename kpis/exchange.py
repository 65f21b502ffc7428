"""Rates by day: what an amount of one currency is worth in another on a local day (KPIS G.6).

A rate holds in the direction in which it was stored and is never turned round: `kpis.rates.services`
stores both directions of what the European Central Bank publishes. A pair without a rate of its own
goes through the euro with two stored rates, which is a multiplication. A day without a published
rate takes the last one, at most seven days old.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Any

from django.db import connection

from kpis.as_of import AsOf

OLDEST = timedelta(days=7)
PIVOT = "EUR"
_EXACT = Context(prec=60)
ARROW = "→"
_COLUMN = re.compile(r"[a-z_]+\.[a-z_]+\Z")
_CODE = re.compile(r"[A-Z]{3}\Z")

Pair = tuple[str, str]


def direction(code: str, to: str) -> str:
    """How a pair is written: USD→EUR."""
    return f"{code}{ARROW}{to}"


@dataclass(frozen=True)
class Exchange:
    """Rates to one currency for the days and currencies that were asked for.

    A (day, currency) that is not in `rates` has none. `unpublished` are those that were given an
    earlier day's rate while nothing later was out: their own may still come.
    """

    to: str
    rates: Mapping[tuple[date, str], Decimal]
    unpublished: frozenset[tuple[date, str]]

    def columns(self) -> tuple[list[date], list[str], list[Decimal]]:
        """Days, currencies and rates side by side, to be joined as a table."""
        days, codes = [key[0] for key in self.rates], [key[1] for key in self.rates]
        return days, codes, list(self.rates.values())


def exchange_for(
    agency_id: int, to: str, needed: Collection[tuple[date, str]], as_of: AsOf | None = None
) -> Exchange:
    """The rates to `to` that days and currencies need, with those known at an as-of moment.

    One statement. Inside the agency's scope.
    """
    if not needed:
        return Exchange(to, {}, frozenset())
    days = [day for day, _code in needed]
    codes = {code for _day, code in needed}
    board = _board(agency_id, to, codes, min(days) - OLDEST, max(days), as_of)
    rates, unpublished = {}, set()
    for day, code in sorted(needed):
        found = board.rate(code, to, day)
        if found is not None:
            rates[day, code], is_out = found
            if not is_out:
                unpublished.add((day, code))
    return Exchange(to, rates, frozenset(unpublished))


@dataclass(frozen=True)
class _Board:
    """The published rates of some pairs by day, and the last day on which each was published."""

    published: Mapping[Pair, Mapping[date, Decimal]]
    last_days: Mapping[Pair, date]

    def rate(self, code: str, to: str, day: date) -> tuple[Decimal, bool] | None:
        """The rate of a day, and whether nothing that is still to come can replace it."""
        own = self._leg((code, to), day)
        if own is not None or PIVOT in (code, to):
            return own
        first, second = self._leg((code, PIVOT), day), self._leg((PIVOT, to), day)
        if first is None or second is None:
            return None
        return _EXACT.multiply(first[0], second[0]), first[1] and second[1]

    def _leg(self, pair: Pair, day: date) -> tuple[Decimal, bool] | None:
        published = self.published.get(pair)
        if not published:
            return None
        for age in range(OLDEST.days + 1):
            rate = published.get(day - timedelta(days=age))
            if rate is not None:
                return rate, self.last_days[pair] >= day
        return None


#: The highest version of each day holds, or the first for what was first reported; then, per pair,
#: the last day of all.
_PUBLISHED = """
WITH asked AS (
    SELECT from_currency, to_currency, day, rate, version
      FROM kpis_exchangerate
     WHERE agency_id = %(agency)s AND day >= %(first)s{known}
       AND (from_currency, to_currency) IN (SELECT * FROM unnest(%(froms)s::text[], %(tos)s::text[]))
), held AS (
    SELECT DISTINCT ON (from_currency, to_currency, day) from_currency, to_currency, day, rate
      FROM asked WHERE day <= %(last)s
     ORDER BY from_currency, to_currency, day, version {which}
)
SELECT from_currency, to_currency, day, rate FROM held WHERE rate IS NOT NULL
 UNION ALL
SELECT from_currency, to_currency, max(day), NULL FROM asked WHERE rate IS NOT NULL GROUP BY 1, 2"""


def _board(
    agency_id: int, to: str, codes: Iterable[str], first: date, last: date, as_of: AsOf | None
) -> _Board:
    pairs = sorted(_pairs(to, codes))
    is_first = as_of is not None and as_of.is_first
    sql = _PUBLISHED.format(
        known=" AND recorded_at <= %(at)s" if as_of and not is_first else "",
        which="ASC" if is_first else "DESC",
    )
    values: dict[str, Any] = {
        "agency": agency_id,
        "first": first,
        "last": last,
        "froms": [pair[0] for pair in pairs],
        "tos": [pair[1] for pair in pairs],
        "at": as_of.at if as_of else None,
    }
    published: dict[Pair, dict[date, Decimal]] = defaultdict(dict)
    last_days: dict[Pair, date] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for code, target, day, rate in cursor.fetchall():
            if rate is None:
                last_days[code, target] = day
            else:
                published[code, target][day] = rate
    return _Board(published, last_days)


def _pairs(to: str, codes: Iterable[str]) -> set[Pair]:
    """Every pair that converting may take: the direct ones, and the legs through the euro."""
    found: set[Pair] = set()
    for code in codes:
        found.add((code, to))
        if PIVOT not in (code, to):
            found |= {(code, PIVOT), (PIVOT, to)}
    return found


def rate_sql(day: str, currency: str, agency_id: int, to: str) -> str:
    """A scalar SQL expression: what one unit of a fact's currency is worth in `to` on its day.

    `day` and `currency` are columns of the fact with its alias (`fact.sold_on`), because the table
    of rates has columns of these names, too. The rest is written into the SQL: no parameters.
    1 for facts in `to`, which are not looked up; NULL where no rate of the last seven days is
    known. A sum skips NULL in silence, so whoever multiplies by it must also ask
    `bool_or(amount IS NOT NULL AND rate IS NULL)` and then answer Undefined("rate_missing").
    """
    if not _CODE.match(to):
        raise ValueError(f"not a currency: {to!r}")
    if not (_COLUMN.match(day) and _COLUMN.match(currency)):
        raise ValueError(f"not a column with its alias: {day!r}, {currency!r}")
    first = _held(agency_id, day, currency, _quoted(PIVOT))
    through = f"{first} * {_held(agency_id, day, _quoted(PIVOT), _quoted(to))}"
    return (
        f"CASE WHEN {currency} IN ('', {_quoted(to)}) THEN 1::numeric"
        f" ELSE COALESCE({_held(agency_id, day, currency, _quoted(to))}, {through}) END"
    )


def _quoted(code: str) -> str:
    return f"'{code}'"


def _held(agency_id: int, day: str, code: str, to: str) -> str:
    """The last rate of a pair on or before a day, at most seven days back, unless withdrawn."""
    return f"""(SELECT held.rate FROM (
            SELECT DISTINCT ON (published.day) published.day, published.rate
              FROM kpis_exchangerate AS published
             WHERE published.agency_id = {agency_id:d} AND published.from_currency = {code}
               AND published.to_currency = {to}
               AND published.day BETWEEN {day} - {OLDEST.days} AND {day}
             ORDER BY published.day DESC, published.version DESC) AS held
          WHERE held.rate IS NOT NULL ORDER BY held.day DESC LIMIT 1)"""
