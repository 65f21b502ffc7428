"""Totals from the snapshot: the only reader of its two grains, and of how complete they are.

Answers sums; dividing them is `kpis.calculate`'s business. Distinct and row-level measures are
recounted from facts in `kpis.recounts`. Which rates there are is `kpis.exchange`'s.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Client
from campaigns.models import Campaign, LandingPage, Product, Salesperson, SourceSync
from kpis.as_of import AsOf
from kpis.calendar import Period
from kpis.coverage import SourceSpan
from kpis.exchange import Exchange, direction, exchange_for
from kpis.families import PARTS
from kpis.formula import Atom, Filter, Undefined
from kpis.models import SnapshotState
from kpis.rate_days import RateDays

COARSE, FINE = "kpis_dailytotal", "kpis_dailysnapshot"
COLUMNS = {
    "campaign": "campaign_id",
    "channel": "channel",
    "source": "utm_source",
    "medium": "utm_medium",
    "device": "device",
    "landing_page": "landing_page_id",
    "salesperson": "salesperson_id",
    "country": "country",
    "is_returning": "is_returning",
    "product": "product_id",
    "platform": "platform",
    "network": "platform",
}
COARSE_DIMENSIONS = {"campaign", "channel"}
PARENTS = {
    "campaign": (Campaign, "name"),
    "landing_page": (LandingPage, "path"),
    "salesperson": (Salesperson, "name"),
    "product": (Product, "name"),
}

Total = Decimal | Undefined | None


@dataclass(frozen=True)
class Wanted:
    """An atom and the days it is summed over: those on which every source it needs is complete.

    `without`: days among them that are left out, for want of a rate for some amount of the formula.
    """

    atom: Atom
    days: Period
    without: tuple[date, ...] = ()

    def __hash__(self) -> int:
        return hash((self.atom.measure.key, self.days.first))


#: (number of the bucket, value of the split as text or None) -> what was wanted -> its total
Totals = dict[tuple[int, str | None], dict[Wanted, Total]]


@dataclass(frozen=True)
class Cut:
    """How totals are grouped and narrowed, in which currency they are, and as of when.

    Without `currency` it is the client's. `rates` takes down what converting met.
    """

    buckets: tuple[Period, ...]
    split: str | None
    filters: Mapping[str, tuple[str, ...]]
    currency: str = ""
    as_of: AsOf | None = None
    rates: RateDays = field(default_factory=RateDays, compare=False)

    @property
    def dimensions(self) -> set[str]:
        return set(self.filters) | ({self.split} if self.split else set())


class _Scan:
    """One scan of a grain: what it sums, of which client, and with which rates.

    Without an exchange, whoever has no foreign amounts pays for nothing.
    """

    def __init__(
        self,
        client: Client,
        cut: Cut,
        table: str,
        stock_through: date | None,
        exchange: Exchange | None = None,
    ) -> None:
        self.client, self.cut, self.table, self.stock_through = client, cut, table, stock_through
        self.exchange = exchange
        self.currency = cut.currency or client.currency
        self.columns: list[str] = []
        self.values: list[Any] = []

    @property
    def is_foreign(self) -> tuple[str, list[Any]]:
        """The condition on a row's currency; a row without one is in the client's."""
        if self.currency == self.client.currency:
            return "currency NOT IN ('', %s)", [self.currency]
        return "currency <> %s", [self.currency]

    def add(self, sql: str, values: Iterable[Any]) -> None:
        self.columns.append(sql)
        self.values.extend(values)

    def add_total(self, wanted: Wanted) -> None:
        """Two columns: the sum over the wanted days, and whether it lacks amounts for want of a rate."""
        measure = wanted.atom.measure
        only, values = self.only(wanted)
        if measure.unit != "money":
            self.add(f"SUM({measure.key}){only}", values)
            self.add("NULL", [])
            return
        foreign, currency = self.is_foreign
        if self.exchange is None:
            self.add(f"SUM({measure.key}){only}", values)
            held = f"{measure.key} IS NOT NULL AND {foreign}"
            self.add(f"bool_or({held}){only}", [*currency, *values])
            return
        rate = f"CASE WHEN {foreign} THEN exchange.rate ELSE 1 END"
        self.add(f"SUM({measure.key} * {rate}){only}", [*currency, *values])
        held = f"{measure.key} IS NOT NULL AND {rate} IS NULL"
        self.add(f"bool_or({held}){only}", [*currency, *values])

    def only(self, wanted: Wanted) -> tuple[str, list[Any]]:
        """The FILTER of an aggregate over the wanted days and the atom's own filters."""
        conditions, values = _days(self.cut, wanted, self.stock_through)
        for one in wanted.atom.filters:
            sql, parameters = _matches(one)
            conditions.append(sql)
            values += parameters
        return (f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""), values

    def rows(
        self, keys: str, key_values: Sequence[Any], measures: Iterable[str], groups: int = 2
    ) -> list[Any]:
        """Run it, grouped by the first columns (`keys`)."""
        source, values = self._source(measures)
        conditions, narrowing = narrowed(self.cut.filters)
        by = ", ".join(str(number + 1) for number in range(groups))
        sql = f"""
        SELECT {keys}, {", ".join(self.columns)}
          FROM {source}
         WHERE agency_id = %s AND client_id = %s AND day BETWEEN %s AND %s{conditions}
         GROUP BY {by}"""
        days = [self.cut.buckets[0].first, self.cut.buckets[-1].last]
        mine = [self.client.agency_id, self.client.pk]
        with connection.cursor() as cursor:
            cursor.execute(sql, [*key_values, *self.values, *values, *mine, *days, *narrowing])
            return cursor.fetchall()

    def _source(self, measures: Iterable[str]) -> tuple[str, list[Any]]:
        source, values = self._grain(sorted(set(measures)))
        if self.exchange is None:
            return source, values
        joined = (
            f"{source} LEFT JOIN unnest(%s::date[], %s::text[], %s::numeric[])"
            " AS exchange (on_day, code, rate)"
            " ON exchange.on_day = day AND exchange.code = COALESCE(NULLIF(currency, ''), %s)"
        )
        return joined, [*values, *self.exchange.columns(), self.client.currency]

    def _grain(self, measures: Sequence[str]) -> tuple[str, list[Any]]:
        """The grain itself, or as of a moment: the coarse one less what the ledger added since."""
        if self.cut.as_of is None:
            return self.table, []
        named = "agency_id, client_id, day, channel, campaign_id, currency"
        taken = ", ".join(f"CASE WHEN measure = '{key}' THEN -difference END" for key in measures)
        since, values = ("", [])
        if self.cut.as_of.at is not None:
            since, values = " WHERE recorded_at > %s", [self.cut.as_of.at]
        return (
            f"(SELECT {named}, {', '.join(measures)} FROM {COARSE} UNION ALL"
            f" SELECT {named}, {taken} FROM kpis_restatement{since}) AS as_of_then",
            values,
        )


