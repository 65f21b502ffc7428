"""Reviews as a page shows them: what was, what is now, what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import Agency, Client
from accounts.queries import member_names
from kpis.book import book_of
from kpis.formats import UNDEFINED
from kpis.models import Goal
from kpis.pages.reader import Reader
from steering.alerts.acting import today_of
from steering.incident_queries import incidents_since
from steering.models import Review
from steering.review_days import ReviewDays
from steering.review_queries import Due, due_of, reviews_of


@dataclass(frozen=True)
class ReviewRow:
    review: Review
    day: str
    value: str
    expected: str
    author: str


@dataclass(frozen=True)
class SinceLine:
    """A number at the last review and now; `change` with its sign, "" where one is not known."""

    name: str
    before: str
    now: str
    change: str


@dataclass(frozen=True)
class Since:
    """What became of a goal since its last review. statuses: then and now, "" for not judged."""

    lines: tuple[SinceLine, ...]
    statuses: tuple[str, str]
    incidents: int


@dataclass(frozen=True)
class ReviewsPage:
    """The reviews of a goal; `due_words` says when it is due, and whether that has passed."""

    rows: tuple[ReviewRow, ...]
    due: Due
    due_words: str


def reviews_page(
    agency: Agency, client: Client, goal: Goal, reader: Reader, now: datetime
) -> ReviewsPage:
    """Inside a scope that holds the client; `now` is the moment of asking."""
    rows = list(reviews_of(client, goal))
    unit = book_of(client)[goal.kpi].unit
    reader = reader.in_currency(goal.currency)
    written = [row.author_id for row in rows if row.author_id]
    names = member_names(agency, written) if written else {}
    days = ReviewDays(client, today_of(client, now))
    due = due_of(days, goal, rows[0] if rows else None, unit)
    if goal.closed_on is not None:
        words = ""
    elif due.is_due:
        words = _("A review is due since %(day)s") % {"day": reader.day(due.next_on)}
    else:
        words = _("Next review on %(day)s") % {"day": reader.day(due.next_on)}
    return ReviewsPage(tuple(_row(row, unit, reader, names) for row in rows), due, words)


def _row(review: Review, unit: str, reader: Reader, names: Mapping[int, str]) -> ReviewRow:
    return ReviewRow(
        review,
        reader.day(review.reviewed_on),
        UNDEFINED if review.value is None else reader.number(review.value, unit),
        UNDEFINED if review.expected is None else reader.number(review.expected, unit),
        names.get(review.author_id or 0, ""),
    )


def since_last(client: Client, goal: Goal, last: Review, reader: Reader) -> Since:
    """Inside a scope that holds the client; the numbers of now are those of the last night."""
    unit, standing = book_of(client)[goal.kpi].unit, goal.standing
    reader = reader.in_currency(goal.currency)
    pairs = (
        (_("Value"), last.value, standing.actual if standing else None),
        (_("Expected"), last.expected, standing.expected if standing else None),
    )
    return Since(
        tuple(_since_line(name, before, now, unit, reader) for name, before, now in pairs),
        (last.status, standing.status if standing else ""),
        incidents_since(client, goal, last.reviewed_on),
    )


def _since_line(
    name: str, before: Decimal | None, now: Decimal | None, unit: str, reader: Reader
) -> SinceLine:
    then, today = (
        UNDEFINED if each is None else reader.number(each, unit) for each in (before, now)
    )
    if before is None or now is None:
        return SinceLine(name, then, today, "")
    sign = "+" if now > before else ""
    return SinceLine(name, then, today, f"{sign}{reader.number(now - before, unit)}")
