"""The KPIs that a client can be asked for, by key, in the order lists show them: the catalogue's,
then the own measures and custom KPIs of its agency and its own.

Whoever has a client at hand looks a KPI up here, never in the catalogue.
"""

from collections.abc import Iterable, Mapping

from accounts.models import Client
from kpis.catalogue import Kpi
from kpis.custom import Vocabulary, book_with, vocabulary_of
from kpis.custom_kpis.queries import Defined, defined_for, defined_for_agency, defined_for_all

Book = Mapping[str, Kpi]


def book_of(client: Client) -> Book:
    """Every KPI that this client has, by key. Inside a scope that holds the client."""
    return _book(defined_for(client))


def book_of_agency(agency_id: int) -> Book:
    """Every KPI that all clients of the agency have."""
    return _book(defined_for_agency(agency_id))


def books_prepare(clients: Iterable[Client]) -> None:
    """Before many books of one agency are asked for: two queries for all of them."""
    defined_for_all(clients)


def vocabulary_for(agency_id: int, client: Client | None) -> Vocabulary:
    """The names that a formula of the agency, or of one client, may use."""
    defined = defined_for(client) if client else defined_for_agency(agency_id)
    return vocabulary_of(defined.own, defined.custom)


def _book(defined: Defined) -> Book:
    return book_with(defined.own, defined.custom)
