"""What facts point at, under its own name: campaigns, salespeople, customers.

They are the client's, whoever sends them: found by their external ids alone.
"""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.queries import members_among
from campaigns.facts.rows import Fault, Row, lay_texts, lay_values
from campaigns.facts.upsert import Kind, Pending
from campaigns.models import Campaign, Customer, Salesperson


def _lay_name(label: Campaign | Salesperson, row: Row) -> None:
    """A label without a name is called by its id."""
    lay_texts(label, row, ("name",))
    longest = label._meta.get_field("name").max_length
    label.name = label.name or label.external_id[:longest]


def campaign_lay(campaign: Campaign, row: Row, client: Client) -> Iterator[Fault]:
    _lay_name(campaign, row)
    lay_texts(campaign, row, ("platform",))
    lay_values(campaign, row, ("starts_on", "ends_on"))
    if row.get("is_archived"):
        campaign.archived_at = campaign.archived_at or timezone.now()
    elif "is_archived" in row:
        campaign.archived_at = None
    starts, ends = campaign.starts_on, campaign.ends_on
    if starts and ends and ends < starts:
        yield Fault("ends_on", "wrong_way_round", _("It ends before it starts."))


def salesperson_lay(salesperson: Salesperson, row: Row, client: Client) -> Iterator[Fault]:
    _lay_name(salesperson, row)
    lay_values(salesperson, row, ("ended_on",))
    if "member" in row:
        salesperson.membership_id = row["member"]
    yield from ()


def customer_lay(customer: Customer, row: Row, client: Client) -> Iterator[Fault]:
    lay_texts(customer, row, ("name", "country"))
    yield from ()


def _look_for_members(client: Client, good: list[Pending]) -> None:
    """A salesperson may be a member of the agency: then they see their own leads counted."""
    named = {number for one in good if (number := one.row.get("member"))}
    known = members_among(client, named) if named else set()
    for one in good:
        number = one.row.get("member")
        if number and number not in known:
            one.faults = (
                Fault("member", "unknown", _("The agency has no member with this number.")),
            )


CAMPAIGNS = Kind(model=Campaign, lay=campaign_lay, constraint="campaign_once", has_source=False)
SALESPEOPLE = Kind(
    model=Salesperson,
    lay=salesperson_lay,
    constraint="salesperson_once",
    has_source=False,
    look=_look_for_members,
)
CUSTOMERS = Kind(
    model=Customer,
    lay=customer_lay,
    constraint="customer_once",
    has_source=False,
    references={"salesperson": Salesperson},
)
