"""Who of a client looked at its numbers, and where its goals stood at the last weekly looks."""

from typing import Any, ClassVar

from django.db import models

from accounts.models import ClientModel
from campaigns.models.fields import reference
from steering.models.rules import figure


class Opening(ClientModel):
    """A user of the client opened its numbers: a page or a file, first and last on the client's days.

    One row for each of them, written at most once a day; not audited.
    """

    membership: Any = reference("accounts.Membership")
    first_on = models.DateField()
    last_on = models.DateField()
    days = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "membership"], name="opening_once")
        ]


class GoalTrail(ClientModel):
    """Where a goal stood when it was last noted, and a week or more before that; the engine's.

    pace: 1 is as expected, higher is better, whatever the kind of goal. earlier_on null: the goal
    has been noted once only.
    """

    goal: Any = reference("kpis.Goal")
    noted_on = models.DateField()
    pace = figure(null=True)
    probability = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    earlier_on = models.DateField(null=True)
    earlier_pace = figure(null=True)
    earlier_probability = models.DecimalField(max_digits=9, decimal_places=8, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "goal"], name="goal_trail_once")
        ]
