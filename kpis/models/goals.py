"""What was promised: goals and their milestones."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from accounts.touching import touched_at
from campaigns.models.fields import money, reference


class GoalKind(models.TextChoices):
    INCREASE = "increase", _("Increase")
    DECREASE = "decrease", _("Decrease")
    MAINTAIN = "maintain", _("Stay in a range")
    CAP = "cap", _("Stay under a limit")


class Accumulation(models.TextChoices):
    CUMULATIVE = "cumulative", _("Added up over the period")
    LEVEL = "level", _("Level at the end of the period")
    PERIOD = "period", _("Over the whole period")


class Goal(ClientModel):
    """What a KPI should reach in a period. The milestones are stored: they stay as set."""

    kpi = models.CharField(_("KPI"), max_length=60)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    kind = models.CharField(_("kind"), max_length=8, choices=GoalKind)
    accumulation = models.CharField(_("accumulation"), max_length=10, choices=Accumulation)
    target = money(null=True, blank=True)
    low = money(null=True, blank=True)
    high = money(null=True, blank=True)
    baseline = money(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    shape = models.CharField(max_length=11, default="linear")
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=11, blank=True)
    status_since = models.DateField(null=True)
    evaluated_on = models.DateField(null=True)
    updated_at = touched_at()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="goal_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "client"], name="goals_of_client")]


class Milestone(ClientModel):
    """What a goal asks for in one grain of its period."""

    goal = reference("kpis.Goal")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = models.DecimalField(max_digits=28, decimal_places=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "goal", "starts_on"], name="milestone_once"
            )
        ]
