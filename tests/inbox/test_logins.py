"""A login on a new device is told to that person alone."""

from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils.translation import override

from accounts.models import User
from accounts.signals import new_login
from accounts.tenancy import tenant_scope, tenant_transaction
from inbox.queries import deliveries_of
from inbox.receivers import browser_of
from inbox.sending import mails_send
from inbox.services import GATHERED
from inbox.words import told
from tests.cast import Cast, member, person
from tests.inbox.told import AT, hand_out, membership, titles

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
EDGE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0.0.0 Safari/537.36 Edg/140.0"
TITLE = "Somebody logged in as you on a new device"


def log_in(user: User) -> None:
    device = SimpleNamespace(agent=FIREFOX)
    new_login.send(sender=None, person=user, device=device, address="192.0.2.7", at=AT)


def test_it_is_told_to_that_person_once(cast: Cast) -> None:
    log_in(cast.vera)
    log_in(cast.vera)
    with tenant_scope(cast.aurora.pk), override("en"):
        assert hand_out(cast.aurora) == 1
        assert titles(cast.aurora, cast.vera) == [TITLE]
        assert titles(cast.aurora, cast.alicia) == []
        line = told(deliveries_of(membership(cast.aurora, cast.vera))[0], cast.aurora)
    assert line.text.startswith("Firefox, Windows, from 192.0.2.7. If that was you, all is well.")
    assert line.href == "/accounts/sessions/"


def test_by_e_mail_too(committed_cast: Cast) -> None:
    cast = committed_cast
    User.objects.update(language="en")
    log_in(cast.sergio)
    with tenant_transaction(cast.aurora.pk):
        hand_out(cast.aurora)
    mails_send(cast.aurora.pk, AT + GATHERED)
    assert [(each.to, each.subject) for each in mail.outbox] == [(["sergio@example.com"], TITLE)]


def test_in_one_of_several_agencies(cast: Cast) -> None:
    with tenant_scope(cast.boreal.pk):
        member(cast.boreal, cast.ana, "manager")
    log_in(cast.ana)
    with tenant_scope(cast.aurora.pk):
        assert hand_out(cast.aurora) == 1
    with tenant_scope(cast.boreal.pk):
        assert hand_out(cast.boreal) == 0


def test_who_is_in_no_agency_has_no_inbox(cast: Cast) -> None:
    log_in(person("nadie@example.com", "Nadie"))
    with tenant_scope(cast.aurora.pk):
        assert hand_out(cast.aurora) == 0


@pytest.mark.parametrize(
    ("agent", "words"), [(FIREFOX, "Firefox, Windows"), (EDGE, "Edge, macOS"), ("curl/8", "")]
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert browser_of(agent) == words
