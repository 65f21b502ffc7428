"""All clients by their goals: where each stands, what is due, what is quiet. Filters and order, too."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Agency, Client
from kpis.book import book_of_agency
from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.goals import STATUSES
from kpis.goals.cadence import next_review
from kpis.pages.goal_course import chance_text
from kpis.pages.pledges import URGENCY
from kpis.services import calendar_of
from steering.alerts.acting import today_of
from steering.goal_board_queries import (
    GoalFacts,
    clients_stale,
    goal_facts,
    incidents_standing,
    last_readings,
)
from steering.plan_queries import clients_with_plan
from steering.review_queries import first_looked_at, rhythm_of, volume_of

#: A client whose own users have not been in for so long does not read its numbers.
UNREAD = timedelta(weeks=4)
#: Goals named in a client's line; the others are counted.
MOST_NAMED = 3
DAYS_SHOWN_AFTER = timedelta(days=31)


@dataclass(frozen=True)
class GoalChip:
    """A goal in a client's line. probability: "64 %", or "" where nobody knows."""

    id: int
    name: str
    status: str
    probability: str
    since: date | None
    is_due: bool


@dataclass(frozen=True)
class BoardLine:
    """A client. `worst` orders lines: the gravest status first; `lowest`: of the probabilities."""

    client: Client
    chips: tuple[GoalChip, ...]
    more: int
    counts: tuple[tuple[str, int], ...]
    worst: int
    lowest: Decimal | None
    due: int
    incidents: int
    is_stale: bool
    has_plan: bool
    unread: str


@dataclass(frozen=True)
class Board:
    lines: tuple[BoardLine, ...]
    total: int
    filters: tuple[tuple[str, Promise, int], ...]


FILTERS: Mapping[str, tuple[Promise, Callable[[BoardLine], bool]]] = {
    "": (gettext_lazy("All"), lambda line: True),
    "trouble": (
        gettext_lazy("In trouble"),
        lambda line: any(code in ("off_track", "missed", "at_risk") for code, _n in line.counts),
    ),
    "due": (gettext_lazy("Review due"), lambda line: line.due > 0),
    "stale": (gettext_lazy("Data behind"), lambda line: line.is_stale),
    "unread": (gettext_lazy("Not read"), lambda line: bool(line.unread)),
    "setup": (gettext_lazy("No goal or plan"), lambda line: not line.counts or not line.has_plan),
}
ORDERS: Mapping[str, Callable[[BoardLine], object]] = {
    "": lambda line: (line.worst, -line.incidents, line.client.name),
    "name": lambda line: line.client.name.casefold(),
    "chance": lambda line: (line.lowest is None, line.lowest or 0, line.client.name),
    "due": lambda line: (-line.due, line.client.name),
}


def goal_board(
    agency: Agency,
    clients: Sequence[Client],
    wanted: str,
    order: str,
    locale: str,
    now: datetime,
    owner_id: int | None = None,
    sees_members: bool = True,
) -> Board:
    """Seven statements, however many clients and goals. `owner_id`: only the goals of that member.

    Without `sees_members` nobody can be said not to read: who is limited to some clients does not
    see who else is a member.
    """
    facts: dict[int, list[GoalFacts]] = {}
    for each in goal_facts(agency.pk, now.date() - DAYS_SHOWN_AFTER):
        if owner_id is None or each.owner_id == owner_id:
            facts.setdefault(each.client_id, []).append(each)
    book, quiet = book_of_agency(agency.pk), clients_stale(agency.pk)
    standing, planned = incidents_standing(agency.pk), clients_with_plan(agency.pk)
    read = last_readings(agency.pk)
    lines = [
        _line(
            client,
            facts.get(client.pk, ()),
            book,
            locale,
            now,
            incidents=standing.get(client.pk, 0),
            is_stale=client.pk in quiet,
            has_plan=client.pk in planned,
            unread=_unread(client, read, now) if sees_members else "",
        )
        for client in clients
        if owner_id is None or client.pk in facts
    ]
    shown = FILTERS[wanted][1]
    filters = tuple(
        (code, name, sum(fits(line) for line in lines)) for code, (name, fits) in FILTERS.items()
    )
    kept = sorted(filter(shown, lines), key=ORDERS[order])  # type: ignore[arg-type]
    return Board(tuple(kept), len(lines), filters)


def _line(
    client: Client,
    goals: Iterable[GoalFacts],
    book: Mapping[str, Kpi],
    locale: str,
    now: datetime,
    *,
    incidents: int,
    is_stale: bool,
    has_plan: bool,
    unread: str,
) -> BoardLine:
    today, ranked = today_of(client, now), sorted(goals, key=_urgency)
    chips = [_chip(client, each, book, locale, today) for each in ranked]
    counted = Counter(each.status for each in ranked if each.status)
    known = [each.probability for each in ranked if each.probability is not None]
    return BoardLine(
        client,
        tuple(chips[:MOST_NAMED]),
        max(len(chips) - MOST_NAMED, 0),
        tuple((code, counted[code]) for code in URGENCY if code in counted),
        min((_rank(each.status) for each in ranked), default=len(URGENCY)),
        min(known, default=None),
        sum(chip.is_due for chip in chips),
        incidents,
        is_stale,
        has_plan,
        unread,
    )


def _rank(status: str) -> int:
    return URGENCY.index(status) if status in URGENCY else len(URGENCY) - 1


def _urgency(goal: GoalFacts) -> tuple[int, bool, Decimal, date]:
    return (
        _rank(goal.status),
        goal.probability is None,
        goal.probability or Decimal(0),
        goal.ends_on,
    )


def _chip(
    client: Client, goal: GoalFacts, book: Mapping[str, Kpi], locale: str, today: date
) -> GoalChip:
    kpi = book.get(goal.kpi)
    chance = goal.probability
    return GoalChip(
        goal.id,
        str(kpi.name) if kpi else goal.kpi,
        goal.status if goal.status in STATUSES else "",
        "" if chance is None else chance_text(float(chance), locale),
        goal.status_since,
        _is_due(client, goal, kpi.unit if kpi else "", today),
    )


def _is_due(client: Client, goal: GoalFacts, unit: str, today: date) -> bool:
    if goal.closed_on is not None:
        return False
    if goal.next_on is not None:
        return goal.next_on <= today
    begun_on = first_looked_at(goal.starts_on, goal.created_at)
    if begun_on >= today:
        return False
    expected = volume_of(
        goal.accumulation,
        goal.target,
        Period(goal.starts_on, max(goal.starts_on, goal.ends_on)),
        unit,
    )
    rhythm = rhythm_of(goal.cadence, expected or goal.daily_volume)
    return next_review(begun_on, rhythm, calendar_of(client)) <= today


def _unread(client: Client, read: Mapping[int, datetime | None], now: datetime) -> str:
    """Why nobody of the client has seen its numbers of late; "" if somebody has."""
    if client.pk not in read:
        return _("Nobody invited")
    last = read[client.pk]
    if last is None:
        return _("Never logged in")
    if now - last < UNREAD:
        return ""
    weeks = (now - last).days // 7
    return ngettext("%(weeks)s week", "%(weeks)s weeks", weeks) % {"weeks": weeks}
