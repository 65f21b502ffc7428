"""Memberships: roles, the clients they are limited to, and their end."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Agency, Client, Membership, MembershipClient, Role
from accounts.services.sessions import sessions_end

#: They settle matters of the whole agency, so they see all of it.
UNLIMITED = (Role.OWNER, Role.ADMIN)


def reach_check(role: str, clients: Sequence[Client]) -> None:
    """Refuse a role with a reach it cannot have. No clients means all of them."""
    if role == Role.VIEWER and not clients:
        raise DomainError("viewer_needs_clients", _("Say which clients this viewer may see."))
    if role in UNLIMITED and clients:
        raise DomainError(
            "role_sees_all", _("Owners and administrators see all clients: choose none.")
        )


def rank_check(actor: Membership, *roles: str) -> None:
    """Only an owner makes, changes or ends an owner."""
    if Role.OWNER in roles and actor.role != Role.OWNER:
        raise DomainError("owners_only", _("Only an owner can decide about owners."))


def member_change(
    actor: Membership, membership: Membership, role: str, clients: Sequence[Client]
) -> Membership:
    """Give a member another role or other clients. The agency always keeps an owner."""
    rank_check(actor, membership.role, role)
    reach_check(role, clients)
    if membership.role == Role.OWNER and role != Role.OWNER:
        _another_owner_check(membership)
    membership.role, membership.sees_all_clients = role, not clients
    membership.save(update_fields=["role", "sees_all_clients"])
    membership_limit(membership, clients)
    return membership


def membership_limit(membership: Membership, clients: Sequence[Client]) -> None:
    """Make these the clients that a membership is limited to."""
    held = MembershipClient.objects.filter(agency_id=membership.agency_id, membership=membership)
    held.exclude(client__in=clients).delete()
    for client in clients:
        MembershipClient.objects.get_or_create(
            agency_id=membership.agency_id, membership=membership, client=client
        )


def member_end(actor: Membership, membership: Membership) -> Membership:
    """End a membership today. The row stays: history and audit name it.

    Whoever is put out is logged out everywhere, for a page that is open may show what it held.
    """
    rank_check(actor, membership.role)
    _end(membership)
    if actor.pk != membership.pk:
        sessions_end(membership.user)
    return membership


def member_leave(membership: Membership) -> Membership:
    """One's own going: no rank is asked, but the last owner stays."""
    return _end(membership)


def _end(membership: Membership) -> Membership:
    if membership.role == Role.OWNER:
        _another_owner_check(membership)
    membership.ended_on = timezone.now().date()
    membership.save(update_fields=["ended_on"])
    return membership


def _another_owner_check(membership: Membership) -> None:
    # Locked, or two owners could leave at the same moment, each counting on the other.
    owners = Membership.objects.select_for_update(of=("self",)).filter(
        agency_id=membership.agency_id, role=Role.OWNER, ended_on=None
    )
    if not [row for row in owners.order_by("pk") if row.pk != membership.pk]:
        raise DomainError(
            "last_owner", _("An agency needs an owner. Make somebody else an owner first.")
        )


def is_member(agency: Agency, email: str) -> bool:
    return Membership.objects.filter(
        agency=agency, user__email__iexact=email, ended_on=None
    ).exists()
