"""What facts point at: campaigns, landing pages, salespeople, customers. Never deleted under them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import reference


class Campaign(ClientModel):
    """A marketing campaign; its identity is the platform's id, its label the current name."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=200)
    platform = models.CharField(_("platform"), max_length=40, blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "external_id"], name="campaign_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class LandingPage(ClientModel):
    """The first page of a visit: a path without its query."""

    path = models.CharField(max_length=500)

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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "external_id"], name="salesperson_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Customer(ClientModel):
    """A person or company that buys from the client."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=150, blank=True)
    batch = reference("campaigns.ImportBatch", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "client", "external_id"], name="customer_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.external_id