def totals_for(
    client: Client, wanted: Sequence[Wanted], cut: Cut, stock_through: date | None
) -> Totals:
    """Sums of stored measures per bucket and split, from the coarsest grain that has the dimensions.

    Money is in the cut's currency: each amount times the rate of its own local day (KPIS G.6). A
    total with an amount that no rate converts is Undefined("rate_missing"): leaving it out in
    silence would be wrong; `cut.rates` names the days, so that they can be asked again `without`.
    A client without foreign amounts is read once.
    """
    found: Totals = defaultdict(dict)
    by_grain: dict[str, list[Wanted]] = defaultdict(list)
    for each in wanted:
        needed = cut.dimensions | {one.dimension for one in each.atom.filters}
        by_grain[COARSE if needed <= COARSE_DIMENSIONS else FINE].append(each)
    for table, group in by_grain.items():
        foreign = _read(_Scan(client, cut, table, stock_through), group, found)
        if foreign:
            exchange = _exchange(_Scan(client, cut, table, stock_through), foreign)
            _read(_Scan(client, cut, table, stock_through, exchange), foreign, found)
    return found


def _read(scan: _Scan, wanted: Sequence[Wanted], found: Totals) -> list[Wanted]:
    """Put the sums into `found`; those of them that lack a rate somewhere."""
    for each in wanted:
        scan.add_total(each)
    cut = scan.cut
    split = COLUMNS[cut.split] if cut.split else "NULL"
    keys = f"width_bucket(day, %s::date[]) - 1 AS bucket, {split} AS split"
    starts = [bucket.first for bucket in cut.buckets]
    lacking: dict[Wanted, None] = {}
    for bucket, value, *sums in scan.rows(keys, [starts], (w.atom.measure.key for w in wanted)):
        into = found[bucket, None if cut.split is None else split_text(value)]
        for index, each in enumerate(wanted):
            total, lacks = sums[2 * index], sums[2 * index + 1]
            into[each] = Undefined("rate_missing", each.atom.text) if lacks else total
            if lacks:
                lacking[each] = None
    return list(lacking)


def _exchange(scan: _Scan, wanted: Sequence[Wanted]) -> Exchange:
    """The rates that these totals need, and a note of the days for which there is none."""
    foreign, values = scan.is_foreign
    for each in wanted:
        only, parameters = scan.only(each)
        held = f"{each.atom.measure.key} IS NOT NULL AND {foreign}"
        scan.add(f"COALESCE(bool_or({held}){only}, FALSE)", [*values, *parameters])
    keys = "day, COALESCE(NULLIF(currency, ''), %s)"
    rows = [
        (day, code, flags)
        for day, code, *flags in scan.rows(
            keys, [scan.client.currency], (each.atom.measure.key for each in wanted)
        )
        if any(flags)
    ]
    needed = {(day, code) for day, code, _flags in rows}
    exchange = exchange_for(scan.client.agency_id, scan.currency, needed, scan.cut.as_of)
    for day, code, flags in rows:
        for each, is_held in zip(wanted, flags, strict=True):
            if is_held and (day, code) not in exchange.rates:
                scan.cut.rates.note_lacking(each.atom, day, direction(code, exchange.to))
            elif is_held and (day, code) in exchange.unpublished:
                scan.cut.rates.note_unpublished(each.atom, day)
    return exchange


