"""The pages of people, agencies and keys, as they are used: invited, joined, named, opened, closed."""

import re
from io import BytesIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.access import access_by_token, memberships_of
from accounts.models import Agency, ApiToken, Client, IdentityEvent, Membership, Role, User
from accounts.tenancy import tenant_scope
from campaigns.models import Lead
from tests.accounts.mails import deliver
from tests.cast import Cast, member, person

PASSWORD = "un-rumbo-de-prueba"


def browser_of(user: User | None = None) -> Browser:
    browser = Browser(headers={"accept-language": "en"})
    if user:
        browser.force_login(user)
    return browser


def invite(cast: Cast, email: str = "nora@example.com") -> str:
    """Alicia invites somebody as a viewer of Bodega; the path in the e-mail."""
    answer = browser_of(cast.alicia).post(
        "/a/aurora/members/new/",
        {"emails": email, "role": "viewer", "clients": [cast.bodega.pk]},
    )
    assert answer.url == "/a/aurora/members/"
    deliver(cast.aurora)
    found = re.search(r"http://testserver(/invitations/[\w-]+/)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_a_stranger_joins_by_the_link(cast: Cast) -> None:
    path = invite(cast)
    browser = browser_of()
    assert browser.get(path).context["agency"] == cast.aurora
    joined = browser.post(path, {"name": "Nora", "password": PASSWORD})
    assert joined.url == "/a/aurora/c/bodega/", "who sees one client begins there"
    assert browser.get("/a/aurora/c/bodega/").status_code == 200
    assert browser.get("/a/aurora/c/cafe/").status_code == 404
    assert browser.get(path).status_code == 410
    nora = User.objects.get(email="nora@example.com")
    assert list(IdentityEvent.objects.filter(user=nora).values_list("kind", flat=True)) == ["login"]


def test_a_weak_password_makes_nobody(cast: Cast) -> None:
    path = invite(cast)
    answer = browser_of().post(path, {"name": "Nora", "password": "12345"})
    assert list(answer.context["form"].errors) == ["password"]
    assert not User.objects.filter(email="nora@example.com").exists()


def test_somebody_with_a_login_uses_it(cast: Cast) -> None:
    path = invite(cast, "malena@example.com")
    assert browser_of().get(path).context["login"] == f"/accounts/login/?next={path}"
    assert browser_of(cast.vera).get(path).context["is_other_person"] is True
    assert browser_of(cast.malena).post(path).url == "/a/aurora/c/bodega/"
    agencies = [(row.agency.slug, row.role) for row in memberships_of(cast.malena)]
    assert agencies == [("aurora", "viewer"), ("boreal", "owner")]
    choices = browser_of(cast.malena).get("/").context["choices"]
    assert [href for _row, href in choices] == ["/a/aurora/c/bodega/", "/a/boreal/"]


def test_an_unknown_link_is_404(db: None) -> None:
    assert browser_of().get("/invitations/nothing/").status_code == 404


def test_an_ended_member_is_out_at_once(cast: Cast) -> None:
    vera = browser_of(cast.vera)
    assert vera.get("/a/aurora/c/bodega/").status_code == 200
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=cast.vera).pk
    browser_of(cast.alicia).post(f"/a/aurora/members/{number}/end/")
    assert vera.get("/a/aurora/c/bodega/").status_code == 404
    assert vera.get("/").url == "/agencies/new/"


def test_the_last_owner_is_told_why(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        number = Membership.objects.get(user=cast.alicia).pk
    answer = browser_of(cast.alicia).post(f"/a/aurora/members/{number}/end/", follow=True)
    assert "needs an owner" in str(next(iter(answer.context["messages"])))


def test_a_person_without_an_agency_makes_one(cast: Cast) -> None:
    User.objects.filter(pk=cast.malena.pk).update(language="en")
    made = browser_of(cast.malena).post("/agencies/new/", {"name": "Tercera", "language": "pt"})
    assert made.url == "/a/tercera/clients/new/"


def test_the_brand_is_saved_and_a_bad_logo_is_not(cast: Cast) -> None:
    browser = browser_of(cast.alicia)
    fields = {"name": "Aurora Dos", "language": "pt", "accent": "#aa3311", "currency": "BRL"}
    out = BytesIO()
    Image.new("RGB", (64, 64), "#aa3311").save(out, "JPEG")
    logo = SimpleUploadedFile("logo.jpg", out.getvalue(), "image/jpeg")
    browser.post("/a/aurora/settings/", {**fields, "logo_file": logo})
    shown = browser.get(reverse("agency_logo", args=["aurora"]))
    assert (shown["Content-Type"], shown.content[:4]) == ("image/png", b"\x89PNG")
    svg = SimpleUploadedFile("logo.svg", b"<svg/>", "image/svg+xml")
    bad = browser.post("/a/aurora/settings/", {**fields, "name": "X", "logo_file": svg})
    assert list(bad.context["form"].errors) == ["logo_file"]
    with tenant_scope(cast.aurora.pk):
        kept = Agency.objects.get(pk=cast.aurora.pk)
    assert (kept.name, kept.language, kept.accent) == ("Aurora Dos", "pt", "#aa3311")
    assert kept.currency == "BRL"


def client_fields(**changes: str) -> dict[str, str]:
    fields = {
        "name": "Faro",
        "currency": "BRL",
        "time_zone": "America/Sao_Paulo",
        "language": "pt",
        "week_start": "7",
        "fiscal_month": "4",
        "cost_basis": "full",
        "margin": "0.4",
        "cohort_days": "60",
    }
    return fields | changes


def test_a_client_is_made(cast: Cast) -> None:
    answer = browser_of(cast.alicia).post("/a/aurora/clients/new/", client_fields())
    assert answer.url == "/a/aurora/c/faro/start/"
    with tenant_scope(cast.aurora.pk):
        made = Client.objects.get(slug="faro")
    assert (made.currency, made.time_zone, made.week_start) == ("BRL", "America/Sao_Paulo", 7)
    assert (made.fiscal_month, str(made.margin), made.cohort_days) == (4, "0.4000", 60)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXY"),
        ("time_zone", "Mars/Olympus"),
        ("fiscal_month", "13"),
        ("margin", "1.2"),
        ("name", ""),
    ],
)
def test_a_client_that_cannot_be_is_told_at_its_field(cast: Cast, field: str, value: str) -> None:
    fields = client_fields(**{field: value})
    answer = browser_of(cast.alicia).post("/a/aurora/c/bodega/settings/", fields)
    assert list(answer.context["form"].errors) == [field]
    with tenant_scope(cast.aurora.pk):
        assert Client.objects.get(slug="bodega").name == "Bodega"


