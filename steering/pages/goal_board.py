"""All clients by their goals: where each stands, what is due, what is quiet. Filters and order, too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Agency, Client
from kpis.book import book_of, books_prepare
from steering.goal_board_queries import (
    GoalFacts,
    clients_stale,
    families_fed,
    goal_facts,
    incidents_standing,
    last_readings,
)
from steering.openings import last_openings
from steering.pages.goal_lines import BoardLine, line_of, ranked, unread_of
from steering.pages.goal_links import Links
from steering.plan_queries import PlanFacts, plans_standing
from steering.trails import trails_of

DAYS_SHOWN_AFTER = timedelta(days=31)
NO_PLAN = PlanFacts()


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
    "worse": (gettext_lazy("Getting worse"), lambda line: line.is_worse),
    "due": (gettext_lazy("Review due"), lambda line: line.due > 0),
    "stale": (gettext_lazy("Data behind"), lambda line: line.is_stale),
    "unread": (gettext_lazy("Not read"), lambda line: bool(line.unread)),
    "setup": (
        gettext_lazy("Set-up gaps"),
        lambda line: not line.counts or line.plan.number is None or bool(line.gaps),
    ),
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
    """Ten statements, however many clients and goals. `owner_id`: only the goals of that member.

    Without `sees_members` (who is limited to some clients does not see who else is a member) what
    was opened is known, and logins are not.
    """
    facts: dict[int, list[GoalFacts]] = {}
    for each in goal_facts(agency.pk, now.date() - DAYS_SHOWN_AFTER):
        if owner_id is None or each.owner_id == owner_id:
            facts.setdefault(each.client_id, []).append(each)
    shown_clients = [each for each in clients if owner_id is None or each.pk in facts]
    books_prepare(shown_clients)
    books = {each.pk: book_of(each) for each in shown_clients}
    quiet = clients_stale(agency.pk)
    standing, plans = incidents_standing(agency.pk), plans_standing(agency.pk)
    logins = last_readings(agency.pk) if sees_members else None
    opened, fed = last_openings(agency.pk), families_fed(agency.pk)
    its = {
        each.pk: ranked(each, facts.get(each.pk, ()), books[each.pk], now) for each in shown_clients
    }
    trails = trails_of(agency.pk, (goal.id for some in its.values() for goal in some.named))
    links = Links.of(agency.slug)
    lines = [
        line_of(
            client,
            its[client.pk],
            books[client.pk],
            trails,
            locale,
            links,
            incidents=standing.get(client.pk, 0),
            is_stale=client.pk in quiet,
            plan=plans.get(client.pk, NO_PLAN),
            fed=fed.get(client.pk, set()),
            unread=unread_of(client, logins, opened, now),
        )
        for client in shown_clients
    ]
    shown = FILTERS[wanted][1]
    filters = tuple(
        (code, name, sum(fits(line) for line in lines)) for code, (name, fits) in FILTERS.items()
    )
    kept = sorted(filter(shown, lines), key=ORDERS[order])  # type: ignore[arg-type]
    return Board(tuple(kept), len(lines), filters)
