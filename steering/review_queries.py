"""Reviews and comments as rows, and which goals are due for a look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import Client
from kpis.models import Goal
from steering.models import Comment, Review
from steering.review_days import ReviewDays


@dataclass(frozen=True)
class Due:
    """When a goal is to be looked at, and whether that day has come."""

    goal: Goal
    next_on: date
    is_due: bool
    last: Review | None


def reviews_of(client: Client, goal: Goal) -> QuerySet[Review]:
    """The newest first."""
    return all_reviews_of(client).filter(goal=goal).order_by("-reviewed_on", "-pk")


def all_reviews_of(client: Client) -> QuerySet[Review]:
    """Of all goals, in no order."""
    return Review.objects.filter(agency_id=client.agency_id, client=client)


def review_in(client: Client, number: int) -> Review | None:
    return all_reviews_of(client).filter(pk=number).select_related("goal").first()


def last_reviews(agency_id: int, goals: Iterable[Goal]) -> Mapping[int, Review]:
    """Goal id → its newest review, in one statement."""
    rows = (
        Review.objects.filter(agency_id=agency_id, goal__in=[goal.pk for goal in goals])
        .order_by("goal_id", "-reviewed_on", "-pk")
        .distinct("goal_id")
    )
    return {row.goal_id: row for row in rows}


def volume_of(goal: Goal) -> Decimal | None:
    """How many cases a day it rests on, as it was last judged."""
    standing = goal.standing
    return standing.daily_volume if standing else None


def due_of(days: ReviewDays, goal: Goal, last: Review | None, unit: str) -> Due:
    """A goal that is decided or put away is never due."""
    next_on = days.next_on(goal, unit, volume_of(goal), last.next_on if last else None)
    return Due(goal, next_on, goal.archived_at is None and days.is_due(goal, next_on), last)


def comments_on(client: Client, kpi: str, goal: Goal | None = None) -> QuerySet[Comment]:
    """Of a goal its own; of a KPI those about it as such. The newest first, withdrawn ones left out."""
    return all_comments_of(client).filter(kpi=kpi, goal=goal).order_by("-at", "-pk")


def all_comments_of(client: Client) -> QuerySet[Comment]:
    """Of all KPIs and goals, in no order; withdrawn ones left out."""
    return Comment.objects.filter(agency_id=client.agency_id, client=client, withdrawn_at=None)


def comment_in(client: Client, number: int) -> Comment | None:
    return all_comments_of(client).filter(pk=number).first()
