"""What the steering tests share: a goal, a change of it, the days as they go by, what was mailed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from accounts.models import Client
from inbox.kinds import KINDS
from inbox.models import Notice
from kpis.models import DailyTotal, Goal, GoalStanding, Milestone
from kpis.signals import GoalChange, goals_judged, night_judged
from steering.models import Incident, IncidentStep

#: A Monday; 02:00 in Madrid.
MONDAY = date(2026, 3, 16)


def night(day: date, hour: int = 1) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def new_goal(client: Client, **fields: Any) -> Goal:
    """900 leads in the first half of 2026, with 345 by 15 March: 900 × 74/181 were expected."""
    goal = Goal.objects.create(
        **{
            "agency_id": client.agency_id, "client": client, "kpi": "leads", "kind": "increase",
            "accumulation": "cumulative", "target": Decimal(900), "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 6, 30), "created_at": datetime(2026, 1, 1, tzinfo=UTC), **fields,
        }
    )  # fmt: skip
    Milestone.objects.create(
        agency_id=client.agency_id, client=client, goal=goal, starts_on=goal.starts_on,
        ends_on=goal.ends_on, value=goal.target,
    )  # fmt: skip
    GoalStanding.objects.create(
        agency_id=client.agency_id, client=client, goal=goal, as_of=date(2026, 3, 15),
        actual=345, expected=Decimal("367.9558"), status="on_track",
    )  # fmt: skip
    return goal


def leads(client: Client, day: date, count: int) -> None:
    DailyTotal.objects.create(
        agency_id=client.agency_id, client=client, family="leads", day=day,
        channel="paid_search", leads=count,
    )  # fmt: skip


def judged(goal: Goal, before: str, after: str, on: date) -> None:
    """As the night says it, when it has kept what it found."""
    GoalStanding.objects.filter(goal=goal).update(status=after)
    change = GoalChange(goal, before, after, on)
    goals_judged.send(Client, client=goal.client, changes=[change], day=on)


def night_over(client: Client, day: date) -> None:
    night_judged.send(Client, client=client, day=day)


def only_incident() -> Incident:
    return Incident.objects.get()


def acts() -> list[str]:
    return list(IncidentStep.objects.order_by("pk").values_list("act", flat=True))


def digests(kind: str | None = None) -> list[tuple[str, str]]:
    """Each digest's kind and its title in English, the oldest first."""
    rows = Notice.objects.filter(kind__startswith="digest").order_by("due_at")
    with override("en"):
        return [
            (row.kind, plain(KINDS[row.kind].title(row.data)))
            for row in rows
            if kind in (None, row.kind)
        ]


def digest_text() -> str:
    row = Notice.objects.filter(kind__startswith="digest").latest("due_at")
    with override("en"):
        return plain(KINDS[row.kind].text(row.data))


def plain(text: str) -> str:
    return text.replace("\u2009", " ")