def test_a_tokens_secret_is_shown_once(cast: Cast) -> None:
    browser = browser_of(cast.alicia)
    fields = {"name": "CRM", "client": cast.bodega.pk, "scopes": ["read"], "days": "30"}
    answer = browser.post("/a/aurora/tokens/new/", fields)
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    access = access_by_token(secret)
    assert access is not None and access.clients == (cast.bodega.pk,)
    assert secret not in browser.get("/a/aurora/tokens/").content.decode()
    with tenant_scope(cast.aurora.pk):
        number = ApiToken.objects.get().pk
    browser.post(f"/a/aurora/tokens/{number}/revoke/")
    assert access_by_token(secret) is None


def test_the_audit_says_who_changed_what_and_no_secret(cast: Cast) -> None:
    browser = browser_of(cast.alicia)
    browser.post("/a/aurora/c/bodega/settings/", client_fields(name="Bodega"))
    browser.post("/a/aurora/tokens/new/", {"name": "CRM", "scopes": ["read"]})
    page = browser.get("/a/aurora/audit/")
    token, change = page.context["lines"][:2]
    assert (token.thing, token.actor, token.action) == ("API token", "Alicia", "added")
    assert (change.thing, change.actor, change.action) == ("client", "Alicia", "changed")
    told = {line.column: (line.before, line.after) for line in change.differences}
    assert told["currency"] == ("EUR", "BRL")
    with tenant_scope(cast.aurora.pk):
        assert ApiToken.objects.get().secret_hash not in page.content.decode()


def test_ones_own_language_is_kept_in_the_cookie(cast: Cast) -> None:
    answer = browser_of(cast.ana).post("/me/", {"name": "Ana B.", "language": "pt"})
    assert answer.cookies["rumbo_language"].value == "pt"
    assert User.objects.get(pk=cast.ana.pk).name == "Ana B."


def test_logins_are_noted_right_and_wrong(cast: Cast) -> None:
    cast.ana.set_password(PASSWORD)
    cast.ana.save()
    for password in ("wrong", PASSWORD):
        browser_of().post("/accounts/login/", {"login": "ana@example.com", "password": password})
    browser_of().post("/accounts/login/", {"login": "who@example.com", "password": "wrong"})
    noted = IdentityEvent.objects.order_by("pk").values_list("kind", "user__email")
    assert noted[0] == ("login_failed", "ana@example.com")
    assert ("login_failed", None) in noted


def test_who_is_limited_to_some_clients_has_no_page_of_the_whole_agency(cast: Cast) -> None:
    otto = person("otto@example.com", "Otto")
    with tenant_scope(cast.aurora.pk):
        # No page gives an administrator such a limit; the wall and the gates hold all the same.
        member(cast.aurora, otto, Role.ADMIN, [cast.bodega])
    browser = browser_of(otto)
    for path in ("members", "tokens", "audit", "clients", "settings"):
        assert browser.get(f"/a/aurora/{path}/").status_code == 403
    assert browser.get("/a/aurora/c/cafe/settings/").status_code == 404


def test_a_manager_of_one_client_does_all_the_work_there(cast: Cast) -> None:
    nora = person("nora@example.com", "Nora")
    with tenant_scope(cast.aurora.pk):
        member(cast.aurora, nora, Role.MANAGER, [cast.bodega])
    browser, home = browser_of(nora), "/a/aurora/c/bodega"
    today = timezone.now().date().isoformat()
    forms = {
        "leads/new/": {"name": "Ada", "created_date": today, "channel": "email"},
        "costs/new/": {
            "layer": "fee", "amount": "1", "currency": "EUR", "starts_on": today, "ends_on": today,
        },
        "goals/new/": {
            "kpi": "leads", "kind": "increase", "accumulation": "cumulative", "target": "9",
            "starts_on": "2026-01-01", "ends_on": "2026-12-31", "do": "save",
        },
        "leads/salespeople/new/": {"name": "Sara"},
        "data/new/": {
            "file": SimpleUploadedFile("a.csv", b"id,created\n1,2026-01-01\n"),
            "reading": "preset:generic_leads", "period": "refuse",
        },
    }  # fmt: skip
    for path, fields in forms.items():
        assert browser.post(f"{home}/{path}", fields).status_code == 302, path
        elsewhere = browser.post(f"/a/aurora/c/cafe/{path}", fields)
        assert elsewhere.status_code == 404, path
    with tenant_scope(cast.aurora.pk):
        assert Lead.objects.get().client == cast.bodega
        number = Lead.objects.get().pk
    won = {"stage": "customer", "on": today, "amount": "5"}
    assert browser.post(f"{home}/leads/{number}/move/", won).status_code == 302
    assert browser.get(f"{home}/leads/{number}/").status_code == 200
