"""What was closed, and what moved after it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.horizon import written_in
from accounts.models import ClientModel
from campaigns.models.batches import Family
from campaigns.models.fields import money, reference


class DayClose(ClientModel):
    """A day whose figures of one family have settled; from here on a difference is a restatement."""

    family = models.CharField(max_length=8, choices=Family)
    day = models.DateField()
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "family", "day"], name="day_closes_once"
            )
        ]


class Restatement(ClientModel):
    """A closed day's total changed: by how much, since when, and why."""

    family = models.CharField(max_length=8, choices=Family)
    day = models.DateField()
    channel = models.CharField(max_length=20, blank=True)
    campaign_id = models.BigIntegerField(null=True)
    measure = models.CharField(max_length=40)
    difference = money()
    currency = models.CharField(max_length=3, blank=True)
    reasons = models.JSONField(default=list)
    batch_ids = models.JSONField(default=list)
    recorded_at = models.DateTimeField(default=timezone.now)
    written_in = written_in()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "day"], name="restatement_by_day"),
            models.Index(fields=["agency", "client", "written_in"], name="restatement_in_order"),
        ]


class RestatementsSeen(ClientModel):
    """Through which moment a member has seen what was restated, and wants no notice of it."""

    membership = reference("accounts.Membership")
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "membership"], name="restatements_seen_once"
            )
        ]
