"""What leads that were won bring with them: a customer and a sale on the day won.

For leads by the API and by hand; from files it is `imports.writing`, which names them alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.copies import COPIED, copy_to_refunds, copy_to_sales
from campaigns.facts.parents import customers_born, parents_named
from campaigns.facts.rows import Fault
from campaigns.firsts import customers_hold, firsts_keep
from campaigns.models import Customer, Lead, Refund, Sale
from campaigns.models.sales import SaleKind

REFUNDED = Fault(
    "outcome", "refunded", _("Its sale has been refunded, so the lead stays won, as it happened.")
)


@dataclass(frozen=True)
class Won:
    """A won lead, and the customer that it became: their id and name, where the row says them."""

    lead: Lead
    customer: str
    name: str


def sale_key(lead: Lead) -> str:
    """The external id of the sale that a won lead makes; its source is the lead's."""
    return f"lead:{lead.external_id}"


def own_sales(client: Client, sales: Iterable[tuple[Sale, int | None]]) -> set[int]:
    """The ids of those sales that their leads (given with them) made themselves: they follow these."""
    likely = [(sale, lead) for sale, lead in sales if lead and sale.external_id[:5] == "lead:"]
    if not likely:
        return set()
    leads = Lead.objects.filter(
        agency_id=client.agency_id, client=client, pk__in=[lead for _sale, lead in likely]
    )
    known = leads.only("external_id", "source").in_bulk()
    return {sale.pk for sale, lead in likely if lead in known and is_own_sale(sale, known[lead])}


def customers_assign(client: Client, won: Iterable[Won]) -> None:
    """Give each won lead its customer; one that nobody named gets the lead's own id."""
    named: list[tuple[Lead, str, str]] = []
    for one in won:
        if one.customer:
            named.append((one.lead, one.customer, one.name))
        elif one.lead.customer_id is None:
            named.append((one.lead, one.lead.external_id, one.name or one.lead.name))
    wanted: dict[str, str] = {}
    for _lead, key, name in named:
        wanted[key] = name or wanted.get(key, "")
    born = customers_born((key, lead.country, lead.salesperson_id) for lead, key, _name in named)
    ids = parents_named(Customer, client, wanted, born)
    for lead, key, _name in named:
        lead.customer_id = ids[key]


def refunded_of(client: Client, leads: Sequence[Lead]) -> set[int]:
    """The ids of those leads whose own sale has been given back, at least in part."""
    if not leads:
        return set()
    refunds = Refund.objects.filter(
        agency_id=client.agency_id, client=client, sale__lead__in=[lead.pk for lead in leads]
    )
    return set(refunds.values_list("sale__lead_id", flat=True))


def sales_follow(client: Client, leads: Sequence[Lead], former: Iterable[int]) -> list[Sale]:
    """Bring the sales of these leads, just written, in step with them; the sales made or changed.

    1. The leads' customers are held before their sales, in the order that all writers of sales keep.
    2. A won lead without any sale gets one; its own one takes on what changed.
    3. A lead that is no longer won loses the sale it made, and its customer.
    4. Other sales of the leads, and refunds, take on the leads' dimensions.
    5. First sales are judged anew for all customers concerned, `former` ones included.
    """
    former = set(former)
    customers_hold(client, former | {lead.customer_id for lead in leads if lead.customer_id})
    known: dict[int, list[Sale]] = {}
    for sale in Sale.objects.filter(agency_id=client.agency_id, client=client, lead__in=leads):
        known.setdefault(sale.lead_id, []).append(sale)
    new, changed, gone = [], [], []
    for lead in leads:
        mine = known.get(lead.pk, [])
        own = next((sale for sale in mine if is_own_sale(sale, lead)), None)
        if lead.outcome == "won" and not mine:
            new.append(Sale(**_identity(lead), **_values(lead, client)))
        elif lead.outcome == "won" and own and _lay(own, _values(lead, client)):
            changed.append(own)
        elif lead.outcome != "won" and own:
            gone.append((lead, own))
    Sale.objects.bulk_create(new)
    Sale.objects.bulk_update(changed, list(FOLLOWED), batch_size=200)
    _take_back(gone)
    dimensions_copy(client, leads)
    touched = [*new, *changed, *(sale for _lead, sale in gone)]
    firsts_keep(
        client, {*former, *(sale.customer_id for sale in touched if sale.customer_id is not None)}
    )
    return [*new, *changed]


#: Columns of a lead's own sale that are the lead's.
FOLLOWED = (
    "customer_id", "lead_id", "sold_at", "sold_date", "amount", "currency", "salesperson_id",
    "tz", *COPIED,
)  # fmt: skip


def is_own_sale(sale: Sale, lead: Lead) -> bool:
    """The sale that winning the lead made, not another of the lead's."""
    return (sale.source, sale.external_id) == (lead.source, sale_key(lead))


def _identity(lead: Lead) -> dict[str, Any]:
    return {
        "agency_id": lead.agency_id,
        "client_id": lead.client_id,
        "source": lead.source,
        "external_id": sale_key(lead),
        "kind": SaleKind.NEW,
    }


def _values(lead: Lead, client: Client) -> dict[str, Any]:
    return {
        "customer_id": lead.customer_id,
        "lead_id": lead.pk,
        "sold_at": lead.closed_at,
        "sold_date": lead.closed_date,
        "amount": lead.amount or Decimal(0),
        "currency": lead.currency or client.currency,
        "salesperson_id": lead.closed_salesperson_id,
        "tz": lead.tz,
        **{name: getattr(lead, name) for name in COPIED},
    }


def _lay(sale: Sale, values: dict[str, Any]) -> bool:
    """Set the values; True if any was another."""
    different = {name: value for name, value in values.items() if getattr(sale, name) != value}
    for name, value in different.items():
        setattr(sale, name, value)
    return bool(different)


def _take_back(gone: Sequence[tuple[Lead, Sale]]) -> None:
    if not gone:
        return
    Sale.objects.filter(pk__in=[sale.pk for _lead, sale in gone]).delete()
    Lead.objects.filter(pk__in=[lead.pk for lead, _sale in gone]).update(
        customer=None, first_sale_on=None, was_customer=False
    )


def dimensions_copy(client: Client, leads: Sequence[Lead]) -> None:
    """The sales of these leads, and the refunds of those sales, take on the leads' dimensions."""
    written = [lead.pk for lead in leads]
    copy_to_sales(client, written)
    copy_to_refunds(client, "lead_id", written)
