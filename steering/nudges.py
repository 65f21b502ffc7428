"""What a night reminds the client's managers of: reviews that are due, a client that does not look.

In system scope, inside the night's transaction. Each is told once: again only when one more review
has become due, or when somebody has looked and then has not.
"""

from datetime import date, timedelta

from accounts.models import Client
from inbox.services import notice_send, notices_end
from kpis.book import book_of
from kpis.goal_setting.queries import goals_of
from steering.alerts.subjects import kpi_words
from steering.openings import last_look
from steering.review_days import ReviewDays
from steering.review_queries import Due, due_of, last_reviews

REVIEWS, UNREAD = "reviews_due", "client_unread"
#: A client whose own users have not been in for so long does not read its numbers.
LONGEST_SILENCE = timedelta(weeks=4)
MOST_NAMED = 3


def nudges_tell(client: Client, day: date) -> None:
    """day: the client's today."""
    _tell_of_reviews(client, day)
    _tell_of_silence(client, day)


def reviews_due(client: Client, day: date) -> list[Due]:
    """The goals that are due for a look, the longest first. Inside a scope that holds the client."""
    book = book_of(client)
    goals = [each for each in goals_of(client).filter(closed_on=None) if each.kpi in book]
    last = last_reviews(client.agency_id, goals)
    days = ReviewDays(client, day)
    found = [due_of(days, each, last.get(each.pk), book[each.kpi].unit) for each in goals]
    return sorted((each for each in found if each.is_due), key=lambda due: due.next_on)


def _tell_of_reviews(client: Client, day: date) -> None:
    due = reviews_due(client, day)
    keys = [f"{REVIEWS}:{client.pk}:{due[-1].next_on.isoformat()}"] if due else []
    if due:
        named = [kpi_words(client, each.goal.kpi) for each in due[:MOST_NAMED]]
        data = {"count": len(due), "kpis": named}
        notice_send(client.agency_id, client, REVIEWS, keys[0], data)
    notices_end(client.agency_id, client, REVIEWS, keys)


def _tell_of_silence(client: Client, day: date) -> None:
    since = last_look(client)
    keys = []
    if since is not None and day - since >= LONGEST_SILENCE:
        keys = [f"{UNREAD}:{client.pk}:{since.isoformat()}"]
        data = {"client": client.name, "since": since.isoformat()}
        notice_send(client.agency_id, client, UNREAD, keys[0], data)
    notices_end(client.agency_id, client, UNREAD, keys)
