"""Own measures added up from their values: per bucket and split, in the shape of `queries.totals_for`.

There is no snapshot of them: a value is by day already, and a client has few of them.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import Client
from kpis.exchange import Exchange, direction, exchange_for
from kpis.formula import Undefined
from kpis.queries import COLUMNS, Cut, Totals, Wanted, narrowed, split_text

_VALUES = """campaigns_ownvalue AS fact
      JOIN campaigns_ownmeasure AS measure ON measure.id = fact.measure_id
     WHERE fact.agency_id = %s AND fact.client_id = %s AND measure.key = %s"""

#: What adds up: the values of the wanted days of a bucket.
_SUM = f"""
    SELECT width_bucket(day, %s::date[]) AS number, fact.*
      FROM (SELECT fact.* FROM {_VALUES} AND day BETWEEN %s AND %s AND day <> ALL(%s::date[])) AS fact"""

#: A stock stands from its entry until the next one of the same channel and campaign.
_LAST = f"""
    SELECT place.number, fact.*
      FROM (SELECT fact.*, lead(day) OVER (PARTITION BY channel, campaign_id ORDER BY day) AS until
              FROM {_VALUES} AND day <= %s) AS fact
      JOIN unnest(%s::date[], %s::int[]) AS place (last, number)
        ON fact.day <= place.last AND (fact.until IS NULL OR fact.until > place.last)"""

_EXCHANGED = """
      LEFT JOIN unnest(%s::date[], %s::text[], %s::numeric[]) AS exchange (on_day, code, rate)
        ON exchange.on_day = day AND exchange.code = currency"""


def own_totals_for(client: Client, wanted: Sequence[Wanted], cut: Cut) -> Totals:
    """Totals of own measures, money in the cut's currency at the rate of the day it was entered for.

    A total with an amount that no rate converts is Undefined("rate_missing"); `cut.rates` says
    on which days. Whoever has no foreign amounts is read once.
    """
    found: Totals = defaultdict(dict)
    for each in wanted:
        scan = _Scan(client, each, cut)
        rows = scan.totals(None)
        if any(is_foreign for *_row, is_foreign in rows):
            rows = scan.totals(scan.exchange())
        for number, value, total, lacks in rows:
            key = (number - 1, None if cut.split is None else split_text(value))
            found[key][each] = Undefined("rate_missing", each.atom.text) if lacks else total
    return found


class _Scan:
    """The values of one own measure over the wanted days of a cut."""

    def __init__(self, client: Client, wanted: Wanted, cut: Cut) -> None:
        self.client, self.wanted, self.cut = client, wanted, cut
        self.to = cut.currency or client.currency
        is_stock = wanted.atom.measure.aggregation == "last"
        self.source, self.values = self._stock() if is_stock else self._sum()
        asked, its = narrowed(cut.filters)
        own, more = narrowed({one.dimension: one.values for one in wanted.atom.filters})
        self.conditions, self.condition_values = asked + own, [*its, *more]

    def totals(self, exchange: Exchange | None) -> list[tuple[Any, ...]]:
        """(bucket's number, split, total, whether some amount lacks a rate), one per group."""
        split = COLUMNS[self.cut.split] if self.cut.split else "NULL::text"
        foreign = "currency NOT IN ('', %s)"
        if exchange is None:
            total, lacks, join, joined = "SUM(value)", f"bool_or({foreign})", "", []
            own: list[Any] = [self.to]
        else:
            rate = f"CASE WHEN {foreign} THEN exchange.rate ELSE 1 END"
            total, lacks = f"SUM(value * {rate})", f"bool_or({rate} IS NULL)"
            own, join, joined = [self.to, self.to], _EXCHANGED, list(exchange.columns())
        return self._rows(
            f"""SELECT number, {split}, {total}, {lacks} FROM ({self.source}) AS fact{join}
                 WHERE TRUE{self.conditions} GROUP BY 1, 2""",
            [*own, *self.values, *joined, *self.condition_values],
        )

    def exchange(self) -> Exchange:
        """The rates that the foreign amounts need, and a note of the days that have none."""
        rows = self._rows(
            f"""SELECT DISTINCT day, currency FROM ({self.source}) AS fact
                 WHERE currency NOT IN ('', %s){self.conditions}""",
            [*self.values, self.to, *self.condition_values],
        )
        needed = {(day, code) for day, code in rows}
        exchange = exchange_for(self.client.agency_id, self.to, needed, self.cut.as_of)
        for day, code in sorted(needed):
            if (day, code) not in exchange.rates:
                self.cut.rates.note_lacking(self.wanted.atom, day, direction(code, self.to))
            elif (day, code) in exchange.unpublished:
                self.cut.rates.note_unpublished(self.wanted.atom, day)
        return exchange

    def _sum(self) -> tuple[str, list[Any]]:
        first = max(self.wanted.days.first, self.cut.buckets[0].first)
        last = min(self.wanted.days.last, self.cut.buckets[-1].last)
        starts = [bucket.first for bucket in self.cut.buckets]
        return _SUM, [starts, *self._mine, first, last, list(self.wanted.without)]

    def _stock(self) -> tuple[str, list[Any]]:
        """As it stands on the last wanted day of each bucket."""
        lasts: list[date] = []
        numbers: list[int] = []
        for number, bucket in enumerate(self.cut.buckets, start=1):
            known = bucket.overlap(self.wanted.days)
            if known:
                lasts.append(known.last)
                numbers.append(number)
        return _LAST, [*self._mine, max(lasts, default=date.min), lasts, numbers]

    @property
    def _mine(self) -> list[Any]:
        return [self.client.agency_id, self.client.pk, self.wanted.atom.measure.key]

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
