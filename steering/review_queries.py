"""Reviews and comments as rows, and which goals are due for a look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from accounts.models import Client
from kpis.calendar import CalendarRules, Period
from kpis.compare import Number
from kpis.goals.cadence import next_review, review_cadence
from kpis.goals.terms import CUMULATIVE
from kpis.models import Goal
from kpis.services import calendar_of
from steering.alerts.acting import today_of
from steering.models import Comment, Review

#: Of goals that rest on no count, or have none yet.
USUAL = "month"


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


def cadence_of(goal: Goal, unit: str) -> str:
    """The rhythm that was chosen, else by volume."""
    if goal.cadence:
        return goal.cadence
    days = Period(goal.starts_on, goal.ends_on)
    expected = volume_of(goal.accumulation, goal.target, days, unit)
    standing = None if expected else goal.standing
    return rhythm_of("", expected or (standing.daily_volume if standing else None))


def next_after(goal: Goal, unit: str, rules: CalendarRules, day: date) -> date:
    """When a goal that is looked at on this day is due again."""
    return next_review(day, cadence_of(goal, unit), rules)


def rhythm_of(chosen: str, daily: Number | None) -> str:
    """The rhythm that was chosen, else by how many cases a day the goal rests on (KPIS C.9)."""
    if chosen:
        return chosen
    return review_cadence(daily) if daily else USUAL


def volume_of(
    accumulation: str, target: Decimal | None, days: Period, unit: str
) -> Fraction | None:
    """What a goal that adds up a count expects a day; of any other its evaluation knows the volume."""
    if accumulation == CUMULATIVE and unit == "count" and target:
        return Fraction(target) / days.days
    return None


def due_of(client: Client, goal: Goal, last: Review | None, unit: str, today: date) -> Due:
    """`today` is the client's. A goal that is decided is never due."""
    cadence = cadence_of(goal, unit)
    begun_on = first_looked_at(client, goal.starts_on, goal.created_at)
    next_on = last.next_on if last else next_review(begun_on, cadence, calendar_of(client))
    is_open = goal.archived_at is None and goal.closed_on is None
    return Due(goal, next_on, is_open and next_on <= today, last)


def first_looked_at(client: Client, starts_on: date, created_at: datetime) -> date:
    """From when the first review is counted: a goal set in the middle of its period was seen then."""
    return max(starts_on, today_of(client, created_at))


def comments_on(client: Client, kpi: str, goal: Goal | None = None) -> QuerySet[Comment]:
    """Of a goal its own; of a KPI those about it as such. The newest first, withdrawn ones left out."""
    return all_comments_of(client).filter(kpi=kpi, goal=goal).order_by("-at", "-pk")


def all_comments_of(client: Client) -> QuerySet[Comment]:
    """Of all KPIs and goals, in no order; withdrawn ones left out."""
    return Comment.objects.filter(agency_id=client.agency_id, client=client, withdrawn_at=None)


def comment_in(client: Client, number: int) -> Comment | None:
    return all_comments_of(client).filter(pk=number).first()
