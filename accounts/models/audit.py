"""Who changed what."""

from typing import ClassVar

from django.db import models

from accounts.horizon import written_in
from accounts.models.agencies import TenantModel


class AuditEntry(TenantModel):
    """Who changed which row, from what to what. Written by a trigger; nobody may change it."""

    client_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=10)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    act_id = models.BigIntegerField(null=True)  # what a person did in one go, see campaigns.records
    written_in = written_in()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "table_name", "row_id"], name="audit_of_row"),
            models.Index(fields=["agency", "at"], name="audit_in_time"),
            models.Index(fields=["agency", "client_id", "written_in", "id"], name="audit_in_order"),
            models.Index(
                fields=["agency", "act_id"],
                name="audit_of_act",
                condition=models.Q(act_id__isnull=False),
            ),
        ]
