"""Keeping reviews and comments."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.models import Goal
from steering.models import Comment, Review


@dataclass(frozen=True)
class ReviewWish:
    """What people say of a goal. Days are the client's."""

    reviewed_on: date
    comment: str
    next_on: date
    people: str = ""
    decision: str = ""


class Writer(NamedTuple):
    """Who comments: the member, or the one who made the key that writes, and by what name."""

    member_id: int | None
    name: str

    def wrote(self, comment: Comment) -> bool:
        """A key that nobody made is known by its name alone."""
        if self.member_id is None:
            return comment.author_id is None and comment.author_name == self.name
        return bool(comment.author_id == self.member_id)


def review_keep(client: Client, goal: Goal, wish: ReviewWish, author_id: int | None) -> Review:
    """A review with the goal's numbers as they stand, frozen. Sent twice it is kept once.

    DomainError `review_invalid` for one that says nothing, or whose next date is not later.
    """
    if not wish.comment.strip():
        raise DomainError("review_invalid", _("Say what was seen."), {"field": "comment"})
    if wish.next_on <= wish.reviewed_on:
        words = _("The next review comes after this one.")
        raise DomainError("review_invalid", words, {"field": "next_on"})
    standing = goal.standing
    Goal.objects.select_for_update().get(pk=goal.pk)  # two clicks come one after the other
    said = {
        "agency_id": client.agency_id,
        "client": client,
        "goal": goal,
        "reviewed_on": wish.reviewed_on,
        "people": wish.people.strip(),
        "comment": wish.comment.strip(),
        "decision": wish.decision.strip(),
        "next_on": wish.next_on,
        "author_id": author_id,
    }
    last = Review.objects.filter(**said).order_by("-pk").first()
    return last or Review.objects.create(
        **said,
        as_of=standing.as_of if standing else None,
        value=standing.actual if standing else None,
        expected=standing.expected if standing else None,
        status=standing.status if standing else "",
    )


def comment_write(
    client: Client, kpi: str, goal: Goal | None, text: str, writer: Writer, at: datetime
) -> Comment:
    """DomainError `comment_empty`; the same words by the same person twice are one comment."""
    if not text.strip():
        raise DomainError("comment_empty", _("Write something first."))
    said = {"kpi": kpi, "goal": goal, "text": text.strip(), "author_id": writer.member_id}
    own = {"agency_id": client.agency_id, "client": client}
    last = Comment.objects.filter(**own, kpi=kpi, goal=goal).order_by("-pk").first()
    if last and not last.withdrawn_at and last.text == text.strip() and writer.wrote(last):
        return last
    return Comment.objects.create(**own, **said, author_name=writer.name, at=at)


def comment_withdraw(comment: Comment, at: datetime) -> None:
    """Out of sight; the audit keeps it."""
    comment.withdrawn_at = at
    comment.save(update_fields=["withdrawn_at"])
