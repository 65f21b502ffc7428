"""Invitations: a secret link by e-mail, of which only the hash is kept."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from celery import current_app
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.commits import after_commit
from accounts.errors import DomainError
from accounts.models import Client, Invitation, InvitationClient, Membership, User
from accounts.outages import VALKEY_AWAY
from accounts.services.members import is_member, membership_limit, rank_check, reach_check
from accounts.signals import invitation_accepted
from accounts.tenancy import digest, tenant_scope

log = logging.getLogger(__name__)
VALID_DAYS = 7
TASK = "accounts.tasks.invitation_mail"


@dataclass(frozen=True)
class Invited:
    """What became of several addresses: those invited, and those who are members already."""

    invitations: tuple[Invitation, ...]
    members: tuple[str, ...]


def members_invite(
    actor: Membership, emails: Sequence[str], role: str, clients: Sequence[Client], link_base: str
) -> Invited:
    """Invite each address once, whatever its case; who is a member already is named and left."""
    invitations, members = [], []
    for email in dict.fromkeys(each.strip().lower() for each in emails):
        if is_member(actor.agency, email):
            members.append(email)
        else:
            invitations.append(member_invite(actor, email, role, clients, link_base))
    return Invited(tuple(invitations), tuple(members))


def member_invite(
    actor: Membership, email: str, role: str, clients: Sequence[Client], link_base: str
) -> Invitation:
    """Offer a membership; a worker sends the e-mail once the transaction has committed.

    `link_base` is this installation's address as the inviting person sees it: https://host/.
    """
    agency = actor.agency
    email = email.strip().lower()
    rank_check(actor, role)
    reach_check(role, clients)
    if is_member(agency, email):
        raise DomainError("already_member", _("%(email)s is a member already.") % {"email": email})
    waiting = Invitation.objects.filter(
        agency=agency, email=email, accepted_at=None, revoked_at=None
    )
    now = timezone.now()
    waiting.update(revoked_at=now)  # one offer at a time: the newest counts
    invitation = Invitation.objects.create(
        agency=agency,
        email=email,
        role=role,
        # Nobody knows the secret of this one: the worker makes another as it writes the e-mail.
        secret_hash=digest(token_urlsafe(32)),
        invited_by=actor,
        expires_at=now + timedelta(days=VALID_DAYS),
        link_base=link_base,
        mail_due_at=now,
    )
    for client in clients:
        InvitationClient.objects.create(agency=agency, client=client, invitation=invitation)
    _send_on_commit(invitation)
    return invitation


def invitation_resend(actor: Membership, invitation: Invitation, link_base: str) -> Invitation:
    """Send it again for a new week; once the new link is sent, the old one opens nothing any more."""
    rank_check(actor, invitation.role)
    now = timezone.now()
    invitation.expires_at = now + timedelta(days=VALID_DAYS)
    invitation.link_base, invitation.mail_due_at = link_base, now
    invitation.mail_attempts, invitation.mail_problem = 0, ""
    invitation.save(
        update_fields=["expires_at", "link_base", "mail_due_at", "mail_attempts", "mail_problem"]
    )
    _send_on_commit(invitation)
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
        invitation_accepted.send(Invitation, invitation=held, person=user)
        return Membership.objects.select_related("agency").get(pk=membership.pk)


def acceptance_check(invitation: Invitation) -> None:
    """Refuse an offer that stands no more."""
    if invitation.accepted_at:
        raise DomainError("used", _("This invitation has been used. Log in to go on."))
    if invitation.revoked_at:
        raise DomainError("revoked", _("This invitation was withdrawn. Ask for a new one."))
    if invitation.expires_at <= timezone.now():
        raise DomainError("expired", _("This invitation has expired. Ask for a new one."))


def _send_on_commit(invitation: Invitation) -> None:
    after_commit(invitation_mail_soon, invitation.agency_id, invitation.pk)


def invitation_mail_soon(agency_id: int, invitation_id: int) -> None:
    """Have a worker send the e-mail. If the broker is away, the scheduler's look makes up for it."""
    try:
        current_app.send_task(
            TASK, kwargs={"agency_id": agency_id, "invitation_id": invitation_id}, expires=60
        )
    except VALKEY_AWAY as error:
        log.warning("%s could not be sent: %s", TASK, error)
