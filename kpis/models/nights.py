"""The nightly run of each client."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel


class NightRun(ClientModel):
    """One client's night: what was due, how it ended, what it found."""

    day = models.DateField()  # the local date on which the night was due
    state = models.CharField(
        max_length=7,
        choices=[("due", _("Due")), ("done", _("Done")), ("failed", _("Failed"))],
        default="due",
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    found = models.JSONField(default=dict)  # days recomputed, closed; differences without a mark

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "day"], name="night_once")
        ]
