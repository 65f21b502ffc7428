"""What closed figures became after they were closed, by how much and why: reading the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet, Sum

from accounts.models import Client
from campaigns.measures import MEASURES, Measure
from kpis.calendar import ONE_DAY, Period, unit_of
from kpis.exchange import exchange_for
from kpis.formula import Atom, Undefined
from kpis.models import DayClose, Restatement
from kpis.queries import Cut, Wanted, totals_for
from kpis.spans import elementary, places

Filters = Mapping[str, tuple[str, ...]]
Spans = dict[tuple[Measure, Period], list["Correction"]]


@dataclass(frozen=True)
class Correction:
    """The difference that one recording made to one day's total of one measure.

    `difference` is in the client's currency; None where no rate converts it.
    """

    day: date
    measure: str
    difference: Decimal | None
    recorded_at: datetime
    reasons: tuple[str, ...]
    batches: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """What one set of reasons added to a total."""

    reasons: tuple[str, ...]
    difference: Decimal


@dataclass(frozen=True)
class Moved:
    """A closed total that is another one now: first reported, now, and what lies between."""

    measure: Measure
    days: Period
    reported_at: datetime
    reported: Decimal
    now: Decimal
    parts: tuple[Part, ...]

    @property
    def difference(self) -> Decimal:
        return self.now - self.reported


def corrections_for(
    client: Client, measures: Iterable[Measure], days: Period, filters: Filters | None = None
) -> list[Correction]:
    """The newest first; over channels and campaigns, unless filtered by them.

    What cancels out inside a day and recording is left out.
    """
    rows = (
        _lines(client, days, filters or {})
        .filter(measure__in=[each.key for each in measures])
        .values("day", "measure", "recorded_at", "reasons", "batch_ids", "currency")
        .annotate(total=Sum("difference"))
        .order_by("-recorded_at", "-day", "measure", "currency")
    )
    found = [row for row in rows if row["total"]]
    return [
        Correction(
            row["day"],
            row["measure"],
            difference,
            row["recorded_at"],
            tuple(row["reasons"]),
            tuple(row["batch_ids"]),
        )
        for row, difference in zip(found, _converted(client, found), strict=True)
    ]


def _lines(client: Client, days: Period, filters: Filters) -> "QuerySet[Restatement]":
    rows = Restatement.objects.filter(
        agency_id=client.agency_id, client=client, day__range=(days.first, days.last)
    )
    if "channel" in filters:
        rows = rows.filter(channel__in=filters["channel"])
    if "campaign" in filters:
        rows = rows.filter(
            campaign_id__in=[each for each in filters["campaign"] if each.isdecimal()]
        )
    return rows


def _converted(client: Client, rows: Sequence[Mapping[str, Any]]) -> list[Decimal | None]:
    """The rows' totals in the client's currency."""
    needed = {
        (row["day"], row["currency"])
        for row in rows
        if row["currency"] not in ("", client.currency)
    }
    rates = exchange_for(client.agency_id, client.currency, needed).rates
    found: list[Decimal | None] = []
    for row in rows:
        total, key = row["total"], (row["day"], row["currency"])
        if key not in needed:
            found.append(total)
        else:
            rate = rates.get(key)
            found.append(None if rate is None else total * rate)
    return found


def moved_in(
    client: Client,
    measures: Iterable[Measure],
    days: Period,
    corrections: Iterable[Correction],
    stock_through: date | None,
    filters: Filters | None = None,
) -> list[Moved]:
    """Per measure how its closed total moved by these corrections: over the whole period if all of it was closed, else
    day by day. Stocks are told day by day, too: they do not add up.
    """
    keys = {each.key: each for each in measures if each.is_stored}
    known = [each for each in corrections if each.difference is not None and each.measure in keys]
    if not known:
        return []
    closings = _closings(client, days)
    spans: Spans = defaultdict(list)
    for each in known:
        measure = keys[each.measure]
        is_whole = measure.aggregation == "sum" and len(closings[measure.family]) == days.days
        spans[measure, days if is_whole else Period(each.day, each.day)].append(each)
    return _moved(client, spans, closings, stock_through, filters)


def moved_by_month(client: Client, days: Period, seen_at: datetime | None = None) -> list[Moved]:
    """How the totals of months that were wholly closed moved, of sums only, the latest first.

    With `seen_at` only those with a line that was recorded later. Cohorts are left out: their
    outcomes come in for weeks after the day has closed, as they should.
    """
    rows = list(
        _lines(client, days, {})
        .values("day", "measure", "reasons", "currency")
        .annotate(total=Sum("difference"), last=Max("recorded_at"))
        .order_by("day", "measure", "currency")
    )
    known = [row for row in rows if row["measure"] in MEASURES]
    spans: Spans = defaultdict(list)
    unseen: set[tuple[Measure, Period]] = set()
    for row, difference in zip(known, _converted(client, known), strict=True):
        measure, month = MEASURES[row["measure"]], unit_of(row["day"], "month")
        is_told = measure.aggregation == "sum" and measure.outcome_family is None
        if is_told and difference is not None and month.overlap(days) == month:
            line = Correction(
                row["day"], measure.key, difference, row["last"], tuple(row["reasons"])
            )
            spans[measure, month].append(line)
            if seen_at is None or row["last"] > seen_at:
                unseen.add((measure, month))
    if not unseen:
        return []
    closings = _closings(client, days)
    closed = {
        (measure, month): its
        for (measure, month), its in spans.items()
        if (measure, month) in unseen and _is_closed(closings[measure.family], month)
    }
    return _moved(client, closed, closings, None, None)[::-1]


def _is_closed(closed: Mapping[date, datetime], month: Period) -> bool:
    return all(month.first + timedelta(days=step) in closed for step in range(month.days))


def _moved(
    client: Client,
    spans: Mapping[tuple[Measure, Period], list[Correction]],
    closings: Mapping[str, Mapping[date, datetime]],
    stock_through: date | None,
    filters: Filters | None,
) -> list[Moved]:
    now = _totals(client, list(spans), stock_through, filters)
    found = []
    for (measure, period), its in spans.items():
        total, parts = now[measure, period], _parts(its)
        closed = closings[measure.family]
        at = max(
            (closed[day] for day in closed if period.first <= day <= period.last), default=None
        )
        if total is None or at is None or not parts:
            continue
        reported = total - sum(part.difference for part in parts)
        found.append(Moved(measure, period, at, reported, total, parts))
    return sorted(found, key=lambda each: (each.days.first, each.measure.key))


def _parts(corrections: Iterable[Correction]) -> tuple[Part, ...]:
    """Differences by their reasons, the largest first; what cancelled out is left out."""
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for each in corrections:
        sums[tuple(sorted(each.reasons))] += each.difference or Decimal(0)
    parts = [Part(reasons, total) for reasons, total in sums.items() if total]
    return tuple(sorted(parts, key=lambda part: (-abs(part.difference), part.reasons)))


def _closings(client: Client, days: Period) -> Mapping[str, Mapping[date, datetime]]:
    found: dict[str, dict[date, datetime]] = defaultdict(dict)
    rows = DayClose.objects.filter(
        agency_id=client.agency_id, client=client, day__range=(days.first, days.last)
    )
    for family, day, at in rows.values_list("family", "day", "closed_at"):
        found[family][day] = at
    return found


def _totals(
    client: Client,
    wanted: Sequence[tuple[Measure, Period]],
    stock_through: date | None,
    filters: Filters | None,
) -> dict[tuple[Measure, Period], Decimal | None]:
    """Present totals of measures, each over its own days; None where a rate is missing."""
    if not wanted:
        return {}
    pieces = elementary(period for _measure, period in wanted)
    hull, at = Period(pieces[0].first, pieces[-1].last), places(pieces)
    asked = {measure: Wanted(Atom(measure), hull) for measure, _period in wanted}
    cut = Cut(pieces, None, filters or {})
    totals = totals_for(client, list(asked.values()), cut, stock_through)
    found: dict[tuple[Measure, Period], Decimal | None] = {}
    for measure, period in wanted:
        last = at.get(period.last + ONE_DAY, len(pieces))
        parts = [
            totals.get((n, None), {}).get(asked[measure]) for n in range(at[period.first], last)
        ]
        known = [Decimal(part or 0) for part in parts if not isinstance(part, Undefined)]
        found[measure, period] = sum(known, Decimal(0)) if len(known) == len(parts) else None
    return found


# -- figures that moved by much ---------------------------------------------------------------

#: What counts as much: a twentieth of what was reported, and at least one unit (KPIS G.3).
MUCH = Decimal("0.05")


def is_much(reported: Decimal, now: Decimal, unit: Decimal = Decimal(1)) -> bool:
    """Whether a closed figure moved so far that its readers should know. `unit`: the smallest step."""
    moved = abs(now - reported)
    return moved >= unit and moved >= MUCH * abs(reported)
