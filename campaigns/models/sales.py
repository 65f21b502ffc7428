"""Sales and refunds. A refund is a fact of its own day and never rewrites the sale's."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.fields import FactModel, currency, local_day, money, once, reference


class SaleKind(models.TextChoices):
    NEW = "new", _("New")
    REPEAT = "repeat", _("Repeat")
    UPSELL = "upsell", _("Upsell")
    CROSS = "cross", _("Cross-sell")


class Sale(FactModel):
    """An order or a won deal: gross less discounts, without tax and shipping."""

    customer = reference("campaigns.Customer")
    lead = reference("campaigns.Lead", null=True, blank=True)
    sold_at = models.DateTimeField(_("sold at"), null=True, blank=True)
    sold_date = models.DateField(_("sold on"), null=True, blank=True)
    sold_on = local_day("sold_at", "sold_date")
    amount = money()
    currency = currency()
    kind = models.CharField(_("kind"), max_length=8, choices=SaleKind, blank=True)
    is_first = models.BooleanField(default=False)  # kept under the customer's lock, see services

    channel = models.CharField(max_length=20, default="unassigned")
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    device = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)
    salesperson = reference("campaigns.Salesperson", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            *once("sale"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="sale_not_negative"),
            models.CheckConstraint(
                condition=models.Q(sold_at__isnull=False) | models.Q(sold_date__isnull=False),
                name="sale_has_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "sold_on"], name="sale_by_day"),
            models.Index(fields=["agency", "client", "customer"], name="sale_of_customer"),
            models.Index(
                fields=["agency", "client", "lead"],
                name="sale_of_lead",
                condition=models.Q(lead__isnull=False),
            ),
        ]


class Refund(FactModel):
    """Money given back for a sale, with the sale's dimensions copied."""

    sale = reference("campaigns.Sale")
    refunded_at = models.DateTimeField(_("refunded at"), null=True, blank=True)
    refunded_date = models.DateField(_("refunded on"), null=True, blank=True)
    refunded_on = local_day("refunded_at", "refunded_date")
    amount = money()
    currency = currency()

    is_first = models.BooleanField(default=False)
    channel = models.CharField(max_length=20, default="unassigned")
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    device = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)
    salesperson = reference("campaigns.Salesperson", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            *once("refund"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_is_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded_at__isnull=False)
                | models.Q(refunded_date__isnull=False),
                name="refund_has_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "refunded_on"], name="refund_by_day"),
            models.Index(fields=["agency", "client", "sale"], name="refund_of_sale"),
        ]
