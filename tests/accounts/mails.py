"""E-mails as the worker sends them, and the mail servers of the tests that do not take them."""

from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from accounts.models import Agency, Invitation, Letter
from accounts.services.invitation_mails import invitation_mail
from accounts.services.letters import letter_send
from accounts.tenancy import tenant_scope


def deliver(agency: Agency) -> int:
    """What the worker does with every invitation of the agency that is due; how many were sent."""
    with transaction.atomic(), tenant_scope(agency.pk):
        due = list(Invitation.objects.exclude(mail_due_at=None).values_list("pk", flat=True))
    return sum(invitation_mail(agency.pk, number) for number in sorted(due))


def deliver_letters(at: datetime | None = None) -> int:
    """What the worker does with every e-mail about a login that is due; how many were sent."""
    numbers = list(Letter.objects.order_by("pk").values_list("pk", flat=True))
    return sum(letter_send(number, at) for number in numbers)


class Down(BaseEmailBackend):
    """A mail server that nobody reaches."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError("mail.example:587")


class Picky(BaseEmailBackend):
    """A mail server that knows none of the addresses."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise SMTPRecipientsRefused(dict.fromkeys(messages[0].to, (550, b"unknown")))
