"""API tokens: shown once, kept as a hash."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import TOKEN_SCOPES
from accounts.commits import after_commit
from accounts.errors import DomainError
from accounts.models import Agency, ApiToken, Client, Membership
from accounts.tenancy import digest, tenant_transaction

PREFIX = "rumbo_"
REMEMBERED_EVERY = timedelta(minutes=1)
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


def token_used(token: ApiToken) -> None:
    """Remember, once this call has been answered well, that the token was used.

    After the commit and in system reach: a token of one client may not write its own row. Not more
    than once a minute, and never waiting for another call that does the same.
    """
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > REMEMBERED_EVERY:
        after_commit(_note_use, token.agency_id, token.pk, now)


def _note_use(agency_id: int, token_id: int, now: datetime) -> None:
    with tenant_transaction(agency_id):
        free = ApiToken.objects.select_for_update(skip_locked=True).filter(pk=token_id)
        ApiToken.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(
            last_used_at=now
        )


def token_revoke(token: ApiToken) -> ApiToken:
    """At once and for ever; the row stays, so that it is known what there was."""
    token.revoked_at = token.revoked_at or timezone.now()
    token.save(update_fields=["revoked_at"])
    return token
