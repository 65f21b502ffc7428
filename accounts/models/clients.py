"""The client of an agency with its parameters, and what every row of a client is."""

from datetime import time
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models.agencies import Agency, TenantModel
from accounts.models.words import CURRENCY, Language, validate_time_zone
from accounts.touching import touched_at


class Client(TenantModel):
    """A customer of the agency. One currency; days are those of its time zone."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60)
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[CURRENCY])
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Madrid", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.SPANISH
    )
    week_start = models.PositiveSmallIntegerField(
        _("week starts on"), choices=[(1, _("Monday")), (7, _("Sunday"))], default=1
    )
    fiscal_month = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    cost_basis = models.CharField(
        _("cost basis of cost per lead"),
        max_length=12,
        choices=[
            ("media", _("Media")),
            ("media_fees", _("Media and fees")),
            ("full", _("All marketing cost")),
        ],
        default="media",
    )
    margin = models.DecimalField(
        _("gross margin"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("As a fraction: 0.4 is 40 %. Without it, ROI is on revenue and says so."),
    )
    cohort_days = models.PositiveSmallIntegerField(
        _("days in which a lead may become a customer"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )
    profit_basis = models.CharField(
        _("gross profit from"),
        max_length=13,
        choices=[
            ("margin", _("Sales times the gross margin")),
            ("cost_of_goods", _("Sales less the cost of what was sold")),
        ],
        default="margin",
    )
    repeat_days = models.PositiveSmallIntegerField(
        _("days in which a second purchase counts as a repeat"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )
    active_days = models.PositiveSmallIntegerField(
        _("days for which a buyer stays an active customer"),
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(1095)],
    )
    sla_minutes = models.PositiveSmallIntegerField(
        _("minutes in which a lead is to be answered"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(10_080)],
    )
    clock = models.CharField(
        _("clock of the first answer"),
        max_length=8,
        choices=[("calendar", _("All hours")), ("office", _("Office hours"))],
        default="calendar",
    )
    opens_at = models.TimeField(_("office opens at"), default=time(9))
    closes_at = models.TimeField(_("office closes at"), default=time(18))
    open_days = models.CharField(
        _("office days"),
        max_length=7,
        default="12345",
        validators=[
            RegexValidator(r"^(?!$)1?2?3?4?5?6?7?$", _("Days in order, 1 is Monday: 12345."))
        ],
        help_text=_("1 is Monday, 7 is Sunday."),
    )
    contact = models.CharField(
        _("whom its people ask"),
        max_length=200,
        blank=True,
        help_text=_("A name with an e-mail or a telephone. The client's own users read it."),
    )
    created_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)
    updated_at = touched_at()
    checklist_closed_at = models.DateTimeField(null=True, blank=True)
    # To be deleted on a day of its own time zone, as a member (their Membership's id) asked.
    erase_on = models.DateField(null=True, blank=True)
    erase_by = models.BigIntegerField(null=True, blank=True)
    # When that was asked; archived at the same instant, it was not in the archive before.
    erase_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "slug"], name="client_slug_once"),
            models.CheckConstraint(
                condition=models.Q(margin__isnull=True) | models.Q(margin__gte=0, margin__lte=1),
                name="client_margin_is_fraction",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClientModel(TenantModel):
    """A row of one client of one agency: the composite key to the client vouches for the agency.

    called: many rows of it in a reader's words, where they may hang on something ("3 goals").
    """

    called: ClassVar[str | Promise] = ""

    agency = models.ForeignKey(
        Agency, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        abstract = True
