"""What facts point at: campaigns, landing pages, salespeople, customers. Never deleted under them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from accounts.touching import touched_at
from campaigns.models.fields import money, reference
from campaigns.models.searching import search_index, search_words_of


class Campaign(ClientModel):
    """A marketing campaign; its identity is the platform's id, its label the current name."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=200)
    platform = models.CharField(_("platform"), max_length=40, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    batch = reference("campaigns.ImportBatch", null=True)  # that made it
    updated_at = touched_at()
    words = search_words_of("name", "external_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "external_id"], name="campaign_once"
            )
        ]
        indexes: ClassVar = [search_index("campaign_by_words")]

    def __str__(self) -> str:
        return self.name


class LandingPage(ClientModel):
    """The first page of a visit: a path without its query."""

    path = models.CharField(max_length=500)
    batch = reference("campaigns.ImportBatch", null=True)  # that made it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "client", "path"], name="landing_page_once")
        ]

    def __str__(self) -> str:
        return self.path


class Salesperson(ClientModel):
    """Who sells for the client. Needs no login; may be linked to a member."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=150)
    membership = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    ended_on = models.DateField(null=True, blank=True)
    batch = reference("campaigns.ImportBatch", null=True)  # that made it
    updated_at = touched_at()
    words = search_words_of("name", "external_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "external_id"], name="salesperson_once"
            )
        ]
        indexes: ClassVar = [search_index("salesperson_by_words")]

    def __str__(self) -> str:
        return self.name


class Customer(ClientModel):
    """A person or company that buys from the client."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=150, blank=True)
    # Who looks after it and where its bills go: what a stock of customers can be split by.
    salesperson = reference("campaigns.Salesperson", null=True, blank=True)
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    batch = reference("campaigns.ImportBatch", null=True)
    updated_at = touched_at()
    words = search_words_of("name", "external_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "external_id"], name="customer_once"
            )
        ]
        indexes: ClassVar = [search_index("customer_by_words")]

    def __str__(self) -> str:
        return self.name or self.external_id


class Product(ClientModel):
    """What the client sells; its identity is the shop's id, its label the current name.

    unit_cost: what one unit costs to buy or make, for lines that do not say it themselves.
    """

    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=200, blank=True)
    unit_cost = money(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    batch = reference("campaigns.ImportBatch", null=True)
    updated_at = touched_at()
    words = search_words_of("name", "external_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "external_id"], name="product_once"
            ),
            models.CheckConstraint(
                condition=models.Q(unit_cost__isnull=True)
                | models.Q(unit_cost__gte=0) & ~models.Q(currency=""),
                name="product_cost_has_a_currency",
            ),
        ]
        indexes: ClassVar = [search_index("product_by_words")]

    def __str__(self) -> str:
        return self.name or self.external_id
