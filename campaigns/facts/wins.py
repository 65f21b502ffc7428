"""What leads that were won bring with them: a customer and a sale on the day won.

For leads by the API and by hand; from files it is `imports.writing`, which names them alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.parents import parents_named
from campaigns.facts.rows import Fault
from campaigns.firsts import firsts_keep
from campaigns.models import Customer, Lead, Refund, Sale
from campaigns.models.sales import SaleKind

#: Dimensions of a lead that its sales, and their refunds, carry as copies.
COPIED = ("channel", "utm_source", "utm_medium", "campaign_id", "device", "country")
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
    ids = parents_named(Customer, client, wanted)
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

    1. A won lead without any sale gets one; its own one takes on what changed.
    2. A lead that is no longer won loses the sale it made, and its customer.
    3. Other sales of the leads, and refunds, take on the leads' dimensions.
    4. First sales are judged anew for all customers concerned, `former` ones included.
    """
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
    Sale.objects.bulk_update(changed, list(_NAMES), batch_size=200)
    _take_back(gone)
    dimensions_copy(client, leads)
    touched = [*new, *changed, *(sale for _lead, sale in gone)]
    firsts_keep(
        client, {*former, *(sale.customer_id for sale in touched if sale.customer_id is not None)}
    )
    return [*new, *changed]


_NAMES = (
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
    changes = ", ".join(f"{name} = source.{name}" for name in COPIED)
    mine = ", ".join(f"target.{name}" for name in COPIED)
    theirs = ", ".join(f"source.{name}" for name in COPIED)
    parameters: list[Any] = [client.agency_id, client.pk, [lead.pk for lead in leads]]
    with connection.cursor() as cursor:
        for table, origin, link in (
            ("campaigns_sale", "campaigns_lead", "target.lead_id = source.id"),
            ("campaigns_refund", "campaigns_sale", "target.sale_id = source.id"),
        ):
            key = "source.id" if origin == "campaigns_lead" else "source.lead_id"
            cursor.execute(
                f"UPDATE {table} AS target SET {changes} FROM {origin} AS source"
                f" WHERE target.agency_id = %s AND target.client_id = %s AND {key} = ANY(%s)"
                f" AND source.agency_id = target.agency_id AND source.client_id = target.client_id"
                f" AND {link} AND ({mine}) IS DISTINCT FROM ({theirs})",
                parameters,
            )
