"""E-mails about a login (codes, resets, warnings): kept with what caused them, sent by a worker.

The request never waits for a mail server, so its time tells nobody whether an address is known, and
a mail server that is away loses nothing: the letter is tried again for as long as it is of use.
"""

import json
import logging
from datetime import datetime, timedelta
from secrets import token_hex
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from accounts.commits import after_commit
from accounts.models import Letter
from accounts.outages import VALKEY_AWAY
from accounts.sealing import Place, SealBroken, seal, unseal

log = logging.getLogger(__name__)
TASK = "accounts.tasks.letter"
#: How long to wait after the first, second … attempt; the last one is repeated.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 300, 900, 3600))
USEFUL = timedelta(days=1)
SENT, AWAY, REFUSED = "sent", "the mail server is away", "the address was refused"
TOO_LATE = "it came too late to be of use"


def letter_post(message: EmailMessage, kind: str, useful: timedelta = USEFUL) -> Letter:
    """Keep an e-mail with what is being saved; a worker sends it once that has committed."""
    now, name = timezone.now(), token_hex(16)
    letter = Letter.objects.create(
        name=name, kind=kind, sealed=seal(_written(message), _place(name)), due_at=now,
        useless_at=now + useful,
    )  # fmt: skip
    after_commit(letter_soon, letter.pk)
    return letter


def letter_soon(letter_id: int) -> None:
    """Have a worker send it. If the broker is away, the scheduler's look makes up for it."""
    try:
        current_app.send_task(TASK, kwargs={"letter_id": letter_id}, expires=60)
    except VALKEY_AWAY as error:
        log.warning("%s could not be sent: %s", TASK, error)


def letter_send(letter_id: int, now: datetime | None = None) -> bool:
    """Send it if it is due; whether it was sent. The row is locked: two workers send one e-mail.

    A worker that dies after sending and before its commit sends once more, with the same Message-ID.
    """
    now = now or timezone.now()
    with transaction.atomic():
        letter = (
            Letter.objects.select_for_update(skip_locked=True)
            .filter(pk=letter_id, due_at__lte=now)
            .first()
        )
        if letter is None:
            return False
        outcome = _try(letter) if now < letter.useless_at else TOO_LATE
        again_at = now + WAITS[min(letter.attempts, len(WAITS) - 1)]
        if outcome == AWAY and again_at < letter.useless_at:
            letter.due_at, letter.attempts = again_at, letter.attempts + 1
            letter.save(update_fields=["due_at", "attempts"])
        else:
            letter.delete()
        if outcome != SENT:
            log.warning("e-mail %s (%s) was not sent: %s", letter.name, letter.kind, outcome)
        return outcome == SENT


def _try(letter: Letter) -> str:
    try:
        _message(letter).send()
    except SMTPRecipientsRefused:
        return REFUSED
    except SealBroken:
        return "its key is not in the ring"
    except (SMTPException, OSError):
        return AWAY
    return SENT


def _place(name: str) -> Place:
    return Place(Letter._meta.db_table, name)


def _written(message: EmailMessage) -> str:
    html = getattr(message, "alternatives", [])
    return json.dumps(
        {
            "subject": str(message.subject), "body": str(message.body), "from": message.from_email,
            "to": message.to, "headers": message.extra_headers,
            "html": str(html[0][0]) if html else None, "subtype": message.content_subtype,
        }
    )  # fmt: skip


def _message(letter: Letter) -> EmailMessage:
    said: dict[str, Any] = json.loads(unseal(letter.sealed, _place(letter.name)))
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<letter-{letter.name}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        said["subject"], said["body"], said["from"], said["to"],
        headers={**said["headers"], **headers},
    )  # fmt: skip
    message.content_subtype = said["subtype"]
    if said["html"] is not None:
        message.attach_alternative(said["html"], "text/html")
    return message
