"""The measurement plan of a client: versions, each proposed by the agency and approved by the client."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import reference


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waits for the client")
    RETURNED = "returned", _("Sent back")
    APPROVED = "approved", _("Approved")
    REPLACED = "replaced", _("Replaced")


#: Versions that are being worked on; a client has one of them at most.
OPEN = (PlanState.DRAFT, PlanState.PROPOSED, PlanState.RETURNED)


class PlanVersion(ClientModel):
    """One version of a client's plan. Only a draft or a returned one can be changed.

    lines: [{objective, kpi, goal, target, cadence, data}], see `steering.plans.lines`. text: what was
    approved, word for word as the client's user read it; decided_name: who that was, kept though the
    person may leave. in_force_on: the client's day from which numbers follow it.
    """

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=PlanState, default=PlanState.DRAFT)
    summary = models.TextField(_("What this plan is for"), max_length=2000, blank=True)
    lines = models.JSONField(default=list)
    author: Any = reference("accounts.Membership", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    proposed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by: Any = reference("accounts.Membership", null=True)
    decided_name = models.CharField(max_length=400, blank=True)
    answer = models.CharField(_("What should change"), max_length=1000, blank=True)
    text = models.TextField(blank=True)
    in_force_on = models.DateField(null=True)
    replaced_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "number"], name="plan_number_once"),
            models.UniqueConstraint(
                fields=["agency", "client"],
                name="plan_open_once",
                condition=models.Q(state__in=OPEN),
            ),
            models.UniqueConstraint(
                fields=["agency", "client"],
                name="plan_approved_once",
                condition=models.Q(state=PlanState.APPROVED),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=(PlanState.APPROVED, PlanState.REPLACED))
                | (models.Q(decided_at__isnull=False) & ~models.Q(text="")),
                name="plan_approved_keeps_its_text",
            ),
        ]
