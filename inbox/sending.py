"""Sending what is due by e-mail, with patience: a mail server that is away delays, and loses nothing."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.tenancy import tenant_transaction
from inbox.mail import mail_of
from inbox.models import Delivery, MailState
from inbox.queries import mails_due

log = logging.getLogger(__name__)

#: After how long a refused e-mail is tried again; then it is given up, and stays in the inbox.
WAITS = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=8), timedelta(hours=24), timedelta(hours=48),
)  # fmt: skip
PEOPLE_AT_ONCE = 50


def mails_send(agency_id: int, at: datetime) -> int:
    """Send each person what waits for them, in a transaction each; answers how many were sent.

    A worker that dies after sending and before its commit sends once more, with the same Message-ID.
    """
    sent = 0
    for _turn in range(PEOPLE_AT_ONCE):
        with tenant_transaction(agency_id):
            waiting = mails_due(agency_id, at)
            if waiting is None:
                break
            membership, deliveries = waiting
            try:
                mail_of(membership, deliveries).send()
            except OSError as error:  # smtplib's errors are among them
                log.warning(
                    "an e-mail of agency %s was not sent: %s", agency_id, type(error).__name__
                )
                _later(deliveries, at)
            else:
                _sent(deliveries)
                sent += 1
    return sent


def _sent(deliveries: Sequence[Delivery]) -> None:
    for each in deliveries:
        each.mail, each.mail_due_at = MailState.SENT, None
    _save(deliveries)


def _later(deliveries: Sequence[Delivery], at: datetime) -> None:
    for each in deliveries:
        is_over = each.mail_attempts >= len(WAITS)
        each.mail = MailState.FAILED if is_over else MailState.DUE
        each.mail_due_at = None if is_over else at + WAITS[each.mail_attempts]
        each.mail_attempts += 1
    _save(deliveries)


def _save(deliveries: Sequence[Delivery]) -> None:
    Delivery.objects.bulk_update(deliveries, ["mail", "mail_due_at", "mail_attempts"])
