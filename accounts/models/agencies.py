"""The agency, and what every row of an agency is."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.words import CURRENCY, HEX_COLOUR, Language
from accounts.tenancy import TenantManager


class Agency(models.Model):
    """The tenant: a marketing agency with its brand."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.SPANISH
    )
    accent = models.CharField(_("colour"), max_length=7, default="#0f766e", validators=[HEX_COLOUR])
    currency = models.CharField(
        _("report currency"),
        max_length=3,
        default="EUR",
        validators=[CURRENCY],
        help_text=_("Totals over clients are in it where a rate exists for all of them."),
    )
    logo = models.BinaryField(null=True, blank=True)
    logo_type = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    checklist_closed_at = models.DateTimeField(null=True, blank=True)
    erase_on = models.DateField(null=True, blank=True)  # to be deleted on this day, in UTC

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """A row of one agency. Its keys are composite: see accounts.rls."""

    agency = models.ForeignKey(
        Agency, on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )

    objects: ClassVar[models.Manager[Any]] = TenantManager()

    class Meta:
        abstract = True
