"""Passkeys in a real browser with a virtual authenticator: added, logged in with, asked for again."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor, axe_violations
from tests.cast import Cast

PASSWORD = "un-rumbo-de-prueba-2026"
Visit = Callable[..., Visitor]
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def alicia(visit: Visit, committed_cast: Cast) -> Iterator[Page]:
    """Alicia's page, on localhost: browsers know no passkeys for an address of numbers."""
    cast = committed_cast
    cast.alicia.set_password(PASSWORD)
    cast.alicia.save()
    EmailAddress.objects.create(
        user=cast.alicia, email=cast.alicia.email, verified=True, primary=True
    )
    visitor = visit(cast.alicia)
    visitor.context.clear_cookies()
    there = replace(visitor, address=visitor.address.replace("127.0.0.1", "localhost"))
    page = there.open("/accounts/login/")
    session = there.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page


def log_in(page: Page) -> None:
    page.fill("#id_login", "alicia@example.com")
    page.fill("#id_password", PASSWORD)
    page.locator("form.own-form button[type=submit]").click()
    page.wait_for_url("**/a/aurora/")


def test_a_passkey_is_added_and_opens_the_door(alicia: Page) -> None:
    page = alicia
    assert "\n".join(axe_violations(page)) == ""
    log_in(page)
    page.goto(page.url.split("/a/")[0] + "/accounts/2fa/webauthn/add/")
    page.wait_for_url("**/accounts/reauthenticate/**")
    assert "\n".join(axe_violations(page)) == ""
    page.fill("#id_password", PASSWORD)
    page.locator("form.own-form button[type=submit]").click()
    page.wait_for_url(re.compile(r"^[^?]*/2fa/webauthn/add/"))
    assert "\n".join(axe_violations(page)) == ""
    page.fill("#id_name", "Portátil <b>azul</b>")
    page.locator("#mfa_webauthn_add").click()
    # Recovery codes are made with the first factor, and shown.
    page.wait_for_url("**/2fa/**")
    expect(page.locator("#mfa_webauthn_add")).to_have_count(0)
    kinds = sorted(Authenticator.objects.values_list("type", flat=True))
    assert kinds == ["recovery_codes", "webauthn"]
    page.goto(page.url.split("/accounts/")[0] + "/accounts/2fa/webauthn/")
    expect(page.locator("tbody td").first).to_have_text("Portátil <b>azul</b>")
    assert "\n".join(axe_violations(page)) == ""
    page.context.clear_cookies()
    page.goto(page.url.split("/accounts/")[0] + "/accounts/login/?next=/me/")
    page.locator("#passkey_login").click()
    page.wait_for_url(re.compile(r"^[^?]*/me/$"))
    expect(page.locator(".main")).to_contain_text("alicia@example.com")


def test_a_browser_that_breaks_off_is_told_in_words(alicia: Page) -> None:
    page = alicia
    expect(page.locator("#passkey-problem")).to_be_hidden()
    page.locator("#passkey_login").click()
    expect(page.locator("#passkey-problem")).to_be_visible()
