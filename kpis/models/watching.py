"""What is said about days: figures that were unusual, and notes that people put beside them."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from accounts.touching import touched_at
from campaigns.models.fields import reference


def figure(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=28, decimal_places=10, **options)


class Anomaly(ClientModel):
    """A KPI's figure of one day that the night found unusual, with what was to be expected."""

    day = models.DateField()
    kpi = models.CharField(max_length=60)
    value = figure()
    expected = figure()
    low = figure()
    high = figure()
    p = models.FloatField()
    rule = models.CharField(max_length=14)
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "day", "kpi"], name="anomaly_once")
        ]


class AnomalyDismissal(ClientModel):
    """Somebody looked at an unusual figure and says why it needs no attention."""

    anomaly = reference("kpis.Anomaly")
    author = reference("accounts.Membership", null=True)
    reason = models.CharField(_("reason"), max_length=300)
    dismissed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "anomaly"], name="anomaly_dismissed_once"
            )
        ]


class Visibility(models.TextChoices):
    AGENCY = "agency", _("Only the agency")
    CLIENT = "client", _("The agency and the client")


class Direction(models.TextChoices):
    UP = "up", _("Rise")
    DOWN = "down", _("Fall")


class SizeAs(models.TextChoices):
    RELATIVE = "relative", _("In per cent of what it was")
    ABSOLUTE = "absolute", _("In its own unit (a rate: in points)")


class Outcome(models.TextChoices):
    REACHED = "reached", _("Came about")
    NOT_REACHED = "not_reached", _("Did not come about")
    NOT_ENOUGH = "not_enough", _("Not enough data to say")


class Annotation(ClientModel):
    """A dated note beside a client's numbers; perhaps with an effect that it is expected to have.

    The effect: `kpi` moves in `direction` by at least `size` (0.1 is 10 % or 10 points; none: at
    all), judged on `judged_on` over the days from `starts_on`, against as many days before.
    `before` and `after` are the two values it was judged by.
    """

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    text = models.CharField(_("note"), max_length=500)
    visibility = models.CharField(
        _("who sees it"), max_length=6, choices=Visibility, default=Visibility.AGENCY
    )
    author = reference("accounts.Membership", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)
    kpi = models.CharField(_("KPI"), max_length=60, blank=True)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, blank=True)
    size = figure(null=True, blank=True)
    size_as = models.CharField(_("size"), max_length=8, choices=SizeAs, blank=True)
    judged_on = models.DateField(_("judged on"), null=True, blank=True)
    outcome = models.CharField(max_length=11, choices=Outcome, blank=True)
    before = figure(null=True)
    after = figure(null=True)
    compared_from = models.DateField(null=True)
    compared_to = models.DateField(null=True)
    outcome_at = models.DateTimeField(null=True)
    updated_at = touched_at()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="note_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(kpi="", direction="", judged_on=None)
                | (
                    models.Q(judged_on__gte=models.F("starts_on")) & ~models.Q(kpi="", direction="")
                ),
                name="note_effect_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "starts_on"], name="notes_of_client")
        ]
