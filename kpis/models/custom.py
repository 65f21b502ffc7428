"""KPIs that an agency or a client writes: the formula is text, read by `kpis.custom`."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel
from campaigns.models import Better
from campaigns.models.fields import reference
from kpis.models.goals import Accumulation, GoalKind


class CustomKpi(TenantModel):
    """A formula with a name. Without a client it is every client's.

    `version` counts the formulas it has had; the audit keeps them. Key and client never change.
    """

    client = reference("accounts.Client", null=True, blank=True)
    key = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    meaning = models.CharField(_("what it says"), max_length=300)
    formula = models.CharField(_("formula"), max_length=1000)
    unit = models.CharField(_("unit"), max_length=13)
    better = models.CharField(_("better"), max_length=7, choices=Better, default=Better.HIGHER)
    goal_kind = models.CharField(max_length=8, choices=GoalKind)
    goal_accumulation = models.CharField(max_length=10, choices=Accumulation)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "key"], name="custom_kpi_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(key__startswith="custom_"), name="custom_kpi_has_its_prefix"
            ),
        ]

    def __str__(self) -> str:
        return self.name
