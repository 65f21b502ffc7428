"""The templates of an agency and the chosen KPIs of its clients, read."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Agency, Client
from kpis.models import KpiSet, KpiTemplate


def templates_of(agency: Agency, is_archived: bool = False) -> QuerySet[KpiTemplate]:
    """By name. Only for who may see all clients: others get none."""
    rows = KpiTemplate.objects.filter(agency=agency, archived_at__isnull=not is_archived)
    return rows.order_by("name")


def template_in(agency: Agency, number: int) -> KpiTemplate | None:
    return KpiTemplate.objects.filter(agency=agency, pk=number).first()


def set_of(client: Client) -> KpiSet | None:
    """What was chosen for a client; None if nothing was."""
    return KpiSet.objects.filter(agency_id=client.agency_id, client=client).first()


def sets_of(clients: Iterable[Client]) -> dict[int, KpiSet]:
    """By the client's id, in one statement; clients of whom nothing was chosen are not there."""
    ids = [client.pk for client in clients]
    return {each.client_id: each for each in KpiSet.objects.filter(client_id__in=ids)}


def clients_with(template: KpiTemplate) -> QuerySet[KpiSet]:
    """The lists that came from a template, whatever its version then was."""
    rows = KpiSet.objects.filter(agency_id=template.agency_id, template=template)
    return rows.select_related("client").order_by("client__name")


def sets_of_application(agency: Agency, application: str) -> QuerySet[KpiSet]:
    """The lists that one applying wrote, and that nobody has changed since."""
    rows = KpiSet.objects.filter(agency=agency, application=application)
    return rows.select_related("client").order_by("client__name")
