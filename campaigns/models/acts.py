"""What a person did in one go: the bracket around the rows that the audit saw change."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import reference


class Verb(models.TextChoices):
    CREATE = "create", _("Added")
    CHANGE = "change", _("Changed")
    REMOVE = "remove", _("Removed")
    MOVE = "move", _("Moved")
    NOTE = "note", _("Noted")
    UNDO = "undo", _("Undone")


class Act(ClientModel):
    """One thing done by hand to rows of one kind. An undo is an act too, so it can be undone."""

    kind = models.CharField(max_length=16)  # a key of campaigns.records.KINDS
    verb = models.CharField(max_length=8, choices=Verb)
    actor_id = models.BigIntegerField(null=True)  # a Membership's id, as in the audit
    count = models.PositiveIntegerField(default=0)  # rows of the kind
    at = models.DateTimeField(default=timezone.now)
    undone_by = reference("campaigns.Act", null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "-id"], name="act_newest_first")
        ]
