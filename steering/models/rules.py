"""Alert rules on any KPI, and how each stands."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import reference


def figure(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=28, decimal_places=10, **options)


class Severity(models.TextChoices):
    WARNING = "warning", _("Warning")
    CRITICAL = "critical", _("Critical")


class Condition(models.TextChoices):
    THRESHOLD = "threshold", _("Against a fixed limit")
    CHANGE = "change", _("Against the comparable period")
    HISTORY = "history", _("Against its own history")


class Direction(models.TextChoices):
    ABOVE = "above", _("Above")
    BELOW = "below", _("Below")
    EITHER = "either", _("Above or below")


class Span(models.TextChoices):
    DAY = "day", _("The last complete day")
    WEEK = "week", _("The last 7 complete days")
    MONTH = "month", _("The last 28 complete days")
    MONTH_TO_DATE = "month_to_date", _("The month to date")


class Against(models.TextChoices):
    BEFORE = "before", _("As many days before")
    LAST_YEAR = "last_year", _("The same days of last year")


class AlertRule(ClientModel):
    """When a KPI of a client deserves a warning.

    limit: a value of the KPI (threshold), or a share, 0.2 for 20 % (change); none against its own
    history. least_change: by how much it must have moved, in the KPI's own unit, as well.
    least_volume: how much must stand behind the figure: what a rate is divided by, or the larger of
    the two figures that are compared.
    """

    called = _("alert rules")

    name = models.CharField(_("name"), max_length=80)
    kpi = models.CharField(_("KPI"), max_length=60)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    condition = models.CharField(_("compare"), max_length=9, choices=Condition)
    direction = models.CharField(_("warn when it is"), max_length=6, choices=Direction)
    span = models.CharField(_("read over"), max_length=13, choices=Span)
    limit = figure(null=True, blank=True)
    against = models.CharField(max_length=9, choices=Against, blank=True)
    least_change = figure(null=True, blank=True)
    least_volume = figure(null=True, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    note = models.CharField(_("what to do then"), max_length=300, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    author = reference("accounts.Membership", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agency", "client"], name="rules_of_client")]

    def __str__(self) -> str:
        return self.name


class RuleStanding(ClientModel):
    """How a rule stands; one row per rule, written by the engine only. Statuses are those of goals."""

    rule: Any = reference("steering.AlertRule")
    committed = models.CharField(max_length=11, blank=True)
    since = models.DateField(null=True)
    candidate = models.CharField(max_length=11, blank=True)
    candidate_days = models.PositiveSmallIntegerField(default=0)
    day = models.DateField(null=True)
    value = figure(null=True)
    compared = figure(null=True)
    reason = models.CharField(max_length=20, blank=True)
    evaluated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "rule"], name="rule_standing_once")
        ]
