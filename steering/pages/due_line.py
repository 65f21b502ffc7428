"""The reviews of a client that wait, as one line of its dashboard."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Client
from inbox.kinds import KINDS
from kpis.book import book_of
from kpis.pages.reader import Reader
from steering.alerts.acting import today_of
from steering.nudges import MOST_NAMED, REVIEWS, reviews_due


@dataclass(frozen=True)
class DueGoal:
    """A goal that waits: its id, its KPI, and since when in words."""

    id: int
    name: str
    since: str


@dataclass(frozen=True)
class DueLine:
    """title: how many wait; the goals that wait longest; `more`: how many are not named."""

    title: str
    goals: tuple[DueGoal, ...]
    more: int


def due_line(client: Client, reader: Reader, now: datetime) -> DueLine | None:
    """None where no review is due. Inside a scope that holds the client."""
    due = reviews_due(client, today_of(client, now))
    if not due:
        return None
    book = book_of(client)
    named = tuple(
        DueGoal(
            each.goal.pk,
            str(book[each.goal.kpi].name),
            _("since %(day)s") % {"day": reader.day(each.next_on)},
        )
        for each in due[:MOST_NAMED]
    )
    return DueLine(KINDS[REVIEWS].title({"count": len(due)}), named, len(due) - len(named))
