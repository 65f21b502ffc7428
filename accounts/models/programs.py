"""What programs come in with, and what they have already written."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.agencies import TenantModel
from accounts.models.clients import Client
from accounts.models.members import Membership


class ApiToken(TenantModel):
    """A key of an integration, for a whole agency or for one client. Only its hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    client = models.ForeignKey(
        Client,
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    created_by = models.ForeignKey(
        Membership, on_delete=models.DO_NOTHING, related_name="+", null=True, db_constraint=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "secret_hash"], name="token_secret_once")
        ]
        indexes: ClassVar = [models.Index(fields=["secret_hash"], name="token_by_secret")]


class IdempotencyKey(TenantModel):
    """A write of the API that was done, with its answer, so that sending it again does it once.

    Without a client: a write of what is the agency's.
    """

    client = models.ForeignKey(
        Client,
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    caller = models.CharField(max_length=40)  # a token or a membership
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)  # null only inside the write's transaction
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "caller", "key"],
                name="idempotency_key_once",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "created_at"], name="idempotency_key_by_age")
        ]
