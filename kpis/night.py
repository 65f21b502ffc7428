"""A client's night, at 02:00 by its own clock: stocks, the settle window, closings, goals."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.locks import Work, lock, try_lock
from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.services import batches_purge
from kpis.audit import Differing, differing, sampled_days
from kpis.calendar import ONE_DAY
from kpis.clock import NIGHT_ATTEMPTS
from kpis.closing import days_close, settle_days
from kpis.customer_value.services import value_model_queue_weekly
from kpis.families import PARTS
from kpis.filled import idle_parts, parts_closed
from kpis.goal_standing.judging import goals_evaluate
from kpis.models import DirtyDay, NightRun, SnapshotState
from kpis.parameters import Terms, sql_versions
from kpis.signals import night_judged
from kpis.snapshots import (
    Difference,
    Dirt,
    Why,
    days_between,
    marks_of,
    reaches_of,
    refill,
    remember_more,
    snapshot_refresh,
    snapshot_state,
    spread,
)
from kpis.telling import night_failed_tell, night_tell
from kpis.watching import watch
from kpis.zone_rules import zone_rules

log = logging.getLogger(__name__)
REASON = "night"
NIGHTS_SHOWN = 31


@dataclass
class Found:
    """What a night did and met: days recomputed and closed, totals that changed without a mark;
    closed days that were recounted by chance, and those that differ from their facts."""

    recomputed: dict[str, int] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    unmarked: list[dict[str, str]] = field(default_factory=list)
    watched: dict[str, int] = field(default_factory=dict)
    audited: dict[str, list[str]] = field(default_factory=dict)
    differing: list[dict[str, str]] = field(default_factory=list)
    zone_rules: dict[str, str] = field(default_factory=zone_rules)


def night_run(agency_id: int, client_id: int, day: date) -> NightRun | None:
    """Run the night of a local day once; None if it is done or somebody is at it.

    Three transactions: claim an attempt, work, note how it failed. A worker that dies in between
    leaves the attempt counted and the lock free, and the scheduler tries again.
    """
    with tenant_transaction(agency_id):
        client = Client.objects.get(pk=client_id)
        run, _ = NightRun.objects.get_or_create(agency_id=agency_id, client=client, day=day)
        if run.state != "due" or not try_lock(Work.NIGHT, client_id):
            return None
        run.attempts += 1
        run.queued_at = timezone.now()
        run.save(update_fields=["attempts", "queued_at"])
    try:
        with tenant_transaction(agency_id):
            lock(Work.NIGHT, client_id)
            found = night_work(client, day)
            batches_purge(client, timezone.now())
            run.state, run.finished_at, run.error = "done", timezone.now(), ""
            run.found = vars(found)
            run.save(update_fields=["state", "finished_at", "error", "found"])
    except Exception as error:
        log.exception("The night of %s of client %s failed", day, client_id)
        run.state = "failed" if run.attempts >= NIGHT_ATTEMPTS else "due"
        run.error = f"{type(error).__name__}: {error}"
        with tenant_transaction(agency_id):
            run.save(update_fields=["state", "error"])
            if run.state == "failed":
                night_failed_tell(client, run)
    return run


def night_work(client: Client, day: date) -> Found:
    """One transaction, in system scope; `day` is the client's date on which the night begins.

    1. Stocks are due through yesterday: mark the new days and refresh.
    2. Recompute the settle window whole. What changes without a mark in the log is a defect. Parts
       that the refresh has just refilled whole, as on a client's first night, need it no more.
    3. Recount some closed days, drawn by chance, and report what differs.
    4. Close the days that have settled.
    5. Judge the goals, look for unusual days, judge what notes expected.
    6. Tell members of sources that went quiet, and of closed figures that moved; let the apps after
       this one judge what is theirs.
    7. Once a week, have it found out what customers are expected to buy.
    """
    yesterday = day - ONE_DAY
    _stocks_reach(client, yesterday)
    refreshed = snapshot_refresh(client)
    found, terms = Found(), sql_versions(client)
    filled = set(PARTS) - idle_parts(client, snapshot_state(client))
    whole = {name for name, days in refreshed.days.items() if days is None} if refreshed else set()
    differences = _recompute(client, yesterday, filled - whole, terms, found)
    found.unmarked = _told(_without_a_mark(client, differences))
    if found.unmarked:
        log.error("Totals of client %s changed without a mark: %s", client.pk, found.unmarked)
    _audit(client, day, filled, terms, found)
    found.closed = days_close(client, day)
    goals_evaluate(client)
    found.watched = watch(client, day)
    night_tell(client, day)
    night_judged.send(sender=Client, client=client, day=day)
    value_model_queue_weekly(client)
    return found


def _told(differences: Iterable[Difference | Differing]) -> list[dict[str, str]]:
    return [
        {
            "part": each.part,
            "day": each.day.isoformat(),
            "measure": each.measure,
            "difference": str(each.difference),
        }
        for each in differences
    ]


def _audit(client: Client, night: date, parts: Collection[str], terms: Terms, found: Found) -> None:
    """Nothing is mended: a defect that mends itself every night is never found."""
    differences: list[Differing] = []
    for name, days in sampled_days(client, night).items():
        if name in parts:
            differences += differing(client, PARTS[name], days, terms)
            found.audited[name] = [each.isoformat() for each in days]
    found.differing = _told(_without_a_mark(client, differences))
    if found.differing:
        log.error(
            "Closed days of client %s differ from their facts: %s", client.pk, found.differing
        )


def last_nights(client: Client) -> list[NightRun]:
    """The nights of the last month that were done, the latest first."""
    rows = NightRun.objects.filter(agency_id=client.agency_id, client=client, state="done")
    return list(rows.order_by("-day")[:NIGHTS_SHOWN])


def _stocks_reach(client: Client, through: date) -> None:
    state = snapshot_state(client)
    reached = state.stock_through
    if reached is not None and reached >= through:
        return
    SnapshotState.objects.filter(pk=state.pk).update(stock_through=through)
    DirtyDay.objects.bulk_create(
        DirtyDay(
            agency_id=client.agency_id,
            client=client,
            family=name,
            day=None if reached is None else reached + ONE_DAY,
            until=None if reached is None else through,
            reason=REASON,
        )
        for name, part in PARTS.items()
        if part.is_stock
    )


def _recompute(
    client: Client, yesterday: date, parts: Collection[str], terms: Terms, found: Found
) -> list[Difference]:
    state = snapshot_state(client)
    differences: list[Difference] = []
    settling = settle_days(client)
    dirt: dict[str, Dirt] = {}
    for name, part in PARTS.items():
        if name in parts:
            first = yesterday - timedelta(days=settling[part.family])
            dirt[name] = Dirt(days={each: Why({REASON}) for each in days_between(first, yesterday)})
    closed = parts_closed(client, {name: dirty.asked for name, dirty in dirt.items()})
    if dirt:
        remember_more()
    for name, dirty in dirt.items():
        differences += refill(
            client, PARTS[name], dirty, state, terms, has_closed=name in closed, is_compared=True
        )
        found.recomputed[name] = len(dirty.days)
    if differences:  # whoever keeps what was made of the snapshot sees by this that it is another
        SnapshotState.objects.filter(pk=state.pk).update(refreshed_at=timezone.now())
    return differences


def _without_a_mark(client: Client, differences: Iterable[Difference | Differing]) -> list[Any]:
    """A writer that committed meanwhile left marks; what it changed will be refreshed as always."""
    differences = list(differences)
    if not differences:
        return []
    through = snapshot_state(client).stock_through
    marked = spread(marks_of(client), through, reaches_of(sql_versions(client)))
    return [
        each
        for each in differences
        if each.part not in marked
        or not (marked[each.part].is_whole or each.day in marked[each.part].days)
    ]
