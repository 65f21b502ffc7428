"""Facts one by one, as lists and the API read them. Sums of facts are kpis' business."""

from collections.abc import Collection, Iterable
from typing import Any

from accounts.models import Client, Membership
from campaigns.models import (
    Budget,
    Campaign,
    Cost,
    Customer,
    CustomerTerm,
    DailyFact,
    Interaction,
    Lead,
    Product,
    Refund,
    Sale,
    SaleLine,
    Salesperson,
)


def leads_of(client: Client) -> Any:
    """The client's leads, with what they point at."""
    return Lead.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "campaign", "landing_page", "salesperson", "customer"
    )


def daily_facts_of(client: Client) -> Any:
    """The client's daily facts, with what they point at."""
    return DailyFact.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "campaign", "landing_page"
    )


def campaigns_of(client: Client) -> Any:
    """The client's campaigns, archived ones included."""
    return Campaign.objects.filter(agency_id=client.agency_id, client=client)


def salespeople_of(client: Client) -> Any:
    """Who sells for the client, those who left included."""
    return Salesperson.objects.filter(agency_id=client.agency_id, client=client)


def customers_of(client: Client) -> Any:
    """The client's customers, with who looks after them."""
    return Customer.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "salesperson"
    )


def products_of(client: Client) -> Any:
    """What the client sells."""
    return Product.objects.filter(agency_id=client.agency_id, client=client)


def terms_of(client: Client) -> Any:
    """The contracts of the client's customers, with whose they are."""
    return CustomerTerm.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "customer"
    )


def sales_of(client: Client) -> Any:
    """The client's sales, with what they point at; their lines are `lines_of_sales`."""
    return Sale.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "customer", "lead", "campaign", "salesperson"
    )


def lines_of_sales(client: Client, sales: Iterable[Sale]) -> dict[int, list[SaleLine]]:
    """The lines of these sales, by the sale's id, in their order; those that have none are left out."""
    lined = [sale.pk for sale in sales if sale.has_lines]
    if not lined:
        return {}
    lines = SaleLine.objects.filter(agency_id=client.agency_id, client=client, sale__in=lined)
    found: dict[int, list[SaleLine]] = {}
    for line in sorted(lines.select_related("product"), key=_in_order):
        found.setdefault(line.sale_id, []).append(line)
    return found


def _in_order(line: SaleLine) -> tuple[int, int]:
    """Lines are numbered behind the id of their sale: 1001#1, 1001#2 …"""
    number = line.external_id.rpartition("#")[2]
    return (int(number) if number.isascii() and number.isdigit() else 0, line.pk)


def refunds_of(client: Client) -> Any:
    """The client's refunds, with what they point at."""
    return Refund.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "sale", "customer", "product", "campaign", "salesperson"
    )


def costs_of(client: Client, sees_agency_only: bool) -> Any:
    """The client's costs, those for the agency only if the reader sees them."""
    rows = Cost.objects.filter(agency_id=client.agency_id, client=client)
    rows = rows if sees_agency_only else rows.filter(is_shared=True)
    return rows.select_related("campaign", "salesperson")


def budgets_of(client: Client) -> Any:
    """The client's budgets."""
    return Budget.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "campaign"
    )


def interactions_of(client: Client) -> Any:
    """The client's contacts, with whom."""
    return Interaction.objects.filter(agency_id=client.agency_id, client=client).select_related(
        "customer", "lead", "salesperson"
    )


def members_among(client: Client, numbers: Collection[int]) -> set[int]:
    """Those of these memberships that are the agency's and have not ended."""
    members = Membership.objects.filter(
        agency_id=client.agency_id, pk__in=list(numbers), ended_on=None
    )
    return set(members.values_list("pk", flat=True))


def campaign_named(client: Client, external_id: str) -> Campaign | None:
    """The campaign with that id on its platform."""
    found: Campaign | None = Campaign.objects.filter(
        agency_id=client.agency_id, client=client, external_id=external_id
    ).first()
    return found
