"""What the pages about people, agencies and clients read. Nothing here writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import access_by_membership
from accounts.models import (
    Agency,
    ApiToken,
    AuditEntry,
    Client,
    Invitation,
    InvitationClient,
    Membership,
    MembershipClient,
    Role,
    User,
)
from accounts.tenancy import as_bearer, as_clock, as_person, tenant_scope


def agency_id_of(slug: str) -> int | None:
    """The agency that a command names, by the scheduler's door. Inside a transaction, no scope."""
    with as_clock():
        return Agency.objects.filter(slug=slug).values_list("pk", flat=True).first()


def agency_ids() -> list[int]:
    """All agencies, for a command that goes through each; likewise by the scheduler's door."""
    with as_clock():
        return list(Agency.objects.order_by("pk").values_list("pk", flat=True))


def person_exists(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


@dataclass(frozen=True)
class Person:
    """One line of the members page: who, as what, and over which clients (None: all of them)."""

    membership: Membership
    clients: tuple[Client, ...] | None


def people_of(agency: Agency) -> list[Person]:
    """The members of today, owners first."""
    rows = Membership.objects.filter(agency=agency, ended_on=None).select_related("user")
    memberships = list(rows.order_by("pk"))
    limited_to = _clients_by(
        MembershipClient.objects.filter(agency=agency).select_related("client"), "membership_id"
    )
    order = list(Role.values)
    memberships.sort(key=lambda row: (order.index(row.role), str(row.user).lower()))
    return [
        Person(row, None if row.sees_all_clients else limited_to.get(row.pk, ()))
        for row in memberships
    ]


@dataclass(frozen=True)
class Offer:
    """An invitation that waits, with the clients it is limited to (None: all of them)."""

    invitation: Invitation
    clients: tuple[Client, ...] | None
    is_expired: bool

    @property
    def state(self) -> str:
        """expired, refused or unsent (given up), delayed (tried again), sent, or waiting."""
        row = self.invitation
        if self.is_expired:
            return "expired"
        if row.mail_due_at:
            return "delayed" if row.mail_problem else "waiting"
        if row.mail_problem:
            return "refused" if row.mail_problem == "refused" else "unsent"
        return "sent"


def offers_of(agency: Agency, now: datetime) -> list[Offer]:
    """Invitations neither accepted nor revoked, newest first; expired ones may be sent again."""
    waiting = Invitation.objects.filter(agency=agency, accepted_at=None, revoked_at=None)
    limited_to = _clients_by(
        InvitationClient.objects.filter(agency=agency).select_related("client"), "invitation_id"
    )
    return [
        Offer(row, limited_to.get(row.pk), row.expires_at <= now)
        for row in waiting.order_by("-created_at", "-pk")
    ]


def _clients_by(
    rows: Iterable[MembershipClient | InvitationClient], key: str
) -> dict[int, tuple[Client, ...]]:
    found: dict[int, list[Client]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row.client)
    return {
        owner: tuple(sorted(clients, key=lambda client: (client.name.lower(), client.pk)))
        for owner, clients in found.items()
    }


def invitation_by_secret(secret: str) -> Invitation | None:
    """The invitation a link opens, whatever became of it. Inside a transaction, before any scope."""
    with as_bearer(secret):
        return Invitation.objects.first()


def logo_of(agency: Agency) -> tuple[bytes, str] | None:
    """The agency's picture and its media type."""
    row = Agency.objects.filter(pk=agency.pk).values_list("logo", "logo_type").first()
    return (bytes(row[0]), row[1]) if row and row[0] else None


def clients_of(agency: Agency, is_archived: bool = False) -> QuerySet[Client]:
    """The clients that the scope shows, by name."""
    rows = Client.objects.filter(agency=agency, archived_at__isnull=not is_archived)
    return rows.order_by("name", "pk")


def tokens_of(agency: Agency) -> QuerySet[ApiToken]:
    """All tokens, the usable ones first, then the newest."""
    rows = ApiToken.objects.filter(agency=agency).select_related("client", "created_by__user")
    return rows.order_by("revoked_at", "-created_at", "-pk")


def audit_of(agency: Agency) -> QuerySet[AuditEntry]:
    """What was changed, newest first."""
    return AuditEntry.objects.filter(agency=agency).order_by("-at", "-pk")


def member_names(agency: Agency, membership_ids: Iterable[int | None]) -> dict[int, str]:
    """Names for the ids kept in `actor_id` and `written_by`; those out of sight are left out."""
    wanted = {number for number in membership_ids if number is not None}
    rows = Membership.objects.filter(agency=agency, pk__in=wanted).select_related("user")
    return {row.pk: str(row.user) for row in rows}


def members_seeing(client: Client) -> QuerySet[Membership]:
    """The members of today who may see this client; likewise for who is limited to some clients."""
    listed = MembershipClient.objects.filter(client=client, membership=OuterRef("pk"))
    rows = Membership.objects.filter(agency_id=client.agency_id, ended_on=None)
    rows = rows.filter(Q(sees_all_clients=True) | Exists(listed))
    return rows.select_related("user").order_by("user__name", "pk")


def membership_in(agency: Agency, number: int) -> Membership | None:
    rows = Membership.objects.filter(agency=agency, pk=number, ended_on=None)
    return rows.select_related("user").first()


def client_named(user: User, agency_slug: str, client_slug: str) -> Client | None:
    """The client behind an address, if this person may see it. Opens a transaction of its own."""
    with transaction.atomic(), as_person(user.pk, is_last=True):
        access = access_by_membership(user, agency_slug)
        if access is None:
            return None
        with tenant_scope(access.agency.pk, access.clients, is_last=True):
            return Client.objects.filter(agency=access.agency, slug=client_slug).first()


def agency_offering(offer: Invitation) -> Agency:
    """The agency behind an invitation whose secret has been shown. Inside a transaction, no scope."""
    with tenant_scope(offer.agency_id):
        return Agency.objects.defer("logo").get(pk=offer.agency_id)


def invitation_in(agency: Agency, number: int) -> Invitation | None:
    rows = Invitation.objects.filter(agency=agency, pk=number, accepted_at=None, revoked_at=None)
    return rows.first()


def token_in(agency: Agency, number: int) -> ApiToken | None:
    return ApiToken.objects.filter(agency=agency, pk=number).first()


def client_ids_of(membership: Membership) -> list[int]:
    rows = MembershipClient.objects.filter(agency_id=membership.agency_id, membership=membership)
    return list(rows.order_by("client_id").values_list("client_id", flat=True))


def clients_in_sight() -> list[Client]:
    """Every client of the scope that is not archived, by name; whole, where more than a name is needed."""
    return list(Client.objects.filter(archived_at=None).order_by("name"))


def clients_named(agency: Agency, slugs: Sequence[str]) -> list[Client]:
    return list(Client.objects.filter(agency=agency, slug__in=slugs).order_by("name", "pk"))


def has_second_factor(user: User) -> bool:
    """An authenticator app, a security key or a passkey; recovery codes alone are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user_id=user.pk, type__in=kinds).exists()


def unfinished_agency(memberships: Sequence[Membership]) -> Agency | None:
    """The one agency of somebody who has just made it and no client in it yet. Before any scope."""
    if len(memberships) != 1 or memberships[0].role != Role.OWNER:
        return None
    agency: Agency = memberships[0].agency
    with tenant_scope(agency.pk):
        return None if Client.objects.filter(agency=agency).exists() else agency


def only_client_of(membership: Membership) -> str | None:
    """The address of the one client that a limited membership sees. Before any scope."""
    if membership.sees_all_clients:
        return None
    with tenant_scope(membership.agency_id):
        own = MembershipClient.objects.filter(membership=membership, client__archived_at=None)
        slugs = list(own.values_list("client__slug", flat=True)[:2])
    return slugs[0] if len(slugs) == 1 else None


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def all_members_of(agency: Agency) -> QuerySet[Membership]:
    """Memberships with their people, those that have ended included, in no order."""
    return Membership.objects.filter(agency=agency).select_related("user")


def waiting_invitations_of(agency: Agency) -> QuerySet[Invitation]:
    """Neither accepted nor revoked, in no order."""
    return Invitation.objects.filter(agency=agency, accepted_at=None, revoked_at=None)


def limits_of(
    agency: Agency, rows: Sequence[Membership] | Sequence[Invitation]
) -> dict[int, list[str]]:
    """By the row's number, the addresses of the clients it is limited to; none of them: all."""
    found: dict[int, list[str]] = {}
    kinds: tuple[tuple[Any, Any, str], ...] = (
        (Membership, MembershipClient, "membership"),
        (Invitation, InvitationClient, "invitation"),
    )
    for kind, table, name in kinds:
        ids = [row.pk for row in rows if isinstance(row, kind)]
        if ids:
            pairs = table.objects.filter(agency=agency, **{f"{name}__in": ids})
            for number, slug in pairs.order_by("client__slug").values_list(
                f"{name}_id", "client__slug"
            ):
                found.setdefault(number, []).append(slug)
    return found
