"""What the facts add up to, per day, and how fresh that is. Nothing divided is stored."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import ClientModel
from campaigns.measures import MEASURES
from campaigns.models.batches import Family
from campaigns.models.fields import money
from kpis.families import is_decimal


class DirtyDay(ClientModel):
    """The dirty-day log: days whose snapshot no longer follows from the facts. Append-only.

    day null: all days of the client; family null: all families; until: the last day of a range
    ('infinity' for a stock that is still open).
    """

    family = models.CharField(max_length=8, null=True)
    day = models.DateField(null=True)
    until = models.DateField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    batch_id = models.BigIntegerField(null=True)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agency", "client"], name="dirty_of_client")]


def measure_column(key: str) -> "models.Field[Any, Any]":
    return money(null=True) if is_decimal(key) else models.BigIntegerField(null=True)


class Snapshot(ClientModel):
    """Measures summed by day. Wide: a column per measure, NULL where it does not apply."""

    family = models.CharField(max_length=8, choices=Family)
    day = models.DateField()
    channel = models.CharField(max_length=20, blank=True)
    campaign_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        abstract = True


class DailySnapshot(Snapshot):
    """The fine grain: every dimension the facts have."""

    device = models.CharField(max_length=10, blank=True)
    landing_page_id = models.BigIntegerField(null=True)
    salesperson_id = models.BigIntegerField(null=True)
    country = models.CharField(max_length=2, blank=True)
    is_returning = models.BooleanField(null=True)
    utm_source = models.CharField(max_length=100, blank=True)
    utm_medium = models.CharField(max_length=100, blank=True)
    product_id = models.BigIntegerField(null=True)
    platform = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "day"], name="snapshot_by_day")
        ]


class DailyTotal(Snapshot):
    """The coarse grain, client × day × channel × campaign: cards, trends, channel and campaign tables."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agency", "client", "day"], name="total_by_day")]


STORED_MEASURES = tuple(measure for measure in MEASURES.values() if measure.is_stored)

for _measure in STORED_MEASURES:
    for _grain in (DailySnapshot, DailyTotal):
        _grain.add_to_class(_measure.key, measure_column(_measure.key))


class SnapshotState(ClientModel):
    """How fresh a client's snapshot is, and through which day its stocks are written."""

    refreshed_at = models.DateTimeField(null=True)
    stock_through = models.DateField(null=True)
    #: Parts that may have rows; null where nobody has looked yet.
    filled = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client"], name="snapshot_state_once")
        ]
