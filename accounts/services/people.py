"""Persons and their logins: identity, known before any agency is."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from accounts.access import memberships_of
from accounts.models import Device, IdentityEvent, Membership, User
from accounts.services.members import member_leave
from accounts.services.sessions import sessions_end
from accounts.tenancy import tenant_scope


def person_create(email: str, name: str, password: str, language: str) -> User:
    """A user whose address has been proven by the secret link that was sent to it.

    Raises ValidationError for a password that the validators refuse.
    """
    validate_password(password, User(email=email, name=name))
    user = User.objects.create_user(email, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def person_change(user: User, name: str, language: str) -> User:
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    return user


def person_leave(membership: Membership) -> Membership:
    """Leave an agency. Outside any scope, for whoever is limited may not write their own row."""
    with tenant_scope(membership.agency_id, actor_id=membership.pk):
        return member_leave(membership)


def person_erase(user: User) -> User:
    """Delete one's own login: every agency is left, and nothing opens it any more.

    The row stays without its address, for the history of agencies names it: what was done stays
    beside the name. Raises DomainError last_owner, and then nothing has been changed.
    """
    with transaction.atomic():
        for membership in memberships_of(user):
            person_leave(membership)
        EmailAddress.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        Device.objects.filter(user=user).delete()
        user.email = f"deleted-{user.pk}@deleted.invalid"
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["email", "is_active", "password"])
        identity_event_record("login_deleted", user)
        sessions_end(user)
    return user


def person_guide_close(user: User) -> User:
    """The words that explain the dashboard are folded up from now on."""
    user.guide_closed_at = user.guide_closed_at or timezone.now()
    user.save(update_fields=["guide_closed_at"])
    return user


def identity_event_record(kind: str, user: User | None) -> IdentityEvent:
    """A login, a wrong password, a changed one."""
    return IdentityEvent.objects.create(kind=kind, user=user)
