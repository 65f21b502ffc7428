"""Archives of clients that somebody sent to be brought in: one file each, until it is in or refused."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel
from campaigns.models.fields import reference


class ArrivalState(models.TextChoices):
    """There is no 'running': a worker at work holds the row's advisory lock, a dead one does not."""

    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Ready to be brought in")
    COMING = "coming", _("Being brought in")
    DONE = "done", _("Brought in")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class Arrival(TenantModel):
    """An archive on its way into the agency. `secret` is the file's name; `name` what the client is
    called here; `client` the one that it became.

    found: what the check saw, see `kpis.arriving.finding`. expires_at: when file and row are removed;
    null while a worker is at it and once the client is in. requested_by: a Membership's id.
    """

    state = models.CharField(max_length=8, choices=ArrivalState, default=ArrivalState.CHECKING)
    secret = models.CharField(max_length=43)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    name = models.CharField(max_length=120, blank=True)
    found = models.JSONField(default=dict)
    refusal = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.BigIntegerField(null=True)
    client = reference("accounts.Client", null=True)
    queued_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    @property
    def is_at_work(self) -> bool:
        return self.state in (ArrivalState.CHECKING, ArrivalState.COMING)
