"""What a client's customers are expected to buy: one row per fit of the models of KPIS E."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel


class FitState(models.TextChoices):
    """There is no 'running': a worker at work holds the row's advisory lock, a dead one does not."""

    QUEUED = "queued", _("Waiting")
    DONE = "done", _("Done")
    GATED = "gated", _("Not possible yet")
    FAILED = "failed", _("Failed")


class ValueModel(ClientModel):
    """One fit: as of which day, over how many customers, whether it was possible, what came of it.

    parameters: r, alpha, a, b (purchases per week) and p, q, gamma (value of a purchase).
    gates: as `kpis.value.gates.Gate` says them. results: what the next months are expected to
    bring, in the client's currency, and the customers expected to bring most.
    """

    state = models.CharField(max_length=6, choices=FitState, default=FitState.QUEUED)
    as_of = models.DateField(null=True)
    basis = models.CharField(max_length=7, blank=True)  # margin, or revenue where none is set
    margin = models.FloatField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    gates = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    log_likelihood = models.FloatField(null=True)  # of the purchases
    spending_log_likelihood = models.FloatField(null=True)
    counts = models.JSONField(default=dict)  # customers, repeaters
    results = models.JSONField(default=dict)
    seconds = models.FloatField(null=True)
    error = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    queued_by = models.BigIntegerField(null=True)  # a Membership's id; null: the night
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client"],
                name="value_model_waits_once",
                condition=models.Q(state="queued"),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "-id"], name="value_model_newest_first")
        ]
