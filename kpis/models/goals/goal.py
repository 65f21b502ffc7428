"""A goal: what a KPI should reach in a period, as people said it."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Optional

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from accounts.touching import touched_at
from campaigns.models.fields import money, reference

if TYPE_CHECKING:
    from kpis.models.goals.standing import GoalStanding


class GoalKind(models.TextChoices):
    INCREASE = "increase", _("Increase")
    DECREASE = "decrease", _("Decrease")
    MAINTAIN = "maintain", _("Stay in a range")
    CAP = "cap", _("Stay under a limit")


class Accumulation(models.TextChoices):
    CUMULATIVE = "cumulative", _("Added up over the period")
    LEVEL = "level", _("Level at the end of the period")
    PERIOD = "period", _("Over the whole period")


class EnteredAs(models.TextChoices):
    ABSOLUTE = "absolute", _("The number itself")
    RELATIVE = "relative", _("% more or less than the baseline")
    POINTS = "points", _("Points more or less than the baseline")


class Grain(models.TextChoices):
    WEEK = "week", _("Weekly")
    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")


class Shape(models.TextChoices):
    LINEAR = "linear", _("Evenly")
    COMPOUNDING = "compounding", _("Growing by the same percentage")
    SEASONAL = "seasonal", _("Like last year's seasons")
    MANUAL = "manual", _("Each milestone by hand")


class GuardOperator(models.TextChoices):
    AT_MOST = "at_most", _("at most")
    AT_LEAST = "at_least", _("at least")


class Cadence(models.TextChoices):
    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")


def reckoned(**options: Any) -> models.DecimalField:
    """A number that may come out of a division: the digits of `kpis.goals.terms.kept`."""
    return models.DecimalField(max_digits=28, decimal_places=10, **options)


class Goal(ClientModel):
    """What a KPI should reach in a period. The milestones are stored: they stay as set.

    The columns say what holds now; what held before a change is in GoalVersion, how the goal stands
    in GoalStanding. `filters` are the dimensions of the scope beside channel and campaign:
    {"device": ["mobile"], …}. `entered` is the number as typed: a fraction of the baseline when
    relative (0.10 is +10 %). The baseline was frozen when the goal was set: over which days, and how
    the numbers stood then. `cost_basis` "" is the client's own.
    `cadence` "" is by volume (KPIS C.9). `thresholds` holds the bands that
    differ from the usual: {"pace": {…}, "probability": {…}}, shares as texts. `closed_*` are written
    once, at the close (C.8); a reopened goal has its reason and no close.
    """

    called = _("goals")

    kpi = models.CharField(_("KPI"), max_length=60)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    filters = models.JSONField(default=dict, blank=True)
    cost_basis = models.CharField(_("cost basis"), max_length=10, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    grain = models.CharField(_("milestones"), max_length=7, choices=Grain, default=Grain.MONTH)
    kind = models.CharField(_("kind"), max_length=8, choices=GoalKind)
    accumulation = models.CharField(_("accumulation"), max_length=10, choices=Accumulation)
    target = reckoned(null=True, blank=True)
    low = money(null=True, blank=True)
    high = money(null=True, blank=True)
    tolerance = money(null=True, blank=True)
    entered_as = models.CharField(max_length=8, choices=EnteredAs, default=EnteredAs.ABSOLUTE)
    entered = money(null=True, blank=True)
    baseline = reckoned(null=True, blank=True)
    baseline_first = models.DateField(null=True, blank=True)
    baseline_last = models.DateField(null=True, blank=True)
    baseline_as_of = models.DateTimeField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    shape = models.CharField(max_length=11, choices=Shape, default=Shape.LINEAR)
    season = models.JSONField(default=list, blank=True)
    required_share = models.DecimalField(
        _("share of the grains that must be inside"), max_digits=5, decimal_places=4, default=1
    )
    guard_kpi = models.CharField(max_length=60, blank=True)
    guard_operator = models.CharField(max_length=8, choices=GuardOperator, blank=True)
    guard_limit = money(null=True, blank=True)
    parent = reference("kpis.Goal", null=True, blank=True)
    owner = reference("accounts.Membership", null=True, blank=True)
    cadence = models.CharField(_("review"), max_length=7, choices=Cadence, blank=True)
    thresholds = models.JSONField(default=dict, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    closed_status = models.CharField(max_length=8, blank=True)
    closed_value = reckoned(null=True)
    closed_as_of = models.DateTimeField(null=True)
    reopened_reason = models.CharField(max_length=300, blank=True)
    updated_at = touched_at()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="goal_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agency", "client"], name="goals_of_client")]

    @property
    def standing(self) -> Optional["GoalStanding"]:
        """How it stands, None before it was judged. Lists prefetch `standings`."""
        return next(iter(self.standings.all()), None)

    @property
    def status(self) -> str:
        standing = self.standing
        return standing.status if standing else ""

    @property
    def status_since(self) -> date | None:
        standing = self.standing
        return standing.status_since if standing else None

    @property
    def evaluated_on(self) -> date | None:
        """The last day that was judged."""
        standing = self.standing
        return standing.as_of if standing else None
