"""The facts behind the checklist of the first steps: one statement, no counts."""

from dataclasses import dataclass

from django.db import connection

from accounts.models import Agency, Client


@dataclass(frozen=True)
class StartFacts:
    """What is there already, of an agency or of one client."""

    has_client: bool
    has_data: bool
    has_goal: bool
    has_colleague: bool
    has_clients_person: bool


_SOURCE = "is_live OR complete_through IS NOT NULL OR last_success_at IS NOT NULL"
#: Colleagues are members, or invited, who are no viewers; the first one is whoever asks.
_FACTS = f"""
SELECT EXISTS (SELECT FROM accounts_client WHERE agency_id = %(agency)s AND archived_at IS NULL),
       EXISTS (SELECT FROM campaigns_sourcesync AS s
                WHERE s.agency_id = %(agency)s AND (%(client)s::bigint IS NULL OR s.client_id = %(client)s)
                  AND ({_SOURCE})),
       EXISTS (SELECT FROM kpis_goal AS g
                WHERE g.agency_id = %(agency)s AND (%(client)s::bigint IS NULL OR g.client_id = %(client)s)
                  AND g.archived_at IS NULL),
       (SELECT count(*) > 1 FROM (SELECT FROM accounts_membership
          WHERE agency_id = %(agency)s AND role <> 'viewer' LIMIT 2) AS two)
       OR EXISTS (SELECT FROM accounts_invitation
                   WHERE agency_id = %(agency)s AND role <> 'viewer' AND revoked_at IS NULL),
       EXISTS (SELECT FROM accounts_membershipclient AS mc
                 JOIN accounts_membership AS m ON m.agency_id = mc.agency_id AND m.id = mc.membership_id
                WHERE mc.agency_id = %(agency)s AND m.role = 'viewer' AND m.ended_on IS NULL
                  AND (%(client)s::bigint IS NULL OR mc.client_id = %(client)s))
       OR EXISTS (SELECT FROM accounts_invitationclient AS ic
                    JOIN accounts_invitation AS i ON i.agency_id = ic.agency_id AND i.id = ic.invitation_id
                   WHERE ic.agency_id = %(agency)s AND i.role = 'viewer' AND i.revoked_at IS NULL
                     AND (%(client)s::bigint IS NULL OR ic.client_id = %(client)s))
"""


def start_facts(agency: Agency, client: Client | None = None) -> StartFacts:
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, {"agency": agency.pk, "client": client.pk if client else None})
        return StartFacts(*cursor.fetchone())
