"""Facts → snapshot: the refresh of one client. What the rows are is in `families`.

Nothing here looks at the clock's time or at another row for a value: running it again, in any
order with any writers, ends at the same rows.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.locks import Work, lock, try_lock
from accounts.models import Client
from kpis.calendar import last_complete_day, zone
from kpis.families import COARSE_DIMENSIONS, DIMENSIONS, PARTS, Part, listed, summed
from kpis.filled import idle_parts, parts_closed, parts_with_rows
from kpis.models import SnapshotState
from kpis.parameters import Terms, sql_versions

#: A rebuild groups hundreds of thousands of combinations; they fit here instead of spilling.
WORK_MEMORY = "SET LOCAL work_mem = '128MB'"
#: A mark may reach to the end of time; nothing is written beyond this day.
LAST_DAY = date(2200, 12, 31)

ISLAND_GAP = timedelta(days=31)


@dataclass
class Why:
    """The reasons and batches behind a day's marks."""

    reasons: set[str] = field(default_factory=set)
    batches: set[int] = field(default_factory=set)

    def add(self, reason: str, batch: int | None) -> None:
        if reason:
            self.reasons.add(reason)
        if batch is not None:
            self.batches.add(batch)


@dataclass
class Dirt:
    """What of one part is to be refilled: some days, or with is_whole all there are."""

    is_whole: bool = False
    days: dict[date, Why] = field(default_factory=dict)
    everywhere: Why = field(default_factory=Why)

    def __bool__(self) -> bool:
        return self.is_whole or bool(self.days)

    @property
    def first(self) -> date:
        return date.min if self.is_whole else min(self.days)

    @property
    def asked(self) -> list[date] | None:
        """The days; None for all."""
        return None if self.is_whole else list(self.days)

    @property
    def last(self) -> date:
        return LAST_DAY if self.is_whole else max(self.days)

    def islands(self) -> Iterable["Dirt"]:
        """The days in groups that are far apart: a stock is computed over the whole of a group."""
        if self.is_whole:
            return [self]
        groups: list[Dirt] = []
        before = date.min
        for day in sorted(self.days):
            if not groups or day - before > ISLAND_GAP:
                groups.append(Dirt(everywhere=self.everywhere))
            groups[-1].days[day] = self.days[day]
            before = day
        return groups


@dataclass(frozen=True)
class Mark:
    """A kind of row of the dirty-day log; None is all days, or all parts."""

    part: str | None
    day: date | None
    until: date | None
    reason: str
    batch: int | None


@dataclass(frozen=True)
class Difference:
    """A total of a day that a refill changed, summed over the dimensions."""

    part: str
    day: date
    measure: str
    difference: Any


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: parts that were refilled, and how many of their days (None: all)."""

    days: Mapping[str, int | None]
    differences: tuple[Difference, ...] = ()

    @property
    def did_nothing(self) -> bool:
        return not self.days


def snapshot_refresh(client: Client, *, is_patient: bool = True) -> Refreshed | None:
    """Bring the client's snapshot up to its facts; inside a transaction in system scope.

    1. Hold the client's lock; without patience, answer None if somebody else has it.
    2. Take the marks out of the log. What a writer commits after this statement has marks of its
       own that stay, so nothing is ever cleared unseen.
    3. Refill each part's days in both grains by one statement, which also writes the differences
       of closed days to the ledger.
    Without marks it writes nothing.
    """
    if is_patient:
        lock(Work.REFRESH, client.pk)
    elif not try_lock(Work.REFRESH, client.pk):
        return None
    state = snapshot_state(client)
    marks = take_marks(client)
    if not marks:
        return Refreshed({})
    terms = sql_versions(client)
    dirt = spread(marks, state.stock_through, reaches_of(terms))
    idle = idle_parts(client, state, dirt)
    is_rebuilt = any(each.is_whole for each in dirt.values())
    written = parts_with_rows(client) if is_rebuilt else list(dirt)
    closed = parts_closed(client, {name: dirt[name].asked for name in dirt if name not in idle})
    remember_more()
    for name, dirty in dirt.items():
        if name in idle:
            continue
        for island in dirty.islands() if PARTS[name].is_stock else [dirty]:
            refill(
                client, PARTS[name], island, state, terms,
                has_rows=name in written, has_closed=name in closed,
            )  # fmt: skip
    SnapshotState.objects.filter(pk=state.pk).update(refreshed_at=timezone.now())
    return Refreshed(
        {name: None if each.is_whole else len(each.days) for name, each in dirt.items()}
    )


def remember_more() -> None:
    """Before refills, for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(WORK_MEMORY)


