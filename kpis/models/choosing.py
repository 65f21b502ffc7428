"""Which KPIs are shown: the agency's templates, and each client's own list."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel, TenantModel
from campaigns.models.fields import reference


class KpiTemplate(TenantModel):
    """A list of KPIs that an agency gives to its clients. `entries` is [[key, heading], …].

    `version` grows with every change of the list; clients keep what they were given until it is
    applied again.
    """

    name = models.CharField(_("name"), max_length=80)
    origin = models.CharField(max_length=20, blank=True)  # the starting point it was made from
    entries = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=models.Q(archived_at=None),
                name="kpi_template_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class KpiSet(ClientModel):
    """The KPIs that one client shows; at most one row per client, none until something is chosen.

    `given` is the template's list as it was applied: the difference to `entries` are the client's
    own changes. `application` names the applying that wrote this row last, and `before` is what
    stood here then, so that it can be undone; both are emptied by a change of the client's own.
    """

    entries = models.JSONField(default=list)
    template = reference("kpis.KpiTemplate", null=True)
    template_version = models.PositiveIntegerField(null=True)
    template_name = models.CharField(max_length=80, blank=True)
    given = models.JSONField(default=list)
    application = models.CharField(max_length=32, blank=True)
    before = models.JSONField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client"], name="kpi_set_once")
        ]
