"""Leads, with the first date of each stage and the salesperson then; an opportunity is a stage."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientModel
from campaigns.models.fields import FactModel, local_day, money, once, reference
from campaigns.models.searching import search_index, search_words_of


class Stage(models.TextChoices):
    LEAD = "lead", _("Lead")
    MQL = "mql", _("Qualified by marketing")
    SQL = "sql", _("Qualified by sales")
    OPPORTUNITY = "opp", _("Opportunity")
    CUSTOMER = "customer", _("Customer")
    LOST = "lost", _("Lost")


class LeadStatus(models.TextChoices):
    VALID = "valid", _("Valid")
    TEST = "test", _("Test")
    SPAM = "spam", _("Spam")
    DUPLICATE = "duplicate", _("Duplicate")


class Lead(FactModel):
    """A contact. For each stage `x`: x_at (an instant) or x_date (no time known), and x_on, the day."""

    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=LeadStatus, default=LeadStatus.VALID
    )

    created_at = models.DateTimeField(_("created at"), null=True, blank=True)
    created_date = models.DateField(_("created on"), null=True, blank=True)
    created_on = local_day("created_at", "created_date")
    answered_at = models.DateTimeField(_("first answered at"), null=True, blank=True)

    utm_source = models.CharField(_("source"), max_length=100, blank=True)
    utm_medium = models.CharField(_("medium"), max_length=100, blank=True)
    channel = models.CharField(_("channel"), max_length=20, default="unassigned")
    campaign = reference("campaigns.Campaign", null=True, blank=True)
    landing_page = reference("campaigns.LandingPage", null=True, blank=True)
    device = models.CharField(_("device"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)

    first_salesperson = reference("campaigns.Salesperson", null=True)
    salesperson = reference("campaigns.Salesperson", null=True, blank=True)

    mql_at = models.DateTimeField(null=True)
    mql_date = models.DateField(null=True)
    mql_on = local_day("mql_at", "mql_date")
    mql_salesperson = reference("campaigns.Salesperson", null=True)
    sql_at = models.DateTimeField(null=True)
    sql_date = models.DateField(null=True)
    sql_on = local_day("sql_at", "sql_date")
    sql_salesperson = reference("campaigns.Salesperson", null=True)
    opp_at = models.DateTimeField(null=True)
    opp_date = models.DateField(null=True)
    opp_on = local_day("opp_at", "opp_date")
    opp_salesperson = reference("campaigns.Salesperson", null=True)
    closed_at = models.DateTimeField(null=True)
    closed_date = models.DateField(null=True)
    closed_on = local_day("closed_at", "closed_date")
    closed_salesperson = reference("campaigns.Salesperson", null=True)

    outcome = models.CharField(
        _("outcome"), max_length=4, blank=True, choices=[("won", _("Won")), ("lost", _("Lost"))]
    )
    lost_reason = models.CharField(_("reason"), max_length=200, blank=True)
    amount = money(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    # Copies kept by whoever writes sales, so that a snapshot row needs no other row (see services).
    customer = reference("campaigns.Customer", null=True)
    first_sale_on = models.DateField(null=True)
    was_customer = models.BooleanField(default=False)
    words = search_words_of("name", "email", phone="phone")

    class Meta:
        constraints: ClassVar = [
            *once("lead"),
            models.CheckConstraint(
                condition=models.Q(created_at__isnull=False) | models.Q(created_date__isnull=False),
                name="lead_has_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="")
                | models.Q(closed_at__isnull=False)
                | models.Q(closed_date__isnull=False),
                name="lead_outcome_has_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "created_on"], name="lead_by_day"),
            models.Index(
                fields=["agency", "client", "mql_on"],
                name="lead_by_mql",
                condition=models.Q(mql_at__isnull=False) | models.Q(mql_date__isnull=False),
            ),
            models.Index(
                fields=["agency", "client", "sql_on"],
                name="lead_by_sql",
                condition=models.Q(sql_at__isnull=False) | models.Q(sql_date__isnull=False),
            ),
            models.Index(
                fields=["agency", "client", "opp_on"],
                name="lead_by_opp",
                condition=models.Q(opp_at__isnull=False) | models.Q(opp_date__isnull=False),
            ),
            models.Index(
                fields=["agency", "client", "closed_on"],
                name="lead_by_closed",
                condition=models.Q(closed_at__isnull=False) | models.Q(closed_date__isnull=False),
            ),
            models.Index(
                fields=["agency", "client", "opp_on"],
                name="lead_open_opp",
                condition=(models.Q(opp_at__isnull=False) | models.Q(opp_date__isnull=False))
                & models.Q(closed_at__isnull=True, closed_date__isnull=True),
            ),
            models.Index(
                fields=["agency", "client", "customer"],
                name="lead_of_customer",
                condition=models.Q(customer__isnull=False),
            ),
            search_index("lead_by_words"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.external_id

    @property
    def stage(self) -> str:
        """The furthest stage reached."""
        if self.outcome:
            return Stage.CUSTOMER if self.outcome == "won" else Stage.LOST
        for stage in (Stage.OPPORTUNITY, Stage.SQL, Stage.MQL):
            if getattr(self, f"{stage}_on"):
                return stage
        return Stage.LEAD


class StageChange(ClientModel):
    """The history of a lead: which stage it entered when, and who made it so. Not counted from."""

    called = _("steps of leads")

    lead = reference("campaigns.Lead")
    stage = models.CharField(max_length=10, choices=Stage)
    at = models.DateTimeField(null=True)
    on_date = models.DateField(null=True)
    salesperson = reference("campaigns.Salesperson", null=True)
    written_by = models.BigIntegerField(null=True)  # a Membership's id; null is an import
    note = models.CharField(max_length=300, blank=True)
    is_reopening = models.BooleanField(
        default=False, db_default=False
    )  # its outcome was taken back
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "lead"], name="stage_changes_of_lead")
        ]