def snapshot_state(client: Client) -> SnapshotState:
    """The client's state; a new client's stocks are written through its last complete day."""
    yesterday = last_complete_day(timezone.now(), zone(client.time_zone))
    state, _ = SnapshotState.objects.get_or_create(
        agency_id=client.agency_id,
        client=client,
        defaults={"stock_through": yesterday, "filled": []},
    )
    return state


def take_marks(client: Client) -> list[Mark]:
    """Delete the client's rows of the log and answer what they said."""
    return _marks("DELETE FROM kpis_dirtyday WHERE {mine} RETURNING *", client)


def marks_of(client: Client) -> list[Mark]:
    """What the client's rows of the log say, left where they are."""
    return _marks("SELECT * FROM kpis_dirtyday WHERE {mine}", client)


def _marks(rows: str, client: Client) -> list[Mark]:
    """Marks with the ranges of one reason and batch joined, none beyond LAST_DAY."""
    mine = "agency_id = %(agency)s AND client_id = %(client)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
WITH marked AS ({rows.format(mine=mine)})
SELECT family, lower(days), upper(days) - 1, reason, batch_id
  FROM (SELECT family, reason, batch_id,
               unnest(range_agg(daterange(day, LEAST(COALESCE(until, day), %(last)s), '[]'))) AS days
          FROM marked WHERE day <= %(last)s GROUP BY 1, 2, 3) AS ranges
UNION ALL
SELECT DISTINCT family, NULL::date, NULL::date, reason, batch_id FROM marked WHERE day IS NULL
""",
            {"agency": client.agency_id, "client": client.pk, "last": LAST_DAY},
        )
        return [Mark(*row) for row in cursor.fetchall()]


def reaches_of(terms: Terms) -> dict[str, int]:
    """For each part, the days after a mark on which the marked fact still counts."""
    return {name: max(terms[part.reach]) if part.reach else 0 for name, part in PARTS.items()}


def spread(
    marks: Iterable[Mark], stock_through: date | None, reaches: Mapping[str, int]
) -> dict[str, Dirt]:
    """The marks as days of each part, in the order of PARTS. Stocks end where they are written."""
    found = {name: Dirt() for name in PARTS}
    for mark in marks:
        for name, dirt in found.items():
            if mark.part not in (None, name) and not (
                mark.day is None and mark.part == PARTS[name].family
            ):
                continue
            if mark.day is None:
                dirt.is_whole = True
                dirt.everywhere.add(mark.reason, mark.batch)
                continue
            limit = (stock_through or date.min) if PARTS[name].is_stock else LAST_DAY
            last = (mark.until or mark.day) + timedelta(days=reaches[name])
            for day in days_between(mark.day, min(last, limit)):
                dirt.days.setdefault(day, Why()).add(mark.reason, mark.batch)
    return {name: dirt for name, dirt in found.items() if dirt}


def days_between(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def refill(
    client: Client,
    part: Part,
    dirt: Dirt,
    state: SnapshotState,
    terms: Terms,
    *,
    has_closed: bool,
    has_rows: bool = True,
    is_compared: bool = False,
) -> tuple[Difference, ...]:
    """Delete the part's rows of these days in both grains and fill them again from the facts.

    `terms`: the client's `sql_versions`. Without has_rows there is none yet, and none is looked
    for among those of other parts that a first refresh has just written; without has_closed none of
    the days is closed, and nothing goes to the ledger. With is_compared, answers every total that
    became another.
    """
    last = min(dirt.last, state.stock_through or date.min) if part.is_stock else dirt.last
    parameters = {
        "agency": client.agency_id,
        "client": client.pk,
        **terms,
        "days": list(dirt.days),
        "first": dirt.first,
        "last": last,
        **_why(dirt),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            refill_sql(
                part,
                dirt.is_whole,
                has_rows=has_rows,
                has_closed=has_closed,
                is_compared=is_compared,
            ),
            parameters,
        )
        if not is_compared:
            return ()
        return tuple(Difference(part.name, *row) for row in cursor.fetchall())


def _why(dirt: Dirt) -> dict[str, Any]:
    """Reasons and batches as parallel arrays of days and JSON, for the ledger."""

    def text(values: Iterable[Any]) -> str:
        return json.dumps(sorted(values))

    return {
        "why_days": list(dirt.days),
        "why_reasons": [text(why.reasons | dirt.everywhere.reasons) for why in dirt.days.values()],
        "why_batches": [text(why.batches | dirt.everywhere.batches) for why in dirt.days.values()],
        "all_reasons": text(dirt.everywhere.reasons),
        "all_batches": text(dirt.everywhere.batches),
    }


def refill_sql(
    part: Part, is_whole: bool, *, has_rows: bool, has_closed: bool, is_compared: bool
) -> str:
    """One statement: delete, fill the fine grain, sum it up into the coarse one, keep the ledger.

    Facts are read once, so the two grains agree even while others write. Nobody is handed the rows
    of the fine grain back: that would cost more than to keep what was counted. Rows go in by day, as
    the index has them: that is quicker than in any order, and whoever reads some days of a client
    finds them side by side.
    """
    days = "" if is_whole else " AND day = ANY(%(days)s)"
    mine = f"agency_id = %(agency)s AND client_id = %(client)s AND family = '{part.family}'{days}"
    gone = f"{mine} AND {part.rows}" if has_rows else "FALSE"
    keys = listed(part.columns)
    identity = f"%(agency)s, %(client)s, '{part.family}'"
    coarse = listed(("day", *COARSE_DIMENSIONS))
    fine = listed(("day", *DIMENSIONS))
    told = f" RETURNING {coarse}, {keys}" if has_closed or is_compared else ""
    sql = f"""
