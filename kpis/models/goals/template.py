"""A goal that an agency gives to many clients: what it says, before any client's numbers."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel
from campaigns.models.fields import money
from kpis.models.goals.goal import Accumulation, EnteredAs, GoalKind, Grain, GuardOperator, Shape


class PeriodInWords(models.TextChoices):
    """Each client's own calendar says which days these are."""

    THIS_QUARTER = "this_quarter", _("This quarter")
    NEXT_QUARTER = "next_quarter", _("Next quarter")
    THIS_YEAR = "this_year", _("This year")
    NEXT_YEAR = "next_year", _("Next year")
    NEXT_6_MONTHS = "next_6_months", _("The next 6 months")


class GoalTemplate(TenantModel):
    """Numbers in the KPI's own unit; `target` as `target_as` says (relative: 0.10 is +10 %).

    Money is in each client's own currency. Goals that were set from it do not follow its changes.
    """

    name = models.CharField(_("name"), max_length=80)
    kpi = models.CharField(_("KPI"), max_length=60)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=GoalKind)
    accumulation = models.CharField(_("accumulation"), max_length=10, choices=Accumulation)
    target_as = models.CharField(max_length=8, choices=EnteredAs, default=EnteredAs.ABSOLUTE)
    target = money(null=True, blank=True)
    low = money(null=True, blank=True)
    high = money(null=True, blank=True)
    period = models.CharField(max_length=13, choices=PeriodInWords)
    shape = models.CharField(max_length=11, choices=Shape, default=Shape.LINEAR)
    grain = models.CharField(_("milestones"), max_length=7, choices=Grain, default=Grain.MONTH)
    guard_kpi = models.CharField(max_length=60, blank=True)
    guard_operator = models.CharField(max_length=8, choices=GuardOperator, blank=True)
    guard_limit = money(null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=models.Q(archived_at=None),
                name="goal_template_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
