"""Reviews of goals, and what people say about KPIs and goals."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import reference


class Review(ClientModel):
    """A goal was looked at: by whom, what its numbers were then, what was said and decided.

    value, expected, status: as of `as_of`, frozen. people: who was there, in words. next_on: when
    it is due again.
    """

    goal: Any = reference("kpis.Goal")
    reviewed_on = models.DateField(_("date"))
    as_of = models.DateField(null=True)
    value = models.DecimalField(max_digits=28, decimal_places=10, null=True)
    expected = models.DecimalField(max_digits=28, decimal_places=10, null=True)
    status = models.CharField(max_length=11, blank=True)
    people = models.CharField(_("who was there"), max_length=300, blank=True)
    comment = models.TextField(_("what was seen"), max_length=2000)
    decision = models.TextField(_("what was decided"), max_length=2000, blank=True)
    next_on = models.DateField(_("next review"))
    author: Any = reference("accounts.Membership", null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "goal"], name="reviews_of_goal")
        ]


class Comment(ClientModel):
    """Something said about a KPI, or about one goal of it. Withdrawn, it stays in the audit.

    author_name: as it was then; a client's users do not see the list of the agency's members.
    """

    kpi = models.CharField(max_length=60)
    goal: Any = reference("kpis.Goal", null=True)
    text = models.TextField(max_length=2000)
    author: Any = reference("accounts.Membership", null=True)
    author_name = models.CharField(max_length=400)
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "kpi"], name="comments_of_kpi")
        ]
