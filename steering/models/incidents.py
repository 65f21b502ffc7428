"""Incidents: what went wrong with a goal or a rule, what people did about it, and what was said."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import reference
from steering.models.rules import Severity


class IncidentState(models.TextChoices):
    OPEN = "open", _("Open")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SNOOZED = "snoozed", _("Snoozed")
    RESOLVED = "resolved", _("Resolved")


class Incident(ClientModel):
    """A goal at risk or a rule that fires, from the day on which that was committed.

    Of one goal or rule at most one is unresolved. status: the committed one (a rule's are a goal's:
    at_risk for a warning, off_track for a critical one). told, told_on: the last status that was
    notified, and when. data: the figures of the last change.
    """

    goal: Any = reference("kpis.Goal", null=True)
    rule: Any = reference("steering.AlertRule", null=True)
    opened_on = models.DateField()
    opened_at = models.DateTimeField(default=timezone.now)
    severity = models.CharField(max_length=8, choices=Severity)
    status = models.CharField(max_length=11)
    data = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=IncidentState, default=IncidentState.OPEN)
    snoozed_until = models.DateField(null=True)
    told = models.CharField(max_length=11, blank=True)
    told_on = models.DateField(null=True)
    resolved_on = models.DateField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(goal__isnull=True) ^ models.Q(rule__isnull=True),
                name="incident_of_goal_or_rule",
            ),
            models.CheckConstraint(
                condition=models.Q(state=IncidentState.SNOOZED, snoozed_until__isnull=False)
                | (~models.Q(state=IncidentState.SNOOZED) & models.Q(snoozed_until__isnull=True)),
                name="incident_snoozed_until",
            ),
            models.UniqueConstraint(
                fields=["agency", "client", "goal", "rule", "opened_on"],
                name="incident_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["agency", "client", "goal", "rule"],
                name="incident_unresolved_once",
                condition=~models.Q(state=IncidentState.RESOLVED),
                nulls_distinct=False,
            ),
        ]


class Act(models.TextChoices):
    """What happened to an incident. The engine's first, then people's."""

    OPENED = "opened", _("Opened")
    WORSENED = "worsened", _("Became worse")
    EASED = "eased", _("Became better")
    REMINDED = "reminded", _("Reminded")
    RECOVERED = "recovered", _("Recovered")
    CLOSED = "closed", _("Closed with its goal or rule")
    WOKEN = "woken", _("The pause is over")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    SNOOZED = "snoozed", _("Snoozed")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Opened again")
    UNDONE = "undone", _("Taken back")


class IncidentStep(ClientModel):
    """One thing that happened to an incident. acted_by: the member who did it; none: the engine.

    before: state and date of a pause as they were, so that a person's act can be taken back.
    """

    incident: Any = reference("steering.Incident")
    act = models.CharField(max_length=12, choices=Act)
    status = models.CharField(max_length=11)
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    acted_by: Any = reference("accounts.Membership", null=True)
    note = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "incident"], name="steps_of_incident")
        ]


class Saying(ClientModel):
    """Something to be said once: a line of a client's digest.

    key: goal or rule, status and day, unique in the client, so that an evaluation that is repeated,
    runs beside another or was killed half way says it once. notice: the key of the digest with it.
    """

    key = models.CharField(max_length=80)
    is_loud = models.BooleanField()
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    line = models.JSONField()
    notice = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "key"], name="saying_once")
        ]