def _days(cut: Cut, wanted: Wanted, stock_through: date | None) -> tuple[list[str], list[Any]]:
    """Which of the cut's days count; no condition if all do, which is the usual and the fast case."""
    if wanted.atom.measure.aggregation != "last":
        is_whole = (
            wanted.days.first <= cut.buckets[0].first and wanted.days.last >= cut.buckets[-1].last
        )
        left_out = (
            (["day <> ALL(%s::date[])"], [list(wanted.without)]) if wanted.without else ([], [])
        )
        if is_whole:
            return left_out
        between = [wanted.days.first, wanted.days.last]
        return ["day BETWEEN %s AND %s", *left_out[0]], [*between, *left_out[1]]
    # A stock: its last known day in each bucket, never a sum over days.
    lasts = []
    for bucket in cut.buckets:
        known = bucket.overlap(wanted.days)
        if known and stock_through and stock_through >= known.first:
            lasts.append(min(known.last, stock_through))
    return ["day = ANY(%s::date[])"], [lasts]


def narrowed(
    filters: Mapping[str, tuple[str, ...]], columns: Mapping[str, str] = COLUMNS
) -> tuple[str, list[Any]]:
    """Conditions for a question's filters, each beginning with AND, and their parameters."""
    sql = ""
    values: list[Any] = []
    for dimension, wanted in filters.items():
        condition, parameters = _matches(Filter(dimension, tuple(wanted)), columns)
        sql += f" AND {condition}"
        values += parameters
    return sql, values


def _matches(one: Filter, columns: Mapping[str, str] = COLUMNS) -> tuple[str, list[Any]]:
    column = columns[one.dimension]
    if one.dimension in PARENTS:
        # An id that is no number matches nothing; '' stands for "not set".
        ids = [int(value) for value in one.values if value.isdecimal() and len(value) < 19]
        unset = f" OR {column} IS NULL" if "" in one.values else ""
        return f"({column} = ANY(%s::bigint[]){unset})", [ids]
    if one.dimension == "is_returning":
        return f"{column} = ANY(%s::boolean[])", [
            [value in ("true", "1", "returning") for value in one.values]
        ]
    if len(one.values) == 1:  # compared for every row and sum: plainly is several times as fast
        return f"{column} = %s", [one.values[0]]
    return f"{column} = ANY(%s::text[])", [list(one.values)]


def split_text(value: object) -> str:
    """The value of a dimension as the API names it: an id, a code, true or false, '' for not set."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def labels_for(client: Client, dimension: str, values: Iterable[str]) -> dict[str, str]:
    """Names of campaigns, landing pages and salespeople; other dimensions name themselves."""
    if dimension not in PARENTS:
        return {}
    model, name = PARENTS[dimension]
    ids = [int(value) for value in values if value]
    rows = model.objects.filter(agency_id=client.agency_id, client=client, pk__in=ids)
    return {str(pk): label for pk, label in rows.values_list("pk", name)}


def spans_for(client: Client, last_complete: date) -> tuple[SourceSpan, ...]:
    """What each source of the client has delivered; a live one is complete through yesterday."""
    rows = SourceSync.objects.filter(agency_id=client.agency_id, client=client).order_by("pk")
    return tuple(
        SourceSpan(
            sync.source,
            sync.family,
            sync.complete_from,
            last_complete
            if sync.is_live or sync.retired_at
            else _no_later(sync.complete_through, last_complete),
        )
        for sync in rows
    )


def _no_later(day: date | None, limit: date) -> date | None:
    return None if day is None else min(day, limit)


def state_of_snapshot(client: Client) -> tuple[datetime | None, date | None]:
    """(when the snapshot was last refreshed, the last day whose stocks are written)."""
    row = SnapshotState.objects.filter(agency_id=client.agency_id, client=client).first()
    return (row.refreshed_at, row.stock_through) if row else (None, None)


def ever_reported(client: Client, measures: Sequence[str]) -> frozenset[str]:
    """Those of these measures that any row of the client has: the others nobody reports."""
    if not measures:
        return frozenset()
    columns = ", ".join(f"bool_or({key} IS NOT NULL)" for key in measures)
    families = {
        part.family for part in PARTS.values() if not set(part.columns).isdisjoint(measures)
    }
    with connection.cursor() as cursor:
        cursor.execute(  # one scan for all of them: what nobody reports is looked for to the end
            f"SELECT {columns} FROM {COARSE}"
            " WHERE agency_id = %s AND client_id = %s AND family = ANY(%s)",
            [client.agency_id, client.pk, sorted(families)],
        )
        row = cursor.fetchone()
    return frozenset(key for key, is_there in zip(measures, row, strict=True) if is_there)
