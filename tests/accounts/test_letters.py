"""E-mails about logins: kept sealed, sent by a worker, tried again while the mail server is away."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from celery.signals import after_task_publish
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Letter
from accounts.sealing import Place, SealBroken, unseal
from accounts.services.letters import WAITS, letter_send
from accounts.tasks import letter as letter_task
from kpis.clock import due
from tests.accounts.mails import deliver_letters
from tests.cast import Cast

LINK = re.compile(r"http://testserver/accounts/password/reset/key/\S+")


@pytest.fixture
def asked(cast: Cast) -> Letter:
    """Ana has asked for a new password."""
    ask()
    return Letter.objects.get()


def ask(email: str = "ana@example.com") -> Any:
    browser = Browser(headers={"accept-language": "en"})
    return browser.post("/accounts/password/reset/", {"email": email})


def test_it_is_sent_by_the_task_and_gone(asked: Letter) -> None:
    assert mail.outbox == [], "the request meets no mail server"
    letter_task(letter_id=asked.pk)
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.com"] and LINK.search(str(sent.body))
    assert sent.extra_headers["Message-ID"].startswith(f"<letter-{asked.name}@")
    assert not Letter.objects.exists()
    letter_task(letter_id=asked.pk)
    assert len(mail.outbox) == 1, "twice is once"


def test_what_it_says_is_sealed_to_its_row(asked: Letter) -> None:
    place = Place("accounts_letter", asked.name)
    said = json.loads(unseal(asked.sealed, place))
    row = json.dumps(Letter.objects.values().get(), default=str)
    assert said["to"] == ["ana@example.com"] and LINK.search(said["body"])
    assert "ana@" not in row and "reset/key" not in row
    with pytest.raises(SealBroken):
        unseal(asked.sealed, Place("accounts_letter", "0" * 32))


def test_the_broker_is_given_a_number_only(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sent: list[Any] = []

    def note(sender: str, body: Any, **_: Any) -> None:
        sent.append((sender, body[1]))

    after_task_publish.connect(note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            ask()
    finally:
        after_task_publish.disconnect(note)
    assert sent == [("accounts.tasks.letter", {"letter_id": Letter.objects.get().pk})]


def test_a_message_that_was_lost_is_found_by_the_scheduler(asked: Letter) -> None:
    soon = timezone.now() + timedelta(seconds=10)
    assert due(soon).letters == (asked.pk,)
    deliver_letters()
    assert due(soon).letters == ()


def test_while_the_mail_server_is_down_it_waits_longer_and_longer(
    asked: Letter, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.mails.Down"
    at = asked.due_at
    for wait in WAITS:
        assert letter_send(asked.pk, at) is False
        assert letter_send(asked.pk, at) is False, "not before its time"
        at += wait
    assert Letter.objects.get().attempts == len(WAITS)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert letter_send(asked.pk, at) is True
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("backend", "later"), [("Down", timedelta(days=1)), ("Picky", timedelta())]
)
def test_what_nobody_can_use_or_take_is_given_up(
    asked: Letter, settings: Settings, backend: str, later: timedelta
) -> None:
    settings.EMAIL_BACKEND = f"tests.accounts.mails.{backend}"
    assert letter_send(asked.pk, asked.due_at + later) is False
    assert not Letter.objects.exists() and mail.outbox == []


def test_one_whose_key_is_lost_is_given_up(asked: Letter, settings: Settings) -> None:
    settings.SECRET_RING = {"other": b"k" * 32}
    assert deliver_letters() == 0 and not Letter.objects.exists()


def test_a_code_is_kept_no_longer_than_it_holds(db: None) -> None:
    fields = {"name": "Nora", "email": "nora@example.com", "password1": "una-clave-larga-2026"}
    Browser().post("/accounts/signup/", fields)
    waiting = Letter.objects.get()
    assert waiting.useless_at - waiting.due_at == timedelta(minutes=30)


def test_a_refused_request_sends_nothing(asked: Letter) -> None:
    """The sixth request for the same address is too many: no letter of it stays behind."""
    for _ in range(6):
        last = ask()
    assert last.status_code == 429
    assert Letter.objects.count() < 7
