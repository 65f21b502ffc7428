"""Costs in layers, each over a period; the snapshot spreads them by day, exactly."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.fields import FactModel, currency, money, once, reference
from campaigns.models.searching import search_index, search_words_of


class Layer(models.TextChoices):
    MEDIA = "media", _("Media")
    FEE = "fee", _("Agency fee")
    TOOLS = "tools", _("Tools")
    PEOPLE = "people", _("People")
    OTHER = "other", _("Other")
    SALES = "sales", _("Sales team")


#: Layers that are the agency's own business unless somebody says otherwise.
AGENCY_ONLY = (Layer.PEOPLE, Layer.TOOLS)


class Budget(FactModel):
    """Planned advertising money over a period; the snapshot spreads it by day like a cost."""

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    amount = money()
    currency = currency()
    channel = models.CharField(max_length=20, blank=True)
    campaign = reference("campaigns.Campaign", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            *once("budget"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="budget_not_negative"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="budget_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "client", "starts_on", "ends_on"], name="budget_by_period"
            )
        ]


class Cost(FactModel):
    """What marketing cost over a period: shared with the client, or for the agency's eyes only."""

    layer = models.CharField(_("layer"), max_length=8, choices=Layer)
    is_shared = models.BooleanField(_("the client sees this row"), default=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    amount = money()
    currency = currency()
    channel = models.CharField(max_length=20, blank=True)
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    salesperson = reference("campaigns.Salesperson", null=True, blank=True)  # of sales costs
    description = models.CharField(_("description"), max_length=200, blank=True)
    words = search_words_of("description")

    class Meta:
        constraints: ClassVar = [
            *once("cost"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="cost_not_negative"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="cost_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "client", "starts_on", "ends_on"], name="cost_by_period"
            ),
            search_index("cost_by_words"),
        ]
