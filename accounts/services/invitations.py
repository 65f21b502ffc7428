"""Invitations: a secret link by e-mail, of which only the hash is kept."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.mail import invitation_send
from accounts.models import Client, Invitation, InvitationClient, Membership, User
from accounts.services.members import is_member, membership_limit, rank_check, reach_check
from accounts.tenancy import digest, tenant_scope

VALID_DAYS = 7

#: Makes the address of the acceptance page from a secret.
LinkMaker = Callable[[str], str]


def member_invite(
    actor: Membership, email: str, role: str, clients: Sequence[Client], link_for: LinkMaker
) -> Invitation:
    """Offer a membership; the e-mail leaves when the transaction has committed."""
    agency = actor.agency
    email = email.strip().lower()
    rank_check(actor, role)
    reach_check(role, clients)
    if is_member(agency, email):
        raise DomainError("already_member", _("%(email)s is a member already.") % {"email": email})
    waiting = Invitation.objects.filter(
        agency=agency, email=email, accepted_at=None, revoked_at=None
    )
    waiting.update(revoked_at=timezone.now())  # one offer at a time: the newest counts
    secret = token_urlsafe(32)
    invitation = Invitation.objects.create(
        agency=agency,
        email=email,
        role=role,
        secret_hash=digest(secret),
        invited_by=actor,
        expires_at=timezone.now() + timedelta(days=VALID_DAYS),
    )
    for client in clients:
        InvitationClient.objects.create(agency=agency, client=client, invitation=invitation)
    _send_on_commit(actor, invitation, link_for(secret))
    return invitation


def invitation_resend(actor: Membership, invitation: Invitation, link_for: LinkMaker) -> Invitation:
    """Send it again with a new secret and a new week; the old link opens nothing any more."""
    rank_check(actor, invitation.role)
    secret = token_urlsafe(32)
    invitation.secret_hash = digest(secret)
    invitation.expires_at = timezone.now() + timedelta(days=VALID_DAYS)
    invitation.save(update_fields=["secret_hash", "expires_at"])
    _send_on_commit(actor, invitation, link_for(secret))
    return invitation


def invitation_revoke(actor: Membership, invitation: Invitation) -> Invitation:
    rank_check(actor, invitation.role)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    return invitation


def invitation_accept(user: User, invitation: Invitation) -> Membership:
    """Make the offered membership. Outside any scope: the secret has named the agency.

    Raises DomainError used, revoked, expired, or other_person when the offer was made to another
    e-mail address.
    """
    with tenant_scope(invitation.agency_id):
        held = Invitation.objects.select_for_update().get(pk=invitation.pk)
        acceptance_check(held)
        if user.email.lower() != held.email.lower():
            raise DomainError(
                "other_person",
                _("This invitation is for %(email)s. Log in with that address.")
                % {"email": held.email},
            )
        offered = InvitationClient.objects.filter(invitation=held).select_related("client")
        clients = [row.client for row in offered]
        membership, _made = Membership.objects.update_or_create(
            agency_id=held.agency_id,
            user=user,
            defaults={
                "role": held.role,
                "sees_all_clients": not clients,
                "ended_on": None,
            },
        )
        membership_limit(membership, clients)
        held.accepted_at = timezone.now()
        held.save(update_fields=["accepted_at"])
        return Membership.objects.select_related("agency").get(pk=membership.pk)


def acceptance_check(invitation: Invitation) -> None:
    """Refuse an offer that stands no more."""
    if invitation.accepted_at:
        raise DomainError("used", _("This invitation has been used. Log in to go on."))
    if invitation.revoked_at:
        raise DomainError("revoked", _("This invitation was withdrawn. Ask for a new one."))
    if invitation.expires_at <= timezone.now():
        raise DomainError("expired", _("This invitation has expired. Ask for a new one."))


def _send_on_commit(actor: Membership, invitation: Invitation, link: str) -> None:
    agency, sender = actor.agency, str(actor.user)
    transaction.on_commit(
        lambda: invitation_send(invitation, agency, sender, link),
        robust=True,  # a mail server that is down must not undo the invitation
    )
