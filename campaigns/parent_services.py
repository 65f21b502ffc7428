"""What facts point at, by hand: campaigns' names and archive, and who sells."""

from uuid import uuid4

from django.utils import timezone
from django.utils.text import slugify

from accounts.models import Client, Membership
from campaigns.models import Campaign, Salesperson


def campaign_change(campaign: Campaign, name: str) -> Campaign:
    """The label only: identity is the platform's id."""
    campaign.name = name
    campaign.save(update_fields=["name"])
    return campaign


def campaign_archive(campaign: Campaign) -> Campaign:
    """Out of the lists to choose from; its facts stay."""
    campaign.archived_at = campaign.archived_at or timezone.now()
    campaign.save(update_fields=["archived_at"])
    return campaign


def campaign_restore(campaign: Campaign) -> Campaign:
    campaign.archived_at = None
    campaign.save(update_fields=["archived_at"])
    return campaign


def salesperson_create(client: Client, name: str, membership: Membership | None) -> Salesperson:
    """Somebody who sells; linked to a member, they see their own leads counted."""
    return Salesperson.objects.create(
        agency_id=client.agency_id,
        client=client,
        external_id=f"{slugify(name)[:40]}-{uuid4().hex[:8]}",
        name=name,
        membership=membership,
    )


def salesperson_change(
    salesperson: Salesperson, name: str, membership: Membership | None, is_active: bool
) -> Salesperson:
    """Past results stay with a salesperson who has left."""
    salesperson.name, salesperson.membership = name, membership
    if is_active:
        salesperson.ended_on = None
    elif salesperson.ended_on is None:
        salesperson.ended_on = timezone.now().date()
    salesperson.save(update_fields=["name", "membership", "ended_on"])
    return salesperson
