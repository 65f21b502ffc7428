"""Where goals stood a week or two ago, so that a list can say which way they go."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from accounts.models import Client
from kpis.models import GoalStanding
from steering.models import GoalTrail

WEEK = timedelta(days=7)
#: By less than this a probability, or a pace, is what it was.
CHANCE, PACE = Decimal("0.05"), Decimal("0.02")
BETTER, WORSE, STEADY = "better", "worse", "steady"


def trails_note(client: Client) -> None:
    """Every night: goals that were noted a week ago or longer are noted anew. Twice is once."""
    mine = {"agency_id": client.agency_id, "client": client}
    known = {row.goal_id: row for row in GoalTrail.objects.filter(**mine)}
    rows = GoalStanding.objects.filter(**mine, as_of__isnull=False).order_by("goal_id")
    noted = []
    for number, as_of, pace, chance in rows.values_list("goal", "as_of", "pace", "probability"):
        before = known.get(number)
        if before is not None and as_of < before.noted_on + WEEK:
            continue
        row = GoalTrail(**mine, goal_id=number, noted_on=as_of, pace=pace, probability=chance)
        if before is not None:
            row.earlier_on, row.earlier_pace = before.noted_on, before.pace
            row.earlier_probability = before.probability
        noted.append(row)
    GoalTrail.objects.bulk_create(
        noted,
        update_conflicts=True,
        unique_fields=["agency", "client", "goal"],
        update_fields=[
            "noted_on", "pace", "probability", "earlier_on", "earlier_pace", "earlier_probability",
        ],
    )  # fmt: skip


def trails_of(agency_id: int, goals: Iterable[int]) -> Mapping[int, GoalTrail]:
    """Goal id → its trail, of those that have been noted twice."""
    rows = GoalTrail.objects.filter(
        agency_id=agency_id, goal__in=list(goals), earlier_on__isnull=False
    )
    return {row.goal_id: row for row in rows}


def trend_of(pace: Decimal | None, chance: Decimal | None, trail: GoalTrail | None) -> str:
    """BETTER, WORSE or STEADY than one to two weeks ago; "" if that is not known.

    By the probability where both times have one, else by the pace.
    """
    if trail is None:
        return ""
    if chance is not None and trail.earlier_probability is not None:
        return _turn(chance - trail.earlier_probability, CHANCE)
    if pace is not None and trail.earlier_pace is not None:
        return _turn(pace - trail.earlier_pace, PACE)
    return ""


def _turn(difference: Decimal, least: Decimal) -> str:
    if abs(difference) < least:
        return STEADY
    return BETTER if difference > 0 else WORSE
