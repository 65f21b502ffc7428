"""Sessions: a browser stays logged in by its cookie, and what the database has of it lets nobody in."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as house
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser
from pytest_django import Settings

from accounts.services.sessions import sessions_end
from accounts.session_store import RowKey, SessionStore, row_key
from tests.accounts.test_login import PASSWORD, try_login, with_password
from tests.cast import Cast


@pytest.fixture
def ana(cast: Cast, settings: Settings) -> Browser:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with_password(cast.ana)
    return logged_in()


def logged_in() -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    assert try_login(PASSWORD, by=browser).url == "/"
    return browser


def cookie(browser: Browser) -> str:
    return str(browser.cookies[house.SESSION_COOKIE_NAME].value)


def stored() -> set[str]:
    """What a dump would show of all sessions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_key FROM django_session"
            " UNION ALL SELECT session_key FROM usersessions_usersession"
        )
        return {row[0] for row in cursor.fetchall()}


def with_cookie(value: str) -> Browser:
    browser = Browser()
    browser.cookies[house.SESSION_COOKIE_NAME] = value
    return browser


def test_only_a_hash_is_kept_and_it_lets_nobody_in(ana: Browser) -> None:
    assert with_cookie(cookie(ana)).get("/me/").status_code == 200
    assert cookie(ana) not in stored()
    assert stored() == {str(row_key(cookie(ana)))}
    assert with_cookie(*stored()).get("/me/").status_code == 302


def test_a_session_is_written_read_and_ended(ana: Browser) -> None:
    session = ana.session
    session["seen"] = [1, "ñ"]
    session.save()
    session.save()
    again = SessionStore(cookie(ana))
    assert again["seen"] == [1, "ñ"] and again.exists(cookie(ana))
    old = cookie(ana)
    again.cycle_key()
    assert (again.session_key == old, SessionStore(old).load()) == (False, {})
    assert SessionStore(again.session_key)["seen"] == [1, "ñ"]
    again.flush()
    assert Session.objects.count() == 0


def test_an_unknown_cookie_is_given_a_new_session(ana: Browser) -> None:
    made_up = SessionStore("a-key-that-nobody-was-given-at-all")
    assert made_up.load() == {} and made_up.session_key is None


def test_the_list_of_sessions_knows_this_one_and_ends_the_others(cast: Cast, ana: Browser) -> None:
    elsewhere = logged_in()
    assert ana.get("/accounts/sessions/").content.decode().count("chip-good") == 1
    assert UserSession.objects.filter(session_key=cookie(ana)).count() == 1
    ana.post("/accounts/sessions/")
    assert [each.get("/me/").status_code for each in (ana, elsewhere)] == [200, 302]
    assert sessions_end(cast.ana) == 1
    assert ana.get("/me/").status_code == 302
    assert not UserSession.objects.exists()


def test_a_key_of_a_row_is_hashed_no_second_time() -> None:
    key = row_key("secret")
    assert (row_key(key), key == "secret", key != "secret") == (key, True, False)
    assert isinstance(key, RowKey) and len(key) == 40
    assert key != str(key), "as plain text, from a cookie, it is a secret like any other"
