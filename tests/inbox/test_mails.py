"""E-mails of notices: one per person, in their language, with patience and without loss."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
from accounts.tenancy import tenant_transaction
from inbox.models import Delivery
from inbox.sending import WAITS, mails_send
from inbox.services import GATHERED, choices_set
from tests.cast import Cast
from tests.inbox.told import AT, hand_out, membership, send_night

LATER = AT + GATHERED


class Refusing(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages: Sequence[Any]) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def waiting(committed_cast: Cast) -> Cast:
    """Two notices of Bodega wait for Alicia, Marta and Ana; Alicia reads Spanish."""
    cast = committed_cast
    User.objects.filter(pk=cast.alicia.pk).update(language="es")
    User.objects.exclude(pk=cast.alicia.pk).update(language="en")
    with tenant_transaction(cast.aurora.pk):
        choices_set(membership(cast.aurora, cast.ana), {"night_failed": (True, False)})
        send_night(cast.bodega, "a")
        send_night(cast.bodega, "b", day="2026-03-19")
        hand_out(cast.aurora)
    return cast


def states(cast: Cast) -> list[tuple[str, int]]:
    with tenant_transaction(cast.aurora.pk):
        rows = Delivery.objects.exclude(membership__user=cast.ana)
        return sorted(set(rows.values_list("mail", "mail_attempts")))


def test_each_person_gets_one_with_all(waiting: Cast, settings: Any) -> None:
    settings.PUBLIC_URL = "https://rumbo.example"
    assert mails_send(waiting.aurora.pk, AT) == 0  # it is gathered for two minutes
    assert mails_send(waiting.aurora.pk, LATER) == 2
    assert mails_send(waiting.aurora.pk, LATER) == 0
    assert states(waiting) == [("sent", 0)]
    marta = next(each for each in mail.outbox if each.to == ["marta@example.com"])
    assert marta.subject == "Aurora: 2 notices"
    assert marta.body == (
        "Hello Marta,\n\n"
        "* Bodega: The night run of 03/20/2026 failed\n"
        "  It was tried 5 times. The numbers of before stand; stocks, closings and goals of that"
        " night are missing. The next night makes up for it.\n"
        "  https://rumbo.example/a/aurora/c/bodega/data/\n\n"
        "* Bodega: The night run of 03/19/2026 failed\n"
        "  It was tried 5 times. The numbers of before stand; stocks, closings and goals of that"
        " night are missing. The next night makes up for it.\n"
        "  https://rumbo.example/a/aurora/c/bodega/data/\n\n"
        "You read this as a member of Aurora. What comes by e-mail, you choose here:\n"
        "https://rumbo.example/a/aurora/inbox/choices/"
    )
    assert {tuple(each.to) for each in mail.outbox} == {
        ("alicia@example.com",),
        ("marta@example.com",),
    }
    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == 2


def test_a_mail_server_that_is_away_loses_nothing(waiting: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.inbox.test_mails.Refusing"
    assert mails_send(waiting.aurora.pk, LATER) == 0
    assert states(waiting) == [("due", 1)]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mails_send(waiting.aurora.pk, LATER) == 0  # not at once again
    assert mails_send(waiting.aurora.pk, LATER + WAITS[0]) == 2
    assert states(waiting) == [("sent", 1)]


def test_one_that_is_refused_for_days_is_given_up(waiting: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.inbox.test_mails.Refusing"
    at = LATER
    for wait in (*WAITS, timedelta(0)):
        mails_send(waiting.aurora.pk, at)
        at += wait
    assert states(waiting) == [("failed", len(WAITS) + 1)]
    assert mails_send(waiting.aurora.pk, at + timedelta(days=30)) == 0


def test_a_name_with_a_line_break_stays_one_subject(waiting: Cast) -> None:
    with tenant_transaction(waiting.aurora.pk):
        type(waiting.aurora).objects.filter(pk=waiting.aurora.pk).update(name="Auro\nBcc: x@y.z")
    assert mails_send(waiting.aurora.pk, LATER) == 2
    assert {each.subject for each in mail.outbox if each.to == ["marta@example.com"]} == {
        "Auro Bcc: x@y.z: 2 notices"
    }
