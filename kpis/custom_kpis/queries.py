"""Custom KPIs and own measures of a client, read once per scope; what they mean is `kpis.custom`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Client
from accounts.tenancy import current_scope
from campaigns.own_measures import OwnTerms
from campaigns.own_queries import own_measures_of, own_terms_of
from kpis.custom import Definition
from kpis.models import CustomKpi


@dataclass(frozen=True)
class Defined:
    """What people defined for a client, the agency's things first."""

    own: tuple[OwnTerms, ...] = ()
    custom: tuple[Definition, ...] = ()


def custom_kpis_of(agency_id: int, clients: Iterable[Client] = ()) -> QuerySet[CustomKpi]:
    """The agency's custom KPIs and those of these clients, archived ones included, by name."""
    rows = CustomKpi.objects.filter(
        Q(client=None) | Q(client__in=[client.pk for client in clients]), agency_id=agency_id
    )
    return rows.order_by("name", "key")


def custom_kpi_at(agency_id: int, client: Client | None, key: str) -> CustomKpi | None:
    """The KPI that is defined at this very place: for the agency, or for the client."""
    return CustomKpi.objects.filter(agency_id=agency_id, client=client, key=key).first()


def definition_of(row: Any) -> Definition:
    """What a CustomKpi says; its columns hold nothing but the choices."""
    return Definition(
        key=row.key,
        name=row.name,
        meaning=row.meaning,
        formula=row.formula,
        unit=row.unit,
        better=row.better,
        goal=(row.goal_kind, row.goal_accumulation),
        is_of_client=row.client_id is not None,
        is_archived=row.archived_at is not None,
        version=row.version,
    )


def defined_for(client: Client) -> Defined:
    """What this client has, remembered until its scope ends. Two queries the first time."""
    scope = current_scope()
    remembered = scope.remembered if scope else {}
    key = ("defined", client.pk)
    if key not in remembered:
        defined_for_all([client])
    return remembered[key] if key in remembered else _defined([client])[client.pk]


def defined_for_agency(agency_id: int) -> Defined:
    """What the agency defined for all its clients."""
    return Defined(
        tuple(map(own_terms_of, own_measures_of(agency_id))),
        tuple(map(definition_of, custom_kpis_of(agency_id))),
    )


def defined_for_all(clients: Iterable[Client]) -> None:
    """Read what several clients of one agency have, in two queries, before each is asked for."""
    scope = current_scope()
    if scope is not None:
        for pk, defined in _defined(list(clients)).items():
            scope.remembered["defined", pk] = defined


def _defined(clients: list[Client]) -> dict[int, Defined]:
    if not clients:
        return {}
    agency_id = clients[0].agency_id
    measures = list(own_measures_of(agency_id, clients))
    customs = list(custom_kpis_of(agency_id, clients))
    return {
        client.pk: Defined(
            tuple(own_terms_of(row) for row in measures if row.client_id in (None, client.pk)),
            tuple(definition_of(row) for row in customs if row.client_id in (None, client.pk)),
        )
        for client in clients
    }
