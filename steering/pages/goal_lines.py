"""A client's line in the portfolio by goals: its gravest goals, what is due, what is missing.

All goals of all clients pass through here; words and numbers are made for the few that are named.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Client
from kpis.catalogue import Kpi
from kpis.goals import STATUSES
from kpis.pages.goal_course import chance_text
from kpis.pages.pledges import URGENCY
from steering.alerts.acting import today_of
from steering.goal_board_queries import GoalFacts
from steering.models import GoalTrail
from steering.nudges import LONGEST_SILENCE
from steering.pages.goal_links import Links
from steering.plan_queries import PlanFacts
from steering.review_days import ReviewDays
from steering.trails import trend_of

#: Goals named in a client's line; the others are counted.
MOST_NAMED = 3
RANKS = {code: place for place, code in enumerate(URGENCY)}
#: Trend → its icon, and in words.
TRENDS: Mapping[str, tuple[str, Promise]] = {
    "better": ("arrow-up-right", gettext_lazy("better than a week or two ago")),
    "worse": ("arrow-down-right", gettext_lazy("worse than a week or two ago")),
    "steady": ("minus", gettext_lazy("as a week or two ago")),
}


@dataclass(frozen=True)
class GoalChip:
    """A goal in a client's line. probability: "64 %", or "" where nobody knows; so is trend."""

    id: int
    name: str
    status: str
    probability: str
    trend: str
    trend_icon: str
    trend_words: str
    since: str
    is_due: bool
    href: str
    review_href: str


@dataclass(frozen=True)
class Ranked:
    """A client's goals, the gravest first, and which of them are due for a review."""

    goals: tuple[GoalFacts, ...]
    due: frozenset[int]

    @property
    def named(self) -> tuple[GoalFacts, ...]:
        return self.goals[:MOST_NAMED]


@dataclass(frozen=True)
class BoardLine:
    """A client. `worst` orders lines: the gravest status first; `lowest`: of the probabilities.
    `gaps`: names of the plan's KPIs that no source delivers."""

    client: Client
    links: Links
    chips: tuple[GoalChip, ...]
    more: int
    counts: tuple[tuple[str, int], ...]
    worst: int
    lowest: Decimal | None
    due: int
    is_worse: bool
    incidents: int
    is_stale: bool
    plan: PlanFacts
    gaps: tuple[str, ...]
    unread: str


def ranked(
    client: Client, goals: Collection[GoalFacts], book: Mapping[str, Kpi], now: datetime
) -> Ranked:
    """Without goals on what the client has no more, which have no page either."""
    days, due = ReviewDays(client, today_of(client, now)), set()
    known = [each for each in goals if each.kpi in book]
    for each in known:
        if each.closed_on is not None:
            continue
        next_on = days.next_on(each, book[each.kpi].unit, each.daily_volume, each.next_on)
        if days.is_due(each, next_on):
            due.add(each.id)
    return Ranked(tuple(sorted(known, key=_urgency)), frozenset(due))


def rank_of(status: str | None) -> int:
    return RANKS.get(status or "", len(URGENCY) - 1)


def _urgency(goal: GoalFacts) -> tuple[int, bool, Decimal, date]:
    return (
        rank_of(goal.status),
        goal.probability is None,
        goal.probability or Decimal(0),
        goal.ends_on,
    )


def line_of(
    client: Client,
    its: Ranked,
    book: Mapping[str, Kpi],
    trails: Mapping[int, GoalTrail],
    locale: str,
    links: Links,
    *,
    incidents: int,
    is_stale: bool,
    plan: PlanFacts,
    fed: set[str],
    unread: str,
) -> BoardLine:
    mine = links.at(client.slug)
    chips = tuple(_chip(each, its, book, trails, locale, mine) for each in its.named)
    counted = Counter(each.status for each in its.goals if each.status)
    known = [each.probability for each in its.goals if each.probability is not None]
    return BoardLine(
        client,
        mine,
        chips,
        max(len(its.goals) - MOST_NAMED, 0),
        tuple((code, counted[code]) for code in URGENCY if code in counted),
        min((rank_of(each.status) for each in its.goals), default=len(URGENCY)),
        min(known, default=None),
        len(its.due),
        any(chip.trend == "worse" for chip in chips),
        incidents,
        is_stale,
        plan,
        _gaps(plan, book, fed),
        unread,
    )


def _chip(
    goal: GoalFacts,
    its: Ranked,
    book: Mapping[str, Kpi],
    trails: Mapping[int, GoalTrail],
    locale: str,
    links: Links,
) -> GoalChip:
    chance = goal.probability
    trend = trend_of(goal.pace, chance, trails.get(goal.id))
    icon, words = TRENDS.get(trend, ("", ""))
    return GoalChip(
        goal.id,
        str(book[goal.kpi].name),
        goal.status if goal.status and goal.status in STATUSES else "",
        "" if chance is None else chance_text(float(chance), locale),
        trend,
        icon,
        str(words),
        _since(goal.status_since),
        goal.id in its.due,
        links.goal.replace("{goal}", str(goal.id)),
        links.review.replace("{goal}", str(goal.id)),
    )


def _since(day: date | None) -> str:
    return _("since %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")} if day else ""


def _gaps(plan: PlanFacts, book: Mapping[str, Kpi], fed: set[str]) -> tuple[str, ...]:
    """By what each KPI needs with the parameters that most clients have."""
    known = [book[key] for key in plan.kpis if key in book]
    return tuple(str(kpi.name) for kpi in known if not _is_fed(kpi, fed))


def _is_fed(kpi: Kpi, fed: set[str]) -> bool:
    return all(fed.intersection(measure.families) for measure in kpi.measures())


def unread_of(
    client: Client,
    logins: Mapping[int, datetime | None] | None,
    openings: Mapping[int, date],
    now: datetime,
) -> str:
    """Why nobody of the client has seen its numbers of late; "" if somebody has.

    logins: when its users were in last (none invited: missing); None: the reader does not see who
    is a member, and goes by what was opened alone.
    """
    if logins is not None and client.pk not in logins:
        return _("Nobody invited")
    today, opened = today_of(client, now), openings.get(client.pk)
    login = logins[client.pk] if logins is not None else None
    days = [each for each in (opened, today_of(client, login) if login else None) if each]
    if not days:
        return _("Never logged in") if logins is not None else _("Never opened")
    if today - max(days) < LONGEST_SILENCE:
        return ""
    weeks = (today - max(days)).days // 7
    return ngettext("%(weeks)s week", "%(weeks)s weeks", weeks) % {"weeks": weeks}
