"""How the rows stand that a client's line of the portfolio is made of: one digest per client.

A row's place and the transaction that wrote it (ctid, xmin) change with every write to it, whatever
the column, and are cheap to read. So a client's digest is another one as soon as any of these rows
was added, changed or removed, and nobody has to remember to say so.
"""

from collections.abc import Iterable

from django.db import connection

from accounts.models import Client
from accounts.shell import Listed

#: Rows of one client each. Its figures are in the snapshot, which every refresh dates
#: (kpis_snapshotstate); facts that are not refreshed yet stand in the log.
OF_CLIENT = (
    "campaigns_ownvalue",
    "campaigns_sourcesync",
    "kpis_dirtyday",
    "kpis_goal",
    "kpis_goalstanding",
    "kpis_milestone",
    "kpis_parameterchange",
    "kpis_snapshotstate",
)
#: Rows of one client, or of all clients of the agency.
OF_EITHER = ("campaigns_ownmeasure", "kpis_customkpi")
#: Rows of the agency, and what else is read: the client itself, and what its goals are about.
OF_AGENCY = ("kpis_exchangerate",)
OTHER = ("accounts_client", "campaigns_campaign")

_DIGEST = "bit_xor(hashtextextended('{0}' || each.ctid::text || each.xmin::text, 0))"


def _part(table: str, client: str, rows: str) -> str:
    return (
        f"SELECT {client} AS client_id, {_DIGEST.format(table)} AS digest, count(*) AS rows"
        f" FROM {table} AS each WHERE {rows} GROUP BY 1"
    )


_MINE = "each.agency_id = %(agency)s AND each.client_id = ANY(%(clients)s)"
_SQL = f"""
SELECT client_id, bit_xor(digest), sum(rows)
  FROM ({
    " UNION ALL ".join(
        [
            *(_part(table, "each.client_id", _MINE) for table in OF_CLIENT),
            *(
                _part(
                    table,
                    "each.client_id",
                    "each.agency_id = %(agency)s"
                    " AND (each.client_id IS NULL OR each.client_id = ANY(%(clients)s))",
                )
                for table in OF_EITHER
            ),
            *(_part(table, "NULL::bigint", "each.agency_id = %(agency)s") for table in OF_AGENCY),
            _part(
                "accounts_client",
                "each.id",
                "each.agency_id = %(agency)s AND each.id = ANY(%(clients)s)",
            ),
            _part(
                "campaigns_campaign",
                "each.client_id",
                f"{_MINE} AND each.id IN (SELECT goal.campaign_id FROM kpis_goal AS goal"
                " WHERE goal.agency_id = %(agency)s AND goal.client_id = ANY(%(clients)s))",
            ),
        ]
    )
}) AS parts GROUP BY client_id
UNION ALL
SELECT -1, oid::bigint, system_identifier::numeric
  FROM pg_database, pg_control_system() WHERE datname = current_database()
"""


def line_versions(agency_id: int, clients: Iterable[Client | Listed]) -> dict[int, str]:
    """Per client's id, how everything stands that its line depends on. One statement for all.

    Inside a scope that holds the clients. The database itself is part of it: another one may have
    rows of the same places and transactions.
    """
    ids = [client.pk for client in clients]
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"agency": agency_id, "clients": ids})
        found = {key: f"{digest}.{rows}" for key, digest, rows in cursor.fetchall()}
    shared = f"{found.get(-1)}:{found.get(None)}"
    return {pk: f"{shared}:{found.get(pk)}" for pk in ids}


def clients_again(clients: Iterable[Client | Listed]) -> list[Client]:
    """The same clients as they stand now, in the same order: to be read after their versions, and used instead.

    Whoever computed from what was read before could keep an old line under a new version. Whole, too:
    of those that a page lists only the name is known.
    """
    numbers = [client.pk for client in clients]
    now = Client.objects.in_bulk(numbers)
    return [now[number] for number in numbers if number in now]
