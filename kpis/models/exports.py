"""Exports of a client that somebody wished for: one file each, kept for some days."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel


class ExportState(models.TextChoices):
    """There is no 'running': a worker at work holds the row's advisory lock, a dead one does not."""

    WAITING = "waiting", _("Waiting")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Export(ClientModel):
    """Everything of a client in one file, as of when it was made. `secret` is the file's name.

    size in bytes. requested_by: a Membership's id. expires_at: when file and row are removed; null
    while it waits.
    """

    state = models.CharField(max_length=7, choices=ExportState, default=ExportState.WAITING)
    secret = models.CharField(max_length=43)
    size = models.BigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.BigIntegerField(null=True)
    queued_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client"],
                name="export_waits_once",
                condition=models.Q(state="waiting"),
            )
        ]
