"""What people typed, sent or were given is in no line of the log, whatever went wrong meanwhile."""

import json
import logging
import logging.config
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from accounts.services import token_create
from accounts.tenancy import tenant_scope
from config.logs import logging_config
from config.scrubbing import clean_text
from tests.accounts.mails import deliver_letters
from tests.cast import Cast

PASSWORD, GUESS = "quixote-rides-again", "a-wrong-guess-of-alicias"
NAME, PHONE, EMAIL = "Nora Quintanilla", "+34 600 123 456", "nora.q@example.net"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What production would write while the test runs."""
    stream = StringIO()
    config = logging_config("INFO", as_json=True)
    config["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(config)
    try:
        yield stream
    finally:
        logging.config.dictConfig(settings.LOGGING)


def test_a_session_leaves_no_names_and_no_secrets(cast: Cast, lines: StringIO) -> None:
    """Signs up, fails to log in, invites, sends a lead, breaks a constraint, loses its database."""
    cast.alicia.set_password(PASSWORD)
    cast.alicia.save()
    visitor, alicia, program = Browser(), Browser(), Browser(raise_request_exception=False)
    visitor.post("/accounts/signup/", {"name": NAME, "email": EMAIL, "password1": PASSWORD})
    visitor.post("/accounts/login/", {"login": "alicia@example.com", "password": GUESS})
    visitor.post("/accounts/password/reset/", {"email": "alicia@example.com"})
    with override_settings(EMAIL_BACKEND="tests.accounts.mails.Down"):
        assert deliver_letters() == 0
    assert deliver_letters(timezone.now() + timedelta(minutes=1)) == 2
    alicia.force_login(cast.alicia)
    session = alicia.cookies[settings.SESSION_COOKIE_NAME].value
    alicia.post(
        "/a/aurora/members/new/", {"email": EMAIL, "role": "analyst", "sees_all_clients": "on"}
    )
    alicia.get("/a/aurora/nowhere/?q=" + EMAIL)
    visitor.get("/invitations/a-secret-that-was-never-given/")
    visitor.get("/accounts/confirm-email/a-key-that-was-never-given/")
    with tenant_scope(cast.aurora.pk):
        _token, secret = token_create(cast.aurora, "Sheets", ["leads:write"])
    headers = {"authorization": f"Bearer {secret}"}
    lead = {"source": "crm", "external_id": "1", "name": NAME, "phone": PHONE, "email": EMAIL}
    for body in (lead, {**lead, "created_at": NAME}):
        program.post(
            "/api/v1/clients/bodega/leads/", body, content_type="application/json", headers=headers
        )
    _break_a_constraint()
    words = [word for each in mail.outbox for word in str(each.body).split()]
    links = [word for word in words if "/" in word or (word.isdigit() and len(word) == 6)]
    assert len(links) == 2, "a code and a link"

    said = lines.getvalue()
    assert len([json.loads(line) for line in said.splitlines()]) >= 8
    forbidden = [PASSWORD, GUESS, NAME, PHONE, EMAIL, "alicia@", session, secret, *links]
    forbidden += ["a-secret-that-was", "a-key-that-was", cast.alicia.password]
    assert [word for word in forbidden if word in said] == []


def _break_a_constraint() -> None:
    """As a defect of ours would: PostgreSQL quotes the row, and the frames hold what was typed."""
    typed = {"password": PASSWORD, "person": NAME}
    try:
        with transaction.atomic():
            User.objects.create(email="alicia@example.com", name=typed["person"], password="!")
    except IntegrityError:
        structlog.get_logger("rumbo.test").exception(
            "broke", email=EMAIL, given={"password": typed["password"]}
        )


def test_an_exception_says_what_and_where_but_not_with_what(cast: Cast, lines: StringIO) -> None:
    _break_a_constraint()
    (line,) = [json.loads(line) for line in lines.getvalue().splitlines()]
    first: dict[str, Any] = line["exception"][0]
    assert first["class"] == "django.db.utils.IntegrityError"
    assert "unique constraint" in first["message"]
    assert any("test_log_privacy.py" in frame for frame in first["frames"])
    assert (line["email"], line["given"]["password"]) == ("[secret]", "[secret]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to nora.q@example.net failed", "mail to [e-mail] failed"),
        ("postgres://rumbo_app:hunter2@db/rumbo", "postgres://[login]@db/rumbo"),
        ("Authorization: Bearer rumbo_abcdefghijklmnop", "Authorization: bearer [token]"),
        ("GET /accounts/password/reset/key/1-abc/", "GET /accounts/password/reset/key/…/"),
        ("42 leads of client 7", "42 leads of client 7"),
    ],
)
def test_what_is_taken_out(text: str, shown: str) -> None:
    assert clean_text(text) == shown
