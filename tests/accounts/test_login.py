"""Login is hard to attack: limits, one answer for all, second factors that hold, sessions that end."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Device, IdentityEvent, Membership, User
from accounts.signals import new_login
from accounts.tenancy import tenant_scope
from tests.accounts.mails import deliver_letters
from tests.cast import Cast

PASSWORD, SECRET = "un-rumbo-de-prueba-2026", "JBSWY3DPEHPK3PXP"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fast_hashes(settings: Settings) -> None:
    """These tests log in many times; what a hash costs is Django's business."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def with_password(user: User) -> User:
    """Somebody who can log in: a password, and an address that is confirmed."""
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def ana(cast: Cast) -> User:
    return with_password(cast.ana)


def browser() -> Browser:
    return Browser(headers={"accept-language": "en"})


def try_login(password: str, email: str = "ana@example.com", by: Browser | None = None) -> Any:
    return (by or browser()).post(LOGIN, {"login": email, "password": password})


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def steady() -> Iterator[Any]:
    """A clock that stands still, so that a code of half a minute is the same throughout."""
    with time_machine.travel(time.time(), tick=False) as clock:
        yield clock


def said(answer: Any) -> list[str]:
    return [str(error) for errors in answer.context["form"].errors.values() for error in errors]


def test_the_sixth_attempt_is_refused_even_with_the_right_password(ana: User) -> None:
    wrong = [said(try_login("wrong"))[0] for _ in range(5)]
    assert len(set(wrong)) == 1
    refused = try_login(PASSWORD)
    assert refused.status_code == 200 and "Too many failed login attempts" in said(refused)[0]
    assert try_login(PASSWORD, by=Browser(REMOTE_ADDR="10.0.0.9")).status_code == 200


def test_an_unknown_address_gets_the_same_answers(ana: User) -> None:
    known, unknown = try_login("wrong"), try_login("wrong", "nobody@example.com")
    assert said(known) == said(unknown)
    assert known.status_code == unknown.status_code
    reset = [
        browser().post("/accounts/password/reset/", {"email": email})
        for email in ("ana@example.com", "nobody@example.com")
    ]
    assert {(each.status_code, each["Location"]) for each in reset} == {
        (302, "/accounts/password/reset/done/")
    }


def test_a_password_alone_is_not_enough_with_a_second_factor(ana: User, steady: Any) -> None:
    TOTP.activate(ana, SECRET)
    person = browser()
    assert try_login(PASSWORD, by=person).url == "/accounts/2fa/authenticate/"
    assert person.get("/me/").status_code == 302
    assert person.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert person.post("/accounts/2fa/authenticate/", {"code": code_now()}).url == "/"
    assert person.get("/me/").status_code == 200


def test_a_code_works_once(ana: User, steady: Any) -> None:
    TOTP.activate(ana, SECRET)
    first, second = browser(), browser()
    for person in (first, second):
        try_login(PASSWORD, by=person)
    code = code_now()
    assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert second.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert second.get("/me/").status_code == 302


def test_a_reset_does_not_get_round_the_second_factor(ana: User, steady: Any) -> None:
    TOTP.activate(ana, SECRET)
    person = browser()
    person.post("/accounts/password/reset/", {"email": ana.email})
    assert deliver_letters() == 1
    body = str(mail.outbox[-1].body)
    path = next(line for line in body.splitlines() if "/password/reset/key/" in line)
    form = person.get(path.removeprefix("http://testserver"), follow=True).redirect_chain[-1][0]
    new = "otra-clave-larga-2026"
    person.post(form, {"password1": new, "password2": new})
    assert person.get("/me/").status_code == 302, "the reset itself lets nobody in"
    assert try_login(new, by=person).url == "/accounts/2fa/authenticate/"


def test_a_changed_password_ends_every_session(ana: User) -> None:
    here, elsewhere = browser(), browser()
    for person in (here, elsewhere):
        assert try_login(PASSWORD, by=person).url == "/"
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    new = "otra-clave-larga-2026"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/accounts/password/change/", fields).status_code == 302
    assert [each.get("/me/").status_code for each in (here, elsewhere)] == [302, 302]


def test_who_is_put_out_of_an_agency_is_logged_out(cast: Cast, ana: User) -> None:
    person, alicia = browser(), browser()
    try_login(PASSWORD, by=person)
    assert person.get("/a/aurora/").status_code == 200
    alicia.force_login(cast.alicia)
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=ana).pk
    alicia.post(f"/a/aurora/members/{number}/end/")
    assert person.get("/me/").status_code == 302


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [("x9" * 32, True), ("una frase larga con espacios y ñ", True), ("password123", False), ("corta-1", False),
     ("nora@example.com", False)],
)  # fmt: skip
def test_long_passwords_are_taken_and_common_ones_are_not(
    db: None, password: str, is_fine: bool
) -> None:
    fields = {"name": "Nora", "email": "nora@example.com", "password1": password}
    answer = browser().post("/accounts/signup/", fields)
    assert (answer.status_code == 302) is is_fine
    assert User.objects.filter(email="nora@example.com").exists() is is_fine