WITH fine_gone AS (
    DELETE FROM kpis_dailysnapshot WHERE {gone}
), gone AS (
    DELETE FROM kpis_dailytotal WHERE {gone} RETURNING {coarse}, {keys}
), counted AS MATERIALIZED ({part.select(is_whole)}
), fine AS (
    INSERT INTO kpis_dailysnapshot (agency_id, client_id, family, {fine}, {keys})
    SELECT {identity}, {fine}, {keys} FROM counted ORDER BY day
), filled AS (
    INSERT INTO kpis_dailytotal (agency_id, client_id, family, {coarse}, {keys})
    SELECT {identity}, {coarse}, {listed(summed(key) for key in part.columns)}
      FROM counted GROUP BY {coarse} ORDER BY day{told}
)"""
    if has_closed or is_compared:
        sql += _difference_sql(part, coarse)
    if has_closed:
        sql += _ledger_sql(part, identity, is_whole)
    if is_compared:
        return f"{sql} SELECT day, measure, sum(difference) FROM difference GROUP BY day, measure"
    return f"{sql} SELECT 1"


def _difference_sql(part: Part, coarse: str) -> str:
    before = listed(f"-{key} AS {key}" for key in part.columns)
    values = listed(f"('{key}', {key}::numeric)" for key in part.columns)
    return f""", difference AS (
    SELECT {coarse}, measure, sum(amount) AS difference
      FROM (SELECT {coarse}, {before} FROM gone
            UNION ALL SELECT {coarse}, {listed(part.columns)} FROM filled) AS both_states
     CROSS JOIN LATERAL (VALUES {values}) AS unpivoted (measure, amount)
     WHERE amount IS NOT NULL GROUP BY {coarse}, measure HAVING sum(amount) <> 0
)"""


def _ledger_sql(part: Part, identity: str, is_whole: bool) -> str:
    """Differences of closed days. When all days are refilled, a measure that had no value on any of
    them is counted for the first time, as after an upgrade, and has nothing to restate."""
    known = ""
    if is_whole:
        counts = listed(f"count({key}) AS {key}" for key in part.columns)
        values = listed(f"('{key}', {key})" for key in part.columns)
        known = f""", known AS (
    SELECT measure FROM (SELECT {counts} FROM gone) AS counted
     CROSS JOIN LATERAL (VALUES {values}) AS unpivoted (measure, rows) WHERE rows > 0
)"""
    return f"""{known}, ledger AS (
    INSERT INTO kpis_restatement (agency_id, client_id, family, day, channel, campaign_id, currency,
                                  measure, difference, reasons, batch_ids, recorded_at)
    SELECT {identity}, day, channel, campaign_id, currency, measure, difference,
           COALESCE(why.reasons, %(all_reasons)s)::jsonb,
           COALESCE(why.batches, %(all_batches)s)::jsonb, now()
      FROM difference {"JOIN known USING (measure)" if is_whole else ""}
      JOIN kpis_dayclose AS closed USING (day)
      LEFT JOIN unnest(%(why_days)s::date[], %(why_reasons)s::text[], %(why_batches)s::text[])
             AS why (day, reasons, batches) USING (day)
     WHERE closed.agency_id = %(agency)s AND closed.client_id = %(client)s
       AND closed.family = '{part.family}'
)"""
