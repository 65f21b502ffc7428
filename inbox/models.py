"""Notices, what became of them for each member, and what each member wants to hear."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Agency, Client, Membership, TenantModel


class Notice(TenantModel):
    """Something that happened, once. Written in the transaction of what happened: none is lost.

    key: unique in the agency, so that telling it again tells nothing. member_id: the one Membership
    that it is for; null: all whom its kind concerns. told_at: when it was handed to the members.
    over_at: when it was no longer so. due_at: not handed out before it; null: at once.
    """

    agency = models.ForeignKey(
        Agency, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    client = models.ForeignKey(
        Client,
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    member_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "key"], name="notice_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency"], name="notice_untold", condition=models.Q(told_at__isnull=True)
            )
        ]


class MemberModel(TenantModel):
    """A row of one member's own: no colleague reads it, whatever their role."""

    agency = models.ForeignKey(
        Agency, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    membership = models.ForeignKey(
        Membership,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        abstract = True


class MailState(models.TextChoices):
    NONE = "none"
    DUE = "due"
    SENT = "sent"
    FAILED = "failed"


class Delivery(MemberModel):
    """A notice in one member's inbox, and its e-mail."""

    notice: Any = models.ForeignKey(
        Notice, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    is_shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=6, choices=MailState, default=MailState.NONE)
    mail_due_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "membership", "notice"], name="delivery_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "mail_due_at"],
                name="delivery_mail_due",
                condition=models.Q(mail="due"),
            )
        ]


class Choice(MemberModel):
    """Whether a member wants a kind of notice in the inbox, and by e-mail. None: as declared."""

    kind = models.CharField(max_length=40)
    is_shown = models.BooleanField()
    is_mailed = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "membership", "kind"], name="choice_once")
        ]
