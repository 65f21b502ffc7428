"""What a goal asks for on the way: its milestones, and the versions that its target has had."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import money, reference
from kpis.models.goals.goal import EnteredAs, Shape, reckoned


class Milestone(ClientModel):
    """What a goal asks for in one grain of its period, by the version that holds for that grain."""

    goal = reference("kpis.Goal")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = reckoned()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "goal", "starts_on"], name="milestone_once"
            )
        ]


class GoalVersion(ClientModel):
    """What a goal asked for from a day on, and who changed it to that and why; the first is how it was set.

    `milestones` is the whole path as it stood when the version was made: [[first, last, value], …]
    with ISO dates and exact decimal texts. `season` are last year's values that a seasonal path was
    made from, as texts, None where there was none.
    """

    goal = reference("kpis.Goal")
    valid_from = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    target = reckoned(null=True, blank=True)
    low = money(null=True, blank=True)
    high = money(null=True, blank=True)
    entered_as = models.CharField(max_length=8, choices=EnteredAs, default=EnteredAs.ABSOLUTE)
    entered = money(null=True, blank=True)
    shape = models.CharField(max_length=11, choices=Shape, default=Shape.LINEAR)
    season = models.JSONField(default=list)
    milestones = models.JSONField(default=list)
    author = reference("accounts.Membership", null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "goal"], name="versions_of_goal")
        ]
