"""Persons and their logins: identity, known before any agency is."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from accounts.models import IdentityEvent, User


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


def person_guide_close(user: User) -> User:
    """The words that explain the dashboard are folded up from now on."""
    user.guide_closed_at = user.guide_closed_at or timezone.now()
    user.save(update_fields=["guide_closed_at"])
    return user


def identity_event_record(kind: str, user: User | None) -> IdentityEvent:
    """A login, a wrong password, a changed one."""
    return IdentityEvent.objects.create(kind=kind, user=user)
