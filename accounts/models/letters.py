"""E-mails to persons that wait for a worker."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Letter(models.Model):
    """An e-mail about somebody's login: before any agency is known, hence no tenant.

    It may hold a code or a link that lets somebody in: it is sealed while it waits, and gone once
    it is sent or of no use any more.
    """

    name = models.CharField(max_length=32, unique=True)  # what it is sealed to, and its Message-ID
    kind = models.CharField(max_length=60)
    sealed = models.TextField()
    due_at = models.DateTimeField()
    useless_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="letter_by_due")]
