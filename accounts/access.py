"""Roles, what each may do, and the gates from an id in a URL to an object.

A foreign or unknown thing is 404, a role too weak for it 403: nobody learns that it exists.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.models import Agency, ApiToken, Client, Membership, MembershipClient, Role, User
from accounts.row_reads import reading_of, row_read
from accounts.tenancy import ALL_CLIENTS, as_person, read_as_bearer

#: Reading: see_numbers (dashboards, goals, glossary), see_costs (agency-only layers and parts),
#: see_leads (persons). Writing: the rest. Who reads a number may comment on it.
#: Only the client itself approves: its own users, nobody of the agency.
_VIEWER = {"see_numbers", "comment", "approve_plans"}
_SELLER = {"see_leads", "edit_leads"}
_ANALYST = {"see_numbers", "comment", "see_costs", "see_leads", "see_data"}
_MANAGER = _ANALYST | {
    "edit_leads", "edit_goals", "import_data", "edit_data", "edit_campaigns", "choose_kpis",
}  # fmt: skip
_ADMIN = _MANAGER | {
    "manage_clients",
    "see_members",
    "manage_members",
    "manage_tokens",
    "manage_webhooks",
    "see_audit",
}
CAPABILITIES: dict[str, frozenset[str]] = {
    Role.VIEWER: frozenset(_VIEWER),
    Role.SELLER: frozenset(_SELLER),
    Role.ANALYST: frozenset(_ANALYST),
    Role.MANAGER: frozenset(_MANAGER),
    Role.ADMIN: frozenset(_ADMIN),
    Role.OWNER: frozenset(_ADMIN | {"manage_agency"}),
}

#: What a token may be given, and the capability that each scope stands for.
TOKEN_SCOPES: dict[str, frozenset[str]] = {
    "read": frozenset({"see_numbers"}),
    "costs": frozenset({"see_costs"}),
    "leads:read": frozenset({"see_leads"}),
    "leads:write": frozenset({"see_leads", "edit_leads"}),
    "data:read": frozenset({"see_data"}),
    "data:write": frozenset({"see_data", "edit_data", "import_data"}),
    "goals:write": frozenset({"see_numbers", "comment", "edit_goals"}),
    "members:read": frozenset({"see_members"}),
    "members:write": frozenset({"see_members", "manage_members"}),
    "webhooks": frozenset({"manage_webhooks"}),
    "kpis:write": frozenset({"see_numbers", "see_data", "choose_kpis"}),
}


@dataclass(frozen=True)
class Access:
    """Who acts in which agency, over which clients, with which capabilities."""

    agency: Agency
    clients: Literal["*"] | tuple[int, ...]
    capabilities: frozenset[str]
    membership: Membership | None = None
    token: ApiToken | None = None

    @property
    def role(self) -> str:
        return self.membership.role if self.membership else "token"

    @property
    def actor_id(self) -> int | None:
        if self.membership:
            return self.membership.pk
        return self.token.created_by_id if self.token else None

    def can(self, capability: str) -> bool:
        return capability in self.capabilities


def access_by_membership(user: User, agency_slug: str) -> Access | None:
    """The person's way in, inside a transaction and before any scope. None if there is none."""
    with as_person(user.pk):
        membership = (
            Membership.objects.select_related("agency")
            .filter(user=user, agency__slug=agency_slug, ended_on=None)
            .defer("agency__logo")
            .first()
        )
        if membership is None:
            return None
        return Access(
            agency=membership.agency,
            clients=_clients_of(membership),
            capabilities=CAPABILITIES[membership.role],
            membership=membership,
        )


def access_by_token(secret: str, now: datetime | None = None) -> Access | None:
    """The integration's way in, inside a transaction and before any scope. None if it is not valid."""
    now = now or timezone.now()
    reading = reading_of(ApiToken)
    rows = read_as_bearer(
        secret,
        f"SELECT {reading.columns} FROM {reading.table} WHERE revoked_at IS NULL ORDER BY id LIMIT 1",
    )
    token: ApiToken | None = reading.row(rows[0]) if rows else None
    if token is None or (token.expires_at and token.expires_at <= now):
        return None
    granted = frozenset().union(*(TOKEN_SCOPES.get(scope, frozenset()) for scope in token.scopes))
    clients = (token.client_id,) if token.client_id else ALL_CLIENTS
    # Before the scope it cannot be read, and most calls need no more of it than its number.
    agency = Agency.from_db(None, ["id"], [token.agency_id])
    return Access(agency, clients, granted, token=token)


def memberships_of(user: User) -> list[Membership]:
    """A person's agencies, for the switcher. Inside a transaction; works in or out of a scope."""
    with as_person(user.pk):
        return list(
            Membership.objects.select_related("agency")
            .filter(user=user, ended_on=None)
            .defer("agency__logo")
            .order_by("agency__name")
        )


def _clients_of(membership: Membership) -> Literal["*"] | tuple[int, ...]:
    if membership.sees_all_clients:
        return ALL_CLIENTS
    rows = MembershipClient.objects.filter(membership=membership).order_by("client_id")
    return tuple(rows.values_list("client_id", flat=True))


def clients_of(access: Access) -> QuerySet[Client]:
    """The clients that the access sees."""
    return Client.objects.filter(agency_id=access.agency.pk)


def access_client(access: Access, slug: str, capability: str | None) -> Client:
    """The gate to a client: 404 outside the scope, 403 without the capability (None: none needed)."""
    client: Client | None = row_read(Client, agency_id=access.agency.pk, slug=slug)
    if client is None:
        raise Http404
    if capability is not None:
        access_agency(access, capability)
    return client


def access_agency(access: Access, capability: str) -> Agency:
    """The gate to what concerns the whole agency: 403 without the capability."""
    if not access.can(capability):
        raise PermissionDenied(capability)
    return access.agency


def access_whole_agency(access: Access, capability: str) -> Agency:
    """The gate to what only those may settle who see all clients: people, keys, the brand."""
    if access.clients != ALL_CLIENTS:
        raise PermissionDenied(capability)
    return access_agency(access, capability)
