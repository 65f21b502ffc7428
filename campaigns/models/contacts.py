"""What passes between a client and its customers: contacts, contracts; and what it types in by month."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.fields import FactModel, currency, local_day, money, once, reference


class InteractionKind(models.TextChoices):
    CALL = "call", _("Call")
    MAIL = "mail", _("Email")
    CHAT = "chat", _("Chat")
    VISIT = "visit", _("Visit")
    MEETING = "meeting", _("Meeting")


class Interaction(FactModel):
    """A contact with a customer or a lead. is_inbound: the other side answered or wrote."""

    happened_at = models.DateTimeField(_("at"), null=True)
    happened_date = models.DateField(_("on"), null=True)
    happened_on = local_day("happened_at", "happened_date")
    customer = reference("campaigns.Customer", null=True)
    lead = reference("campaigns.Lead", null=True)
    salesperson = reference("campaigns.Salesperson", null=True)
    kind = models.CharField(_("kind"), max_length=8, choices=InteractionKind)
    is_inbound = models.BooleanField(default=False)
    is_held = models.BooleanField(default=False)  # a meeting that took place
    is_bulk = models.BooleanField(default=False)  # sent to many at once

    class Meta:
        constraints: ClassVar = [
            *once("interaction"),
            models.CheckConstraint(
                condition=models.Q(happened_at__isnull=False)
                | models.Q(happened_date__isnull=False),
                name="interaction_has_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "happened_on"], name="interaction_by_day")
        ]


class CustomerTerm(FactModel):
    """A contract of a customer in force from one day to another, both included; or until further notice."""

    customer = reference("campaigns.Customer")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            *once("customer_term"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="term_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "customer"], name="term_of_customer")
        ]


class LastDayOfMonth(models.Func):
    """The last day of the month of a date."""

    output_field = models.DateField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"(({sql} + interval '1 month')::date - 1)", params


class ManualMonth(FactModel):
    """Figures of the whole company that the client types in, dated the last day of their month."""

    month = models.DateField(_("month"))  # its first day
    day = models.GeneratedField(
        expression=LastDayOfMonth("month"), output_field=models.DateField(), db_persist=True
    )
    net_profit = money(null=True)
    total_revenue = money(null=True)
    currency = currency()

    class Meta:
        constraints: ClassVar = [
            *once("manual_month"),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="month_begins_on_its_first_day"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "client", "day"], name="manual_month_by_day")
        ]
