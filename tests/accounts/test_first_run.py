"""The first run by its pages: signed up, confirmed by a code, an agency, a client with good defaults."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from accounts.browser_defaults import defaults_for
from accounts.models import Agency, Client, User
from accounts.services.letters import WAITS
from accounts.tenancy import as_person, tenant_scope
from tests.accounts.mails import deliver_letters
from tests.cast import Cast

WISH = {"name": "Faro Norte", "language": "es", "accent": "#aa3311"}
CLIENT = {
    "name": "Bodega Luz", "time_zone": "America/Sao_Paulo", "currency": "BRL", "week_start": "7",
    "cost_basis": "media_fees", "language": "pt", "fiscal_month": "1", "contact": "Nora · n@example.com",
}  # fmt: skip


@pytest.fixture
def nora(db: None) -> Browser:
    """Somebody in Spanish who has signed up and typed the code from the e-mail."""
    browser = Browser(headers={"accept-language": "es-ES,es;q=0.9"})
    fields = {"name": "Nora", "email": "nora@example.com", "password1": "una-clave-larga-2026"}
    assert browser.post("/accounts/signup/", fields).url == "/accounts/confirm-email/"
    assert browser.get("/").url.startswith("/accounts/login/"), "not in before it is confirmed"
    assert mail.outbox == [] and deliver_letters() == 1
    code = re.search(r"^\d{6}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code
    answer = browser.post("/accounts/confirm-email/", {"code": code[0]})
    assert answer.url == "/"
    return browser


def agencies(email: str = "nora@example.com") -> list[Agency]:
    user = User.objects.get(email=email)
    with as_person(user.pk):
        return list(Agency.objects.order_by("pk"))


def test_from_sign_up_to_the_first_client(nora: Browser) -> None:
    user = User.objects.get(email="nora@example.com")
    assert (user.name, user.language) == ("Nora", "es")
    assert nora.get("/").url == "/agencies/new/"
    out = BytesIO()
    Image.new("RGB", (64, 64), "#aa3311").save(out, "PNG")
    logo = SimpleUploadedFile("logo.png", out.getvalue(), "image/png")
    wish: dict[str, Any] = {**WISH, "browser_zone": "America/Sao_Paulo", "logo_file": logo}
    assert nora.post("/agencies/new/", wish).url == "/a/faro-norte/clients/new/"
    (made,) = agencies()
    assert (made.accent, made.currency, made.logo_type) == ("#aa3311", "BRL", "image/png")
    first = nora.get("/a/faro-norte/clients/new/").context["form"]
    begun = [first[name].value() for name in ("time_zone", "currency", "week_start", "contact")]
    assert begun == ["America/Sao_Paulo", "BRL", 7, "Nora · nora@example.com"]
    answer = nora.post("/a/faro-norte/clients/new/", CLIENT)
    assert answer.url == "/a/faro-norte/c/bodega-luz/start/"
    with tenant_scope(made.pk):
        client = Client.objects.get()
    assert (client.cost_basis, client.week_start, client.cohort_days) == ("media_fees", 7, 90)
    assert nora.get(answer.url).context["facts"].has_data is False


def test_going_back_changes_the_agency_instead_of_making_another(nora: Browser) -> None:
    nora.post("/agencies/new/", WISH)
    page = nora.get("/agencies/new/")
    assert page.context["form"]["name"].value() == "Faro Norte"
    again = nora.post("/agencies/new/", WISH | {"name": "Faro Sur"})
    assert again.url == "/a/faro-norte/clients/new/", "the address stays as it was made"
    assert [each.name for each in agencies()] == ["Faro Sur"]
    nora.post("/a/faro-norte/clients/new/", CLIENT)
    nora.post("/agencies/new/", WISH | {"name": "Otra"})
    assert [each.name for each in agencies()] == ["Faro Sur", "Otra"], (
        "a second one, once it has begun"
    )


def test_a_bad_logo_or_colour_is_told_and_makes_nothing(nora: Browser) -> None:
    svg = SimpleUploadedFile("logo.svg", b"<svg/>", "image/svg+xml")
    bad: list[tuple[str, dict[str, Any]]] = [
        ("logo_file", {**WISH, "logo_file": svg}),
        ("accent", {**WISH, "accent": "red"}),
        ("name", {**WISH, "name": ""}),
    ]
    for field, wish in bad:
        assert list(nora.post("/agencies/new/", wish).context["form"].errors) == [field]


def test_an_address_that_is_known_gets_another_e_mail_and_the_same_page(cast: Cast) -> None:
    browser = Browser(headers={"accept-language": "en"})
    fields = {"name": "X", "email": "alicia@example.com", "password1": "una-clave-larga-2026"}
    answer = browser.post("/accounts/signup/", fields)
    assert answer.url == "/accounts/confirm-email/"
    assert deliver_letters() == 1
    assert mail.outbox[0].to == ["alicia@example.com"]
    assert User.objects.filter(email="alicia@example.com").count() == 1


def test_a_dead_mail_server_delays_the_code_and_the_page_goes_on(
    db: None, settings: Settings
) -> None:
    browser = Browser(headers={"accept-language": "en"})
    fields = {"name": "Nora", "email": "nora@example.com", "password1": "una-clave-larga-2026"}
    settings.EMAIL_BACKEND = "tests.accounts.mails.Down"
    page = browser.post("/accounts/signup/", fields, follow=True)
    assert page.status_code == 200 and page.redirect_chain[-1][0] == "/accounts/confirm-email/"
    assert deliver_letters() == 0 and mail.outbox == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_letters(timezone.now() + WAITS[0]) == 1
    code = re.search(r"^\d{6}$", str(mail.outbox[0].body), re.MULTILINE)
    assert code
    assert browser.post("/accounts/confirm-email/", {"code": code[0]}).url == "/"


@pytest.mark.parametrize(
    ("zone", "currency", "week_start"),
    [
        ("Europe/Madrid", "EUR", 1),
        ("America/Mexico_City", "MXN", 7),
        ("America/Argentina/Buenos_Aires", "ARS", 1),
        ("America/New_York", "USD", 7),
    ],
)
def test_a_zone_tells_currency_and_week(zone: str, currency: str, week_start: int) -> None:
    found = defaults_for(zone)
    assert (found.time_zone, found.currency, found.week_start) == (zone, currency, week_start)


def test_what_is_no_zone_stands_for_madrid() -> None:
    assert defaults_for("<script>").time_zone == "Europe/Madrid"
