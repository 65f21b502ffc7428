"""What the engine's signals set off here, in the transaction that they come in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Client
from kpis.calendar import ONE_DAY
from kpis.signals import GoalChange, goals_judged, night_judged
from steering.alerts.firing import rules_judge
from steering.alerts.nightly import incidents_night
from steering.alerts.opening import goals_take
from steering.nudges import nudges_tell
from steering.trails import trails_note


@receiver(goals_judged, dispatch_uid="steering.goals_judged")
def on_goals_judged(
    sender: Any, client: Client, changes: Sequence[GoalChange], day: date, **_: Any
) -> None:
    if changes:
        goals_take(client, changes, day + ONE_DAY, timezone.now())


@receiver(night_judged, dispatch_uid="steering.night_judged")
def on_night(sender: Any, client: Client, day: date, **_: Any) -> None:
    at = timezone.now()
    rules_judge(client, day, at)
    incidents_night(client, day, at)
    trails_note(client)
    nudges_tell(client, day)
