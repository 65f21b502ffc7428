"""People who are counted once however often they come: visitors by day, and reported ranges."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.fields import FactModel, once, reference


class VisitorDay(FactModel):
    """A visitor on a local day, one row per combination of dimensions. The visitor is an opaque text."""

    called = _("days of visitors")

    day = models.DateField()
    visitor = models.CharField(max_length=100)
    channel = models.CharField(max_length=20, default="unassigned")
    utm_source = models.CharField(max_length=100, blank=True)
    utm_medium = models.CharField(max_length=100, blank=True)
    campaign = reference("campaigns.Campaign", null=True)
    device = models.CharField(max_length=10, blank=True)
    landing_page = reference("campaigns.LandingPage", null=True)
    country = models.CharField(max_length=2, blank=True)
    is_returning = models.BooleanField(null=True)  # null: a visit without consent
    sessions = models.BigIntegerField(default=1)
    has_conversion = models.BooleanField(default=False)
    has_lead = models.BooleanField(default=False)
    is_qualified = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [*once("visitor_day")]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "day"], name="visitor_day_by_day")
        ]


class RangeMeasure(models.TextChoices):
    """Measures whose distinct counts exist only for the ranges that were reported."""

    PLATFORM_REACH = "platform_reach"
    POST_REACH = "post_reach"
    USERS = "users"
    USERS_WITH_CONVERSION = "users_with_conversion"
    STAFF_START = "staff_start"
    STAFF_STAYED = "staff_stayed"


class ReportedRange(FactModel):
    """A distinct count that a platform or the client gave for exactly these days and this scope."""

    called = _("reported periods")

    measure = models.CharField(max_length=24, choices=RangeMeasure)
    first_day = models.DateField()
    last_day = models.DateField()
    platform = models.CharField(max_length=40, blank=True)
    campaign = reference("campaigns.Campaign", null=True)
    value = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            *once("reported_range"),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="range_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="range_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "client", "measure", "first_day", "last_day"],
                name="reported_range_by_days",
            )
        ]
