"""The sale of a won lead: made with its customer, taken back, kept in step with its lead."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from campaigns.announcing import MANUAL
from campaigns.firsts import firsts_keep
from campaigns.models import Customer, Lead, Refund, Sale
from campaigns.models.sales import SaleKind

#: Dimensions of a lead that its sale, and the sale's refunds, carry as copies.
COPIED = ("channel", "campaign_id", "device", "country")


def sale_make(lead: Lead, client: Client, on: date, amount: Decimal) -> Sale:
    """A customer and a sale for a lead won on a local date. The lead's copies are set."""
    customer, _made = Customer.objects.get_or_create(
        agency_id=lead.agency_id,
        client_id=lead.client_id,
        external_id=_customer_key(lead),
        defaults={"name": lead.name or lead.email},
    )
    sale = Sale.objects.create(
        agency_id=lead.agency_id,
        client_id=lead.client_id,
        source=MANUAL,
        external_id=_sale_key(lead),
        tz=client.time_zone,
        customer=customer,
        lead=lead,
        sold_date=on,
        amount=amount,
        currency=client.currency,
        kind=SaleKind.NEW,
        salesperson_id=lead.salesperson_id,
        **{name: getattr(lead, name) for name in COPIED},
    )
    Lead.objects.filter(pk=lead.pk).update(customer=customer)
    firsts_keep(client, [customer.pk])
    return sale


def sale_unmake(lead: Lead, client: Client) -> None:
    """Take the sale back that winning this lead by hand has made. A refunded one stays."""
    sales = Sale.objects.filter(lead=lead, source=MANUAL, external_id=_sale_key(lead))
    sale = sales.first()
    if sale is None:
        raise DomainError(
            "imported_sale",
            _("Its sale came with an import: undo that batch instead."),
        )
    if Refund.objects.filter(sale=sale).exists():
        raise DomainError("refunded", _("Its sale has been refunded: it stays as it happened."))
    sale.delete()
    Lead.objects.filter(pk=lead.pk).update(customer=None, first_sale_on=None, was_customer=False)
    firsts_keep(client, [sale.customer_id])


def sales_follow(lead: Lead) -> None:
    """Copy the lead's dimensions to its sales and their refunds, in the same transaction."""
    copies = {name: getattr(lead, name) for name in COPIED}
    Sale.objects.filter(lead=lead).exclude(**copies).update(**copies)
    Refund.objects.filter(sale__lead=lead).exclude(**copies).update(**copies)


def _customer_key(lead: Lead) -> str:
    return lead.external_id if lead.source == MANUAL else f"{lead.source}:{lead.external_id}"


def _sale_key(lead: Lead) -> str:
    return f"lead:{lead.pk}"
