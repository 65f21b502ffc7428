"""What the pages about leads, costs, campaigns and sources read. Nothing here writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import Agency, Client, Membership
from campaigns.models import (
    Act,
    Budget,
    Campaign,
    Cost,
    ImportBatch,
    ImportMapping,
    Interaction,
    Lead,
    RefusedRow,
    Sale,
    Salesperson,
    SourceSync,
    StageChange,
)
from campaigns.models.leads import LeadStatus, Stage

MOST_CONTACTS = 20
#: The furthest stage a lead has reached, as a condition on its columns (see Lead.stage).
_OPEN = Q(outcome="")
STAGE_IS: Mapping[str, Q] = {
    Stage.LEAD: _OPEN & Q(opp_on=None, sql_on=None, mql_on=None),
    Stage.MQL: _OPEN & Q(opp_on=None, sql_on=None, mql_on__isnull=False),
    Stage.SQL: _OPEN & Q(opp_on=None, sql_on__isnull=False),
    Stage.OPPORTUNITY: _OPEN & Q(opp_on__isnull=False),
    Stage.CUSTOMER: Q(outcome="won"),
    Stage.LOST: Q(outcome="lost"),
}


def lead_in(client: Client, number: int) -> Lead | None:
    rows = Lead.objects.filter(agency_id=client.agency_id, client=client, pk=number)
    return rows.select_related("salesperson", "first_salesperson", "campaign", "customer").first()


def steps_of(lead: Lead) -> QuerySet[StageChange]:
    """The steps of a lead, in the order in which they were written."""
    rows = StageChange.objects.filter(agency_id=lead.agency_id, client_id=lead.client_id, lead=lead)
    return rows.select_related("salesperson").order_by("pk")


def contacts_of(lead: Lead) -> QuerySet[Interaction]:
    """Calls, visits and the like with a lead, the latest first."""
    rows = Interaction.objects.filter(agency_id=lead.agency_id, client_id=lead.client_id, lead=lead)
    return rows.select_related("salesperson").order_by("-happened_on", "-pk")[:MOST_CONTACTS]


def sales_of_lead(lead: Lead) -> QuerySet[Sale]:
    rows = Sale.objects.filter(agency_id=lead.agency_id, client_id=lead.client_id, lead=lead)
    return rows.order_by("sold_on", "pk")


@dataclass(frozen=True)
class OwnCount:
    """A client as its sellers see it: leads still open, and the reader's own among them."""

    client: Client
    open: int
    own_open: int
    own_won: int


def own_counts(agency: Agency, membership: Membership | None) -> list[OwnCount]:
    """For each client in sight, the reader's own leads: those of the salesperson they are."""
    own = Salesperson.objects.filter(agency=agency, membership=membership).values("pk")
    is_open, is_own = Q(outcome="", status=LeadStatus.VALID), Q(salesperson__in=own)
    counted = {
        row["client_id"]: row
        for row in Lead.objects.filter(agency=agency)
        .values("client_id")
        .annotate(
            open=Count("pk", filter=is_open),
            own_open=Count("pk", filter=is_open & is_own),
            own_won=Count("pk", filter=is_own & Q(outcome="won", status=LeadStatus.VALID)),
        )
    }
    clients = Client.objects.filter(agency=agency, archived_at=None).order_by("name")
    return [
        OwnCount(
            client,
            *(counted.get(client.pk, {}).get(name, 0) for name in ("open", "own_open", "own_won")),
        )
        for client in clients
    ]


def act_in(client: Client, number: int) -> Act | None:
    return Act.objects.filter(agency_id=client.agency_id, client=client, pk=number).first()


def salespeople_of(client: Client) -> QuerySet[Salesperson]:
    """Who sells, those who still do first."""
    rows = Salesperson.objects.filter(agency_id=client.agency_id, client=client)
    return rows.select_related("membership__user").order_by("-ended_on", "name", "pk")


def members_to_link(client: Client, held: int | None) -> QuerySet[Membership]:
    """The agency's members, and the one that a salesperson is linked to, who may have left."""
    rows = Membership.objects.filter(agency_id=client.agency_id).select_related("user")
    return rows.filter(Q(ended_on=None) | Q(pk=held)).order_by("user__name", "pk")


def salesperson_in(client: Client, number: int) -> Salesperson | None:
    return Salesperson.objects.filter(agency_id=client.agency_id, client=client, pk=number).first()


def salesperson_of(client: Client, membership: Membership | None) -> Salesperson | None:
    """Who a member is when they sell for this client."""
    if membership is None:
        return None
    rows = Salesperson.objects.filter(agency_id=client.agency_id, client=client)
    return rows.filter(membership=membership).order_by("-ended_on", "pk").first()


def campaigns_of(client: Client, is_archived: bool | None = None) -> QuerySet[Campaign]:
    rows = Campaign.objects.filter(agency_id=client.agency_id, client=client)
    if is_archived is not None:
        rows = rows.filter(archived_at__isnull=not is_archived)
    return rows.order_by("name", "pk")


def campaign_in(client: Client, number: int) -> Campaign | None:
    return campaigns_of(client).filter(pk=number).first()


def costs_of(client: Client) -> QuerySet[Cost]:
    """All layers, the latest period first. For readers who may see agency-only rows."""
    rows = Cost.objects.filter(agency_id=client.agency_id, client=client)
    return rows.select_related("campaign").order_by("-starts_on", "-ends_on", "-pk")


def cost_in(client: Client, number: int) -> Cost | None:
    return costs_of(client).filter(pk=number).first()


def budgets_of(client: Client) -> QuerySet[Budget]:
    """The latest period first."""
    rows = Budget.objects.filter(agency_id=client.agency_id, client=client)
    return rows.select_related("campaign").order_by("-starts_on", "-ends_on", "-pk")


def budget_in(client: Client, number: int) -> Budget | None:
    return budgets_of(client).filter(pk=number).first()


def syncs_of(client: Client) -> QuerySet[SourceSync]:
    rows = SourceSync.objects.filter(agency_id=client.agency_id, client=client)
    return rows.order_by("family", "source")


def batches_of(client: Client) -> QuerySet[ImportBatch]:
    """Newest first."""
    return ImportBatch.objects.filter(agency_id=client.agency_id, client=client).order_by("-pk")


def batch_in(client: Client, number: int) -> ImportBatch | None:
    return batches_of(client).filter(pk=number).first()


def refused_of(batch: ImportBatch) -> QuerySet[RefusedRow]:
    rows = RefusedRow.objects.filter(
        agency_id=batch.agency_id, client_id=batch.client_id, batch=batch
    )
    return rows.order_by("line", "pk")


def mappings_of(client: Client) -> QuerySet[ImportMapping]:
    rows = ImportMapping.objects.filter(agency_id=client.agency_id, client=client)
    return rows.order_by("kind", "name")


def names_of(rows: Iterable[Salesperson | Campaign]) -> dict[int, str]:
    return {row.pk: row.name for row in rows}
