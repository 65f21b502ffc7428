"""What a goal asked for from a day on: its versions, the oldest first."""

from collections.abc import Iterable
from datetime import date

from kpis.models import Goal, GoalVersion, Milestone


def version_keep(
    goal: Goal,
    valid_from: date,
    stones: Iterable[Milestone],
    author_id: int | None = None,
    reason: str = "",
) -> GoalVersion:
    """Keep what the goal asks for now, with its whole path, as what holds from that day on."""
    return GoalVersion.objects.create(
        agency_id=goal.agency_id,
        client_id=goal.client_id,
        goal=goal,
        valid_from=valid_from,
        ends_on=goal.ends_on,
        target=goal.target,
        low=goal.low,
        high=goal.high,
        entered_as=goal.entered_as,
        entered=goal.entered,
        shape=goal.shape,
        season=goal.season,
        milestones=[
            [stone.starts_on.isoformat(), stone.ends_on.isoformat(), str(stone.value)]
            for stone in sorted(stones, key=lambda stone: stone.starts_on)
        ],
        author_id=author_id,
        reason=reason,
    )
