"""Who works in an agency or reads a client of it, and who is invited to."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.agencies import TenantModel
from accounts.models.clients import ClientModel
from accounts.models.people import User
from accounts.models.words import Role
from accounts.touching import touched_at


class Membership(TenantModel):
    """A user in an agency, with a role. A door: a person reads their own before there is a scope."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    sees_all_clients = models.BooleanField(_("sees all clients"), default=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    updated_at = touched_at()

    objects: ClassVar[models.Manager[Any]] = (
        models.Manager()
    )  # a door has to open before the scope does

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=~models.Q(role=Role.VIEWER) | models.Q(sees_all_clients=False),
                name="viewer_is_limited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class MembershipClient(ClientModel):
    """A client that a limited membership may see."""

    membership = models.ForeignKey(
        Membership,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    objects: ClassVar[models.Manager[Any]] = (
        models.Manager()
    )  # read through the door, to learn which clients the scope will name

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "membership", "client"], name="membership_client_once"
            )
        ]


class Invitation(TenantModel):
    """An offer of a membership, sent by e-mail; whoever holds its secret may accept it once."""

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role)
    secret_hash = models.CharField(max_length=64)
    invited_by = models.ForeignKey(
        Membership, on_delete=models.DO_NOTHING, related_name="+", null=True, db_constraint=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # Its e-mail: due while it has to be sent, by a worker, which also makes the secret.
    link_base = models.CharField(max_length=200, blank=True)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mail_problem = models.CharField(max_length=12, blank=True)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "secret_hash"], name="invitation_secret_once")
        ]
        indexes: ClassVar = [models.Index(fields=["secret_hash"], name="invitation_by_secret")]


class InvitationClient(ClientModel):
    """A client that the offered membership will be limited to; none means all."""

    invitation = models.ForeignKey(
        Invitation,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "invitation", "client"], name="invitation_client_once"
            )
        ]
