"""What landing pages were put to the test: the plan, its variants, and totals that were typed in."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from accounts.touching import touched_at
from campaigns.models.fields import reference


class CountedBy(models.TextChoices):
    """Where an experiment's counts come from."""

    VISITORS = "visitors", _("Visitors of its landing pages")
    SESSIONS = "sessions", _("Sessions of its landing pages")
    TOTALS = "totals", _("Totals per day, typed in or from a file")


class Decision(models.TextChoices):
    ADOPT = "adopt", _("Adopt a variant")
    KEEP = "keep", _("Keep the control")
    STOP = "stop", _("Stop without a result")


class Experiment(ClientModel):
    """A test of landing pages. The plan stays as it was set; only the decision comes later.

    Rates are fractions (0.05 is 5 %). `planned_per_arm` are visitors of each variant.
    """

    name = models.CharField(_("name"), max_length=120)
    hypothesis = models.CharField(_("hypothesis"), max_length=500, blank=True)
    counted_by = models.CharField(_("counted by"), max_length=8, choices=CountedBy)
    base_rate = models.DecimalField(max_digits=9, decimal_places=8)
    target_rate = models.DecimalField(max_digits=9, decimal_places=8)
    alpha = models.DecimalField(max_digits=5, decimal_places=4)
    power = models.DecimalField(max_digits=5, decimal_places=4)
    planned_per_arm = models.PositiveIntegerField(_("visitors per variant"))
    looks = models.PositiveSmallIntegerField(default=1)
    is_guarded = models.BooleanField(default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True)
    decision = models.CharField(_("decision"), max_length=5, choices=Decision, blank=True)
    decided_for = reference("kpis.ExperimentVariant", null=True)
    decided_on = models.DateField(null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    updated_at = touched_at()

    class Meta:
        verbose_name = _("A/B test")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="experiment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_per_arm__gte=1), name="experiment_plans_visitors"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client"], name="experiments_of_client")
        ]

    def __str__(self) -> str:
        return self.name


class ExperimentVariant(ClientModel):
    """One page of a test; place 0 is the control. `weight` is its part of the planned split."""

    experiment = reference("kpis.Experiment")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=120)
    landing_page = reference("campaigns.LandingPage", null=True)
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("variant of an A/B test")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "experiment", "place"], name="variant_place_once"
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=1), name="variant_has_a_weight"),
        ]

    def __str__(self) -> str:
        return self.name


class ExperimentCount(ClientModel):
    """A day of one variant as somebody else counted it. `qualified` is NULL where nobody did."""

    variant = reference("kpis.ExperimentVariant")
    day = models.DateField()
    visitors = models.PositiveIntegerField()
    conversions = models.PositiveIntegerField()
    qualified = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("day of an A/B test")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "variant", "day"], name="experiment_count_once"
            ),
            models.CheckConstraint(
                condition=models.Q(conversions__lte=models.F("visitors")),
                name="count_converts_visitors",
            ),
            models.CheckConstraint(
                condition=models.Q(qualified=None) | models.Q(qualified__lte=models.F("visitors")),
                name="count_qualifies_visitors",
            ),
        ]
