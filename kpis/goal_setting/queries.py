"""Goals and their stored milestones, as rows. How they stand is `kpis.goal_standing.judging`."""

from collections.abc import Iterable
from fractions import Fraction

from django.db.models import QuerySet

from accounts.models import Client
from kpis.calendar import Period
from kpis.goals import Milestone
from kpis.models import Goal, GoalVersion
from kpis.models import Milestone as StoredMilestone


def goals_of(client: Client, is_archived: bool = False) -> QuerySet[Goal]:
    """The goals of a client, those that end first on top."""
    rows = Goal.objects.filter(
        agency_id=client.agency_id, client=client, archived_at__isnull=not is_archived
    )
    return _told(rows).order_by("ends_on", "kpi", "pk")


def all_goals_of(client: Client) -> QuerySet[Goal]:
    """The goals of a client, archived ones included, in no order."""
    rows = Goal.objects.filter(agency_id=client.agency_id, client=client)
    return _told(rows)


def goals_within(client: Client, period: Period) -> QuerySet[Goal]:
    """Those that have a day in the period."""
    return goals_of(client).filter(starts_on__lte=period.last, ends_on__gte=period.first)


def goal_in(client: Client, number: int) -> Goal | None:
    rows = Goal.objects.filter(agency_id=client.agency_id, client=client, pk=number)
    return _told(rows).first()


def serves(goal: Goal, other: Goal) -> bool:
    """Whether a goal is `other`, or is one that serves it, however far below."""
    rows = Goal.objects.filter(agency_id=goal.agency_id, client_id=goal.client_id)
    above = dict(rows.values_list("pk", "parent_id"))
    number: int | None = goal.pk
    for _step in above:
        if number is None or number == other.pk:
            break
        number = above.get(number)
    return number == other.pk


def _told(rows: QuerySet[Goal]) -> QuerySet[Goal]:
    """With what every reader asks: what they are about, and how they stand."""
    return rows.select_related("campaign").prefetch_related("standings")


def stones_of(client: Client, goals: Iterable[Goal]) -> dict[int, list[Milestone]]:
    """The milestones of each goal as they were set, in the order of time."""
    rows = StoredMilestone.objects.filter(
        agency_id=client.agency_id, client=client, goal__in=[goal.pk for goal in goals]
    )
    found: dict[int, list[Milestone]] = {}
    for row in rows.order_by("goal_id", "starts_on"):
        stone = Milestone(Period(row.starts_on, row.ends_on), Fraction(row.value))
        found.setdefault(row.goal_id, []).append(stone)
    return found


def versions_of(goal: Goal) -> QuerySet[GoalVersion]:
    """What it asked for from which day on, in the order in which it was said."""
    rows = GoalVersion.objects.filter(
        agency_id=goal.agency_id, client_id=goal.client_id, goal_id=goal.pk
    )
    return rows.order_by("pk")
