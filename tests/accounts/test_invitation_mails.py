"""The e-mail of an invitation: sent once by a worker, tried again while the mail server is away."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from celery.signals import after_task_publish
from django.core import mail
from django.test import Client as Browser
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import AuditEntry, Invitation
from accounts.queries import invitation_by_secret
from accounts.services.invitation_mails import WAITS, invitation_mail
from accounts.tenancy import tenant_scope
from kpis.clock import due
from tests.accounts.mails import deliver
from tests.cast import Cast

NEW = "/a/aurora/members/new/"
PAGE = "/a/aurora/members/"


@pytest.fixture
def alicia(cast: Cast) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(cast.alicia)
    return browser


def offer(cast: Cast) -> Invitation:
    with tenant_scope(cast.aurora.pk):
        return Invitation.objects.order_by("-pk")[0]


def test_several_are_invited_at_once_and_members_are_named(cast: Cast, alicia: Browser) -> None:
    typed = "Nora <nora@example.com>, OTTO@example.com\nvera@example.com;otto@example.com"
    answer = alicia.post(NEW, {"emails": typed, "role": "analyst"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "2 invitations are on their way.",
        "Already members, and not invited again: vera@example.com.",
    ]
    assert len(mail.outbox) == 0, "nothing is sent in the request"
    assert deliver(cast.aurora) == 2
    assert [each.to for each in mail.outbox] == [["nora@example.com"], ["otto@example.com"]]
    link = re.search(r"http://testserver/invitations/([\w-]{43})/", str(mail.outbox[0].body))
    assert link and invitation_by_secret(link[1]) is not None
    page = alicia.get(PAGE).content.decode()
    assert page.count("chip-good") == 2


TOO_MANY = " ".join(f"p{number}@example.com" for number in range(51))


@pytest.mark.parametrize("typed", ["", "nora", "nora@example.com, otto@@example", TOO_MANY])
def test_what_is_no_list_of_addresses_invites_nobody(
    cast: Cast, alicia: Browser, typed: str
) -> None:
    answer = alicia.post(NEW, {"emails": typed, "role": "analyst"})
    assert list(answer.context["form"].errors) == ["emails"]
    with tenant_scope(cast.aurora.pk):
        assert not Invitation.objects.exists()


def test_the_broker_is_given_no_secret(
    cast: Cast,
    alicia: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    messages: list[tuple[str, Any]] = []

    def note(sender: str, body: Any, **_: Any) -> None:
        messages.append((sender, body[1]))

    after_task_publish.connect(note)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
    finally:
        after_task_publish.disconnect(note)
    arguments = {"agency_id": cast.aurora.pk, "invitation_id": offer(cast).pk}
    assert messages == [("accounts.tasks.invitation_mail", arguments)]


def test_twice_sends_one_e_mail(cast: Cast, alicia: Browser) -> None:
    alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
    number = offer(cast).pk
    assert [invitation_mail(cast.aurora.pk, number) for _ in range(2)] == [True, False]
    assert len(mail.outbox) == 1


def test_a_message_that_was_lost_is_found_by_the_scheduler(cast: Cast, alicia: Browser) -> None:
    alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
    soon = datetime.now(UTC) + timedelta(seconds=10)
    assert due(soon).invitations == ((cast.aurora.pk, offer(cast).pk),)
    deliver(cast.aurora)
    assert due(soon).invitations == ()


def test_while_the_mail_server_is_down_the_page_says_so_and_it_is_tried_again(
    cast: Cast, alicia: Browser, settings: Settings
) -> None:
    began = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with time_machine.travel(began, tick=False) as clock:
        alicia.force_login(cast.alicia)
        alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
        settings.EMAIL_BACKEND = "tests.accounts.mails.Down"
        assert deliver(cast.aurora) == 0
        assert (
            "The mail server did not take it. It is tried again at"
            in alicia.get(PAGE).content.decode()
        )
        assert deliver(cast.aurora) == 0 and offer(cast).mail_attempts == 1, "not before its time"
        clock.shift(WAITS[0])
        assert deliver(cast.aurora) == 0 and offer(cast).mail_attempts == 2
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        clock.shift(WAITS[1])
        assert deliver(cast.aurora) == 1
        assert offer(cast).mail_problem == "" and offer(cast).sent_at == began + WAITS[0] + WAITS[1]


def test_after_a_day_it_is_given_up_and_can_be_sent_again(
    cast: Cast, alicia: Browser, settings: Settings
) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False) as clock:
        alicia.force_login(cast.alicia)
        alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
        settings.EMAIL_BACKEND = "tests.accounts.mails.Down"
        for wait in WAITS:
            deliver(cast.aurora)
            clock.shift(wait)
        deliver(cast.aurora)
        assert offer(cast).mail_due_at is None
        assert "could not be reached for a day" in alicia.get(PAGE).content.decode()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        alicia.post(f"/a/aurora/invitations/{offer(cast).pk}/send/")
        assert deliver(cast.aurora) == 1


def test_an_address_the_server_refuses_is_not_tried_again(
    cast: Cast, alicia: Browser, settings: Settings
) -> None:
    alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
    settings.EMAIL_BACKEND = "tests.accounts.mails.Picky"
    assert deliver(cast.aurora) == 0
    assert (offer(cast).mail_problem, offer(cast).mail_due_at) == ("refused", None)
    assert "does not know this address" in alicia.get(PAGE).content.decode()


def test_one_that_is_withdrawn_first_is_not_sent(cast: Cast, alicia: Browser) -> None:
    alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
    alicia.post(f"/a/aurora/invitations/{offer(cast).pk}/revoke/")
    assert deliver(cast.aurora) == 0 and mail.outbox == []


def test_the_audit_names_the_invitation_and_not_the_workers_notes(
    cast: Cast, alicia: Browser
) -> None:
    alicia.post(NEW, {"emails": "nora@example.com", "role": "analyst"})
    deliver(cast.aurora)
    with tenant_scope(cast.aurora.pk):
        entries = AuditEntry.objects.filter(table_name="accounts_invitation")
        assert [entry.action for entry in entries] == ["insert"]
        assert {"secret_hash", "sent_at", "mail_due_at"} & set(entries[0].after) == set()
