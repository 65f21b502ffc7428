"""What the facts add up to, per day; what was closed, moved and promised. Nothing divided is stored."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.measures import MEASURES
from campaigns.models.batches import Family
from campaigns.models.fields import money, reference
from kpis.families import is_decimal


class DirtyDay(ClientModel):
    """The dirty-day log: days whose snapshot no longer follows from the facts. Append-only.

    day null: all days of the client; family null: all families; until: the last day of a range
    ('infinity' for a stock that is still open).
    """

    family = models.CharField(max_length=5, null=True)
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

    family = models.CharField(max_length=5, choices=Family)
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

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "day"], name="snapshot_by_day")
        ]


class DailyTotal(Snapshot):
    """The coarse grain, client × day × channel × campaign: cards, trends, channel and campaign tables."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agency", "client", "day"], name="total_by_day")]


STORED_MEASURES = tuple(
    measure for measure in MEASURES.values() if measure.is_stored and measure.key != "gross_profit"
)

for _measure in STORED_MEASURES:
    for _grain in (DailySnapshot, DailyTotal):
        _grain.add_to_class(_measure.key, measure_column(_measure.key))


class SnapshotState(ClientModel):
    """How fresh a client's snapshot is, and through which day its stocks are written."""

    refreshed_at = models.DateTimeField(null=True)
    stock_through = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client"], name="snapshot_state_once")
        ]


class DayClose(ClientModel):
    """A day whose figures of one family have settled; from here on a difference is a restatement."""

    family = models.CharField(max_length=5, choices=Family)
    day = models.DateField()
    closed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "family", "day"], name="day_closes_once"
            )
        ]


class Restatement(ClientModel):
    """A closed day's total changed: by how much, since when, and why."""

    family = models.CharField(max_length=5, choices=Family)
    day = models.DateField()
    channel = models.CharField(max_length=20, blank=True)
    campaign_id = models.BigIntegerField(null=True)
    measure = models.CharField(max_length=40)
    difference = money()
    currency = models.CharField(max_length=3, blank=True)
    reasons = models.JSONField(default=list)
    batch_ids = models.JSONField(default=list)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "day"], name="restatement_by_day")
        ]


class NightRun(ClientModel):
    """One client's night: what was due, how it ended, what it found."""

    day = models.DateField()  # the local date on which the night was due
    state = models.CharField(
        max_length=7,
        choices=[("due", _("Due")), ("done", _("Done")), ("failed", _("Failed"))],
        default="due",
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    found = models.JSONField(default=dict)  # days recomputed, closed; differences without a mark

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "day"], name="night_once")
        ]


class GoalKind(models.TextChoices):
    INCREASE = "increase", _("Increase")
    DECREASE = "decrease", _("Decrease")
    MAINTAIN = "maintain", _("Stay in a range")
    CAP = "cap", _("Stay under a limit")


class Accumulation(models.TextChoices):
    CUMULATIVE = "cumulative", _("Added up over the period")
    LEVEL = "level", _("Level at the end of the period")
    PERIOD = "period", _("Over the whole period")


class Goal(ClientModel):
    """What a KPI should reach in a period. The milestones are stored: they stay as set."""

    kpi = models.CharField(_("KPI"), max_length=60)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    kind = models.CharField(_("kind"), max_length=8, choices=GoalKind)
    accumulation = models.CharField(_("accumulation"), max_length=10, choices=Accumulation)
    target = money(null=True, blank=True)
    low = money(null=True, blank=True)
    high = money(null=True, blank=True)
    baseline = money(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    shape = models.CharField(max_length=11, default="linear")
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=11, blank=True)
    status_since = models.DateField(null=True)
    evaluated_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="goal_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "client"], name="goals_of_client")]


class Milestone(ClientModel):
    """What a goal asks for in one grain of its period."""

    goal = reference("kpis.Goal")
    starts_on = models.DateField()
    ends_on = models.DateField()
    value = models.DecimalField(max_digits=28, decimal_places=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "goal", "starts_on"], name="milestone_once"
            )
        ]
