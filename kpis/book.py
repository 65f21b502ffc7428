"""The KPIs that a client can be asked for: the catalogue's, by key, in the order lists show them.

Whoever has a client at hand looks a KPI up here, never in the catalogue.
"""

from collections.abc import Mapping

from accounts.models import Client
from kpis.catalogue import KPIS, Kpi

Book = Mapping[str, Kpi]


def book_of(client: Client) -> Book:
    """Every KPI that this client has, by key. Inside a scope that holds the client."""
    return KPIS
