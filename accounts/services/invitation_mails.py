"""The e-mail of an invitation, sent by a worker and tried again while the mail server is away."""

import logging
from datetime import datetime, timedelta
from secrets import token_urlsafe
from smtplib import SMTPException, SMTPRecipientsRefused

from django.urls import reverse
from django.utils import timezone

from accounts.mail import invitation_send
from accounts.models import Invitation
from accounts.tenancy import digest, tenant_transaction

log = logging.getLogger(__name__)
#: How long to wait after the first, second … attempt; after the last one it is given up.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 240, 720))
UNREACHABLE, REFUSED = "unreachable", "refused"


def invitation_mail(agency_id: int, invitation_id: int, now: datetime | None = None) -> bool:
    """Send it if it is due and still stands; whether it was sent.

    The secret is made here, so that it is in no message of the broker. The row is locked meanwhile:
    two workers send one e-mail. If the worker dies after sending, the link that was sent opens
    nothing and another e-mail follows.
    """
    now = now or timezone.now()
    with tenant_transaction(agency_id):
        row = (
            Invitation.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("agency", "invited_by__user")
            .filter(pk=invitation_id, mail_due_at__lte=now, accepted_at=None, revoked_at=None)
            .first()
        )
        if row is None:
            return False
        secret = token_urlsafe(32)
        try:
            invitation_send(row, _sender(row), _link(row, secret))
        except SMTPRecipientsRefused:
            row.mail_problem, row.mail_due_at = REFUSED, None
        except (SMTPException, OSError) as error:
            log.warning(
                "the e-mail of invitation %s was not sent: %s", row.pk, type(error).__name__
            )
            row.mail_problem = UNREACHABLE
            wait = WAITS[row.mail_attempts] if row.mail_attempts < len(WAITS) else None
            row.mail_due_at = None if wait is None else now + wait
        else:
            row.secret_hash, row.sent_at = digest(secret), now
            row.mail_problem, row.mail_due_at = "", None
        row.mail_attempts += 1
        row.save(
            update_fields=["secret_hash", "sent_at", "mail_problem", "mail_due_at", "mail_attempts"]
        )
        return row.mail_problem == ""


def _sender(row: Invitation) -> str:
    return str(row.invited_by.user) if row.invited_by else row.agency.name


def _link(row: Invitation, secret: str) -> str:
    return row.link_base.rstrip("/") + reverse("invitation", args=[secret])
