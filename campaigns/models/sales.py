"""Sales and refunds. A refund is a fact of its own day and never rewrites the sale's."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.fields import FactModel, currency, local_day, money, once, reference
from campaigns.models.searching import search_index, search_words_of


class SaleKind(models.TextChoices):
    NEW = "new", _("New")
    REPEAT = "repeat", _("Repeat")
    UPSELL = "upsell", _("Upsell")
    CROSS = "cross", _("Cross-sell")


class Sale(FactModel):
    """An order or a won deal: gross less discounts, without tax and shipping.

    A sale with lines is their sum, in amount and in cost of goods. Nobody's customer: unknown.
    """

    customer = reference("campaigns.Customer", null=True)
    lead = reference("campaigns.Lead", null=True, blank=True)
    sold_at = models.DateTimeField(_("sold at"), null=True, blank=True)
    sold_date = models.DateField(_("sold on"), null=True, blank=True)
    sold_on = local_day("sold_at", "sold_date")
    amount = money()
    currency = currency()
    kind = models.CharField(_("kind"), max_length=8, choices=SaleKind, blank=True)
    cost_of_goods = money(null=True, blank=True)  # null: not known
    has_lines = models.BooleanField(default=False, db_default=False)
    # Kept under the customer's lock, see firsts: second_on only on the first sale.
    is_first = models.BooleanField(default=False)
    second_on = models.DateField(null=True)

    channel = models.CharField(max_length=20, default="unassigned")
    utm_source = models.CharField(max_length=100, blank=True, default="", db_default="")
    utm_medium = models.CharField(max_length=100, blank=True, default="", db_default="")
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    device = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)
    salesperson = reference("campaigns.Salesperson", null=True, blank=True)
    words = search_words_of("external_id")

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
            search_index("sale_by_words"),
        ]


class LineKind(models.TextChoices):
    UPSELL = "upsell", _("Upsell")
    CROSS = "cross", _("Cross-sell")


class SaleLine(FactModel):
    """A product in a sale. Its dimensions are its sale's; the sale's day is copied by the database.

    An amount below zero is a discount; what is given back is a Refund of its own day.
    """

    called = _("lines of sales")

    sale = reference("campaigns.Sale")
    product = reference("campaigns.Product", null=True)
    sold_on = models.DateField()
    units = models.BigIntegerField(default=0)
    amount = money()
    cost_of_goods = money(null=True)
    kind = models.CharField(_("kind"), max_length=6, choices=LineKind, blank=True)

    class Meta:
        constraints: ClassVar = [*once("sale_line")]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "sold_on"], name="sale_line_by_day"),
            models.Index(fields=["agency", "client", "sale"], name="sale_line_of_sale"),
        ]


class Refund(FactModel):
    """Money given back for a sale, with the sale's dimensions copied.

    A credit note may name no sale: then it knows its customer, if anybody. cost_of_goods: of the
    goods that came back; null: not known.
    """

    sale = reference("campaigns.Sale", null=True)
    customer = reference("campaigns.Customer", null=True)
    product = reference("campaigns.Product", null=True)
    units = models.BigIntegerField(null=True)  # that came back; null: not said
    refunded_at = models.DateTimeField(_("refunded at"), null=True, blank=True)
    refunded_date = models.DateField(_("refunded on"), null=True, blank=True)
    refunded_on = local_day("refunded_at", "refunded_date")
    amount = money()
    currency = currency()
    cost_of_goods = money(null=True)

    is_first = models.BooleanField(default=False)
    channel = models.CharField(max_length=20, default="unassigned")
    utm_source = models.CharField(max_length=100, blank=True, default="", db_default="")
    utm_medium = models.CharField(max_length=100, blank=True, default="", db_default="")
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    device = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)
    salesperson = reference("campaigns.Salesperson", null=True, blank=True)
    words = search_words_of("external_id")

    class Meta:
        constraints: ClassVar = [
            *once("refund"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_is_positive"),
            models.CheckConstraint(
                condition=models.Q(refunded_at__isnull=False)
                | models.Q(refunded_date__isnull=False),
                name="refund_has_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(sale__isnull=True) | models.Q(customer__isnull=True),
                name="refund_of_a_sale_or_a_customer",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "refunded_on"], name="refund_by_day"),
            models.Index(fields=["agency", "client", "sale"], name="refund_of_sale"),
            models.Index(
                fields=["agency", "client", "customer"],
                name="refund_of_customer",
                condition=models.Q(customer__isnull=False),
            ),
            search_index("refund_by_words"),
        ]
