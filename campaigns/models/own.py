"""Measures that an agency or a client defines, and what is entered for them by day."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel, TenantModel
from accounts.touching import touched_at
from campaigns.models.fields import money, reference


class OwnUnit(models.TextChoices):
    COUNT = "count", _("Count")
    MONEY = "money", _("Money")
    SECONDS = "seconds", _("Seconds")
    MINUTES = "minutes", _("Minutes")
    DAYS = "days", _("Days")


class OwnAggregation(models.TextChoices):
    SUM = "sum", _("Adds up over the days")
    LAST = "last", _("Stands until it changes (a stock)")


class Better(models.TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    NEUTRAL = "neutral", _("Neither")


class OwnMeasure(TenantModel):
    """Something counted that the house does not know. Without a client it is every client's.

    Its key and its client never change: formulas and goals name them.
    """

    client = reference("accounts.Client", null=True, blank=True)
    key = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("what it counts"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=7, choices=OwnUnit, default=OwnUnit.COUNT)
    aggregation = models.CharField(
        _("over time"), max_length=4, choices=OwnAggregation, default=OwnAggregation.SUM
    )
    better = models.CharField(_("better"), max_length=7, choices=Better, default=Better.HIGHER)
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    updated_at = touched_at()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "key"], name="own_measure_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(key__startswith="own_"), name="own_measure_has_its_prefix"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OwnValue(ClientModel):
    """What a measure was on a day, for one channel and campaign or for none.

    The measure, the day and these are its identity, whoever wrote it: typed after a file came, it
    takes the file's place. `source` is who wrote it last.
    """

    called = _("values of own measures")

    measure = reference("campaigns.OwnMeasure")
    day = models.DateField()
    channel = models.CharField(max_length=20, blank=True)
    campaign = reference("campaigns.Campaign", null=True)
    value = money()
    currency = models.CharField(max_length=3, blank=True)
    source = models.CharField(max_length=40)
    batch = reference("campaigns.ImportBatch", null=True)
    updated_at = touched_at()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "measure", "day", "channel", "campaign"],
                name="own_value_once",
                nulls_distinct=False,
            ),
        ]