def test_dangerous_acts_ask_again_who_one_is(cast: Cast) -> None:
    with_password(cast.alicia)
    person = browser()
    try_login(PASSWORD, "alicia@example.com", person)
    page = "/a/aurora/tokens/new/"
    asked = person.get(page)
    assert asked.url == "/accounts/reauthenticate/?next=%2Fa%2Faurora%2Ftokens%2Fnew%2F"
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=cast.ana).pk
    end, member = f"/a/aurora/members/{number}/end/", f"/a/aurora/members/{number}/"
    refused = person.post(end, headers={"referer": f"http://testserver{member}"})
    assert refused.url.endswith(f"next={member.replace('/', '%2F')}")
    abroad = person.post(end, headers={"referer": "https://evil.example/a"})
    assert abroad.url.endswith("next=%2F")
    wrong = person.post("/accounts/reauthenticate/", {"password": "wrong", "next": page})
    assert wrong.status_code == 200 and person.get(page).status_code == 302
    right = person.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": page})
    assert right.url == page
    assert person.get(page).status_code == 200
    assert person.post(end).url == "/a/aurora/members/"


def test_after_a_while_it_is_asked_again(cast: Cast) -> None:
    with_password(cast.alicia)
    person = browser()
    with time_machine.travel(time.time(), tick=False) as clock:
        try_login(PASSWORD, "alicia@example.com", person)
        person.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert person.get("/a/aurora/tokens/new/").status_code == 200
        clock.shift(15 * 60 + 1)
        assert person.get("/a/aurora/tokens/new/").status_code == 302


@pytest.mark.parametrize("route", ["account_email", "mfa_activate_totp", "mfa_add_webauthn"])
def test_ones_own_login_is_changed_only_after_that(ana: User, route: str) -> None:
    person = browser()
    try_login(PASSWORD, by=person)
    answer = person.post(reverse(route), {"action_add": "", "email": "new@example.com"})
    assert answer.status_code == 302 and answer.url.startswith("/accounts/reauthenticate/")
    assert deliver_letters() == 0 and mail.outbox == []


def test_a_password_is_changed_only_by_who_knows_it(ana: User) -> None:
    person = browser()
    try_login(PASSWORD, by=person)
    new = "otra-clave-larga-2026"
    fields = {"oldpassword": "wrong", "password1": new, "password2": new}
    assert list(person.post("/accounts/password/change/", fields).context["form"].errors) == [
        "oldpassword"
    ]


def test_a_login_in_a_new_browser_is_noted_and_told(ana: User) -> None:
    told: list[dict[str, Any]] = []

    def listen(sender: Any, **kwargs: Any) -> None:
        told.append(kwargs)

    new_login.connect(listen)
    try:
        home, cafe = (
            browser(),
            Browser(headers={"user-agent": "Café/1.0"}, REMOTE_ADDR="203.0.113.7"),
        )
        for person in (home, home, cafe, cafe):
            try_login(PASSWORD, by=person)
            person.post("/accounts/logout/")
    finally:
        new_login.disconnect(listen)
    assert [(each["person"], each["address"]) for each in told] == [(ana, "203.0.113.7")]
    assert told[0]["device"].agent == "Café/1.0"
    kinds = IdentityEvent.objects.filter(user=ana).values_list("kind", flat=True)
    assert list(kinds).count("new_login") == 1 and list(kinds).count("login") == 4
    assert Device.objects.filter(user=ana).count() == 2
    secret = home.cookies["rumbo_device"].value
    assert secret not in Device.objects.values_list("secret_hash", flat=True)


def test_a_browser_known_to_one_person_is_new_to_another(cast: Cast, ana: User) -> None:
    with_password(cast.vera)
    shared, own = browser(), browser()
    try_login(PASSWORD, "vera@example.com", own)
    try_login(PASSWORD, by=shared)
    shared.post("/accounts/logout/")
    try_login(PASSWORD, "vera@example.com", shared)
    noted = IdentityEvent.objects.filter(kind="new_login").values_list("user__email", flat=True)
    assert list(noted) == ["vera@example.com"]


def test_other_sessions_can_be_ended(ana: User) -> None:
    here, elsewhere = browser(), browser()
    for person in (here, elsewhere):
        try_login(PASSWORD, by=person)
    page = here.get("/accounts/sessions/")
    assert page.context["session_count"] == 2
    here.post("/accounts/sessions/")
    assert [each.get("/me/").status_code for each in (here, elsewhere)] == [200, 302]
