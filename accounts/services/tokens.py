"""API tokens: shown once, kept as a hash."""

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_urlsafe

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import TOKEN_SCOPES
from accounts.errors import DomainError
from accounts.models import Agency, ApiToken, Client, Membership
from accounts.tenancy import digest

PREFIX = "rumbo_"
SHOWN = 12  # characters of the secret that stay visible, to tell tokens apart


def token_create(
    agency: Agency,
    name: str,
    scopes: Sequence[str],
    client: Client | None = None,
    days: int | None = None,
    created_by: Membership | None = None,
) -> tuple[ApiToken, str]:
    """A token and its secret, which nobody will see again. Without `days` it does not expire."""
    unknown = sorted(set(scopes) - set(TOKEN_SCOPES))
    if unknown or not scopes:
        raise DomainError(
            "unknown_scope",
            _("Choose one or more of these scopes: %(scopes)s.")
            % {"scopes": ", ".join(TOKEN_SCOPES)},
            {"unknown": unknown},
        )
    secret = PREFIX + token_urlsafe(32)
    now = timezone.now()
    token = ApiToken.objects.create(
        agency=agency,
        name=name,
        prefix=secret[:SHOWN],
        secret_hash=digest(secret),
        scopes=[scope for scope in TOKEN_SCOPES if scope in scopes],
        client=client,
        created_by=created_by,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    return token, secret


def token_revoke(token: ApiToken) -> ApiToken:
    """At once and for ever; the row stays, so that it is known what there was."""
    token.revoked_at = token.revoked_at or timezone.now()
    token.save(update_fields=["revoked_at"])
    return token
