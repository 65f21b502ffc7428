"""What one currency was worth in another on a day, as published or typed in."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import CURRENCY, TenantModel


class ExchangeRate(TenantModel):
    """One unit of `from_currency` in `to_currency` on a day, in the direction it was stored.

    Append-only: another figure for the same day and direction is a further version, and the highest
    version holds; without a rate it withdraws the ones before. Seen by everybody in the agency
    (a viewer's numbers are converted, too), written by those who see all its clients.
    """

    day = models.DateField()
    from_currency = models.CharField(max_length=3, validators=[CURRENCY])
    to_currency = models.CharField(max_length=3, validators=[CURRENCY])
    rate = models.DecimalField(max_digits=30, decimal_places=18, null=True)
    source = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField(default=timezone.now)
    written_by = models.BigIntegerField(null=True)  # a Membership, or null for a job

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "to_currency", "from_currency", "day", "version"],
                name="exchange_rate_once",
            ),
            models.CheckConstraint(
                condition=models.Q(rate__isnull=True) | models.Q(rate__gt=0),
                name="exchange_rate_is_positive",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_currency=models.F("to_currency")),
                name="exchange_rate_between_two",
            ),
        ]
