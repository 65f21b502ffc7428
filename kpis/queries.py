"""Totals from the snapshot: the only reader of its two grains, and of how complete they are.

Answers sums; dividing them is `kpis.calculate`'s business. Distinct and row-level measures are
recounted from facts in `kpis.recount`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Client
from campaigns.models import Campaign, LandingPage, Salesperson, SourceSync
from kpis.calendar import Period
from kpis.coverage import SourceSpan
from kpis.formula import Atom, Filter, Undefined
from kpis.models import SnapshotState

COARSE, FINE = "kpis_dailytotal", "kpis_dailysnapshot"
COLUMNS = {
    "campaign": "campaign_id",
    "channel": "channel",
    "device": "device",
    "landing_page": "landing_page_id",
    "salesperson": "salesperson_id",
    "country": "country",
    "is_returning": "is_returning",
}
COARSE_DIMENSIONS = {"campaign", "channel"}
PARENTS = {
    "campaign": (Campaign, "name"),
    "landing_page": (LandingPage, "path"),
    "salesperson": (Salesperson, "name"),
}

Total = Decimal | Undefined | None


@dataclass(frozen=True)
class Wanted:
    """An atom and the days it is summed over: those on which every source it needs is complete."""

    atom: Atom
    days: Period

    def __hash__(self) -> int:
        return hash((self.atom.measure.key, self.days.first))


#: (number of the bucket, value of the split as text or None) -> what was wanted -> its total
Totals = dict[tuple[int, str | None], dict[Wanted, Total]]


@dataclass(frozen=True)
class Cut:
    """How totals are grouped and narrowed."""

    buckets: tuple[Period, ...]
    split: str | None
    filters: Mapping[str, tuple[str, ...]]

    @property
    def dimensions(self) -> set[str]:
        return set(self.filters) | ({self.split} if self.split else set())


class _Statement:
    """SQL and its parameters, kept in step."""

    def __init__(self, client: Client, cut: Cut) -> None:
        self.client, self.cut = client, cut
        self.columns: list[str] = []
        self.column_values: list[Any] = []

    def add(self, sql: str, values: Iterable[Any]) -> None:
        self.columns.append(sql)
        self.column_values.extend(values)


def totals_for(
    client: Client, wanted: Sequence[Wanted], cut: Cut, stock_through: date | None
) -> Totals:
    """Sums of stored measures per bucket and split, from the coarsest grain that has the dimensions.

    A money total of a group with amounts in a currency other than the client's is
    Undefined("mixed_currency"): adding them up would be wrong, leaving them out as well.
    """
    found: Totals = defaultdict(dict)
    by_grain: dict[str, list[Wanted]] = defaultdict(list)
    for each in wanted:
        needed = cut.dimensions | {one.dimension for one in each.atom.filters}
        by_grain[COARSE if needed <= COARSE_DIMENSIONS else FINE].append(each)
    for table, group in by_grain.items():
        _read(client, table, group, cut, stock_through, found)
    return found


def _read(
    client: Client,
    table: str,
    wanted: Sequence[Wanted],
    cut: Cut,
    stock_through: date | None,
    found: Totals,
) -> None:
    statement = _Statement(client, cut)
    for each in wanted:
        _add_sum(statement, each, stock_through)
    split = COLUMNS[cut.split] if cut.split else "NULL"
    conditions, values = narrowed(cut.filters)
    first, last = cut.buckets[0].first, cut.buckets[-1].last
    sql = f"""
        SELECT width_bucket(day, %s::date[]) - 1 AS bucket, {split} AS split, {", ".join(statement.columns)}
          FROM {table}
         WHERE agency_id = %s AND client_id = %s AND day BETWEEN %s AND %s{conditions}
         GROUP BY 1, 2"""
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                [bucket.first for bucket in cut.buckets],
                *statement.column_values,
                client.agency_id,
                client.pk,
                first,
                last,
                *values,
            ],
        )
        for bucket, value, *sums in cursor.fetchall():
            key = (bucket, None if cut.split is None else split_text(value))
            _keep(found[key], wanted, sums)


def _add_sum(statement: _Statement, wanted: Wanted, stock_through: date | None) -> None:
    """Two columns: the sum over the wanted days, and whether foreign money is among them."""
    measure = wanted.atom.measure
    conditions, values = _days(statement.cut, wanted, stock_through)
    for one in wanted.atom.filters:
        sql, parameters = _matches(one)
        conditions.append(sql)
        values += parameters
    only = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
    statement.add(f"SUM({measure.key}){only}", values)
    if measure.unit == "money":
        statement.add(
            f"bool_or({measure.key} IS NOT NULL AND currency NOT IN ('', %s)){only}",
            [statement.client.currency, *values],
        )
    else:
        statement.add("NULL", [])


def _days(cut: Cut, wanted: Wanted, stock_through: date | None) -> tuple[list[str], list[Any]]:
    """Which of the cut's days count; no condition if all do, which is the usual and the fast case."""
    if wanted.atom.measure.aggregation != "last":
        is_whole = (
            wanted.days.first <= cut.buckets[0].first and wanted.days.last >= cut.buckets[-1].last
        )
        if is_whole:
            return [], []
        return ["day BETWEEN %s AND %s"], [wanted.days.first, wanted.days.last]
    # A stock: its last known day in each bucket, never a sum over days.
    lasts = []
    for bucket in cut.buckets:
        known = bucket.overlap(wanted.days)
        if known and stock_through and stock_through >= known.first:
            lasts.append(min(known.last, stock_through))
    return ["day = ANY(%s::date[])"], [lasts]


def _keep(into: dict[Wanted, Total], wanted: Sequence[Wanted], sums: Sequence[Any]) -> None:
    for index, each in enumerate(wanted):
        total, has_foreign = sums[2 * index], sums[2 * index + 1]
        foreign = Undefined("mixed_currency", each.atom.text)
        into[each] = foreign if has_foreign else total


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
            last_complete if sync.is_live else _no_later(sync.complete_through, last_complete),
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
    columns = ", ".join(
        f"EXISTS (SELECT FROM {COARSE} WHERE agency_id = %s AND client_id = %s AND {key} IS NOT NULL)"
        for key in measures
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [client.agency_id, client.pk] * len(measures))
        row = cursor.fetchone()
    return frozenset(key for key, is_there in zip(measures, row, strict=True) if is_there)
