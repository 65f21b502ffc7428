"""What is noted of logins: Django's and allauth's signals, as identity events. And sealed factors and sessions."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import signals as auth_signals
from django.db.models.signals import post_init, pre_save

from accounts.devices import note_device
from accounts.models import User
from accounts.queries import user_by_email
from accounts.sealed_factors import place_factor, seal_factor
from accounts.services import identity_event_record
from accounts.session_store import HashedExact, hash_listed, mark_listed

#: Signals that bring the user, and the kind that is noted.
KINDS = (
    (auth_signals.user_logged_in, "login"),
    (auth_signals.user_logged_out, "logout"),
    (account_signals.user_signed_up, "signup"),
    (account_signals.password_set, "password_set"),
    (account_signals.password_changed, "password_changed"),
    (account_signals.password_reset, "password_reset"),
    (account_signals.email_changed, "email_changed"),
    (mfa_signals.authenticator_added, "factor_added"),
    (mfa_signals.authenticator_removed, "factor_removed"),
    (mfa_signals.authenticator_reset, "factor_reset"),
)


def _recorder(kind: str) -> Any:
    def record(sender: Any, user: User | None = None, **kwargs: Any) -> None:
        identity_event_record(kind, user)

    return record


def _note_failure(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """Nobody is named when the address is unknown: what was typed may be a password."""
    email = credentials.get("email") or credentials.get("username") or ""
    identity_event_record("login_failed", user_by_email(email) if email else None)


for _signal, _kind in KINDS:
    _signal.connect(_recorder(_kind), weak=False, dispatch_uid=f"rumbo.{_kind}")
auth_signals.user_logged_in.connect(note_device, dispatch_uid="rumbo.device")
auth_signals.user_login_failed.connect(_note_failure, dispatch_uid="rumbo.login_failed")
pre_save.connect(seal_factor, sender=Authenticator, dispatch_uid="rumbo.seal_factor")
post_init.connect(place_factor, sender=Authenticator, dispatch_uid="rumbo.place_factor")
pre_save.connect(hash_listed, sender=UserSession, dispatch_uid="rumbo.hash_listed")
post_init.connect(mark_listed, sender=UserSession, dispatch_uid="rumbo.mark_listed")
UserSession._meta.get_field("session_key").register_lookup(HashedExact)
