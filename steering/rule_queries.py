"""Alert rules as pages and the API list them. Reads only."""

from django.db.models import QuerySet

from accounts.models import Client
from kpis.book import book_of
from steering.models import AlertRule, RuleStanding


def rules_of(client: Client, is_archived: bool = False) -> QuerySet[AlertRule]:
    rows = AlertRule.objects.filter(
        agency_id=client.agency_id, client=client, archived_at__isnull=not is_archived
    )
    return rows.select_related("campaign").order_by("name", "pk")


def all_rules_of(client: Client) -> QuerySet[AlertRule]:
    """Archived ones too, the newest first."""
    rows = AlertRule.objects.filter(agency_id=client.agency_id, client=client)
    return rows.select_related("campaign").order_by("-created_at", "-pk")


def rule_in(client: Client, number: int) -> AlertRule | None:
    """One of the client's, archived or not, whose KPI still exists."""
    rows = AlertRule.objects.filter(agency_id=client.agency_id, client=client, pk=number)
    rule = rows.select_related("campaign").first()
    return rule if rule and rule.kpi in book_of(client) else None


def standings_of(client: Client) -> dict[int, RuleStanding]:
    """Rule → how it stands."""
    rows = RuleStanding.objects.filter(agency_id=client.agency_id, client=client)
    return {row.rule_id: row for row in rows}
