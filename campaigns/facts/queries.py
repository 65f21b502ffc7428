"""Facts one by one, as lists and the API read them. Sums of facts are kpis' business."""

from typing import Any

from accounts.models import Client
from campaigns.models import Campaign, DailyFact, Lead


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


def campaign_named(client: Client, external_id: str) -> Campaign | None:
    """The campaign with that id on its platform."""
    found: Campaign | None = Campaign.objects.filter(
        agency_id=client.agency_id, client=client, external_id=external_id
    ).first()
    return found
