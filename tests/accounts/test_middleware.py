"""One transaction and one scope per request; a refused request leaves nothing behind."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.http import FileResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone

from accounts.middleware import ScopeMiddleware
from accounts.models import ApiToken, Membership
from accounts.tenancy import current_scope, digest, tenant_scope
from campaigns.models import Campaign
from tests.cast import Cast

pytestmark = pytest.mark.urls("tests.accounts.scope_urls")


@pytest.fixture
def browser() -> Browser:
    return Browser(raise_request_exception=False)


def written(cast: Cast) -> list[str]:
    with tenant_scope(cast.aurora.pk):
        return sorted(Campaign.objects.values_list("name", flat=True))


def test_it_opens_the_scope_for_a_member(cast: Cast, browser: Browser) -> None:
    browser.force_login(cast.alicia)
    assert browser.get("/a/aurora/template/").content == b"bodega cafe "
    browser.force_login(cast.vera)
    assert browser.get("/a/aurora/template/").content == b"bodega "
    assert current_scope() is None


def test_a_stream_is_read_inside_it(cast: Cast, browser: Browser) -> None:
    browser.force_login(cast.vera)
    assert b"".join(browser.get("/a/aurora/streams/")) == b"bodega\n"  # type: ignore[arg-type]


def test_a_file_is_not_read_into_memory(db: None) -> None:
    made = FileResponse(BytesIO(b"x" * 100))
    answer = ScopeMiddleware(lambda _request: made)(RequestFactory().get("/"))
    assert answer is made and made.file_to_stream is not None, "still to be read"
    made.close()


def test_a_stranger_meets_404_and_nobody_the_login(cast: Cast, browser: Browser) -> None:
    browser.force_login(cast.malena)
    for address in ("/a/aurora/template/", "/a/nowhere/template/"):
        assert browser.get(address).status_code == 404
    browser.logout()
    response = browser.get("/a/aurora/template/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/a/aurora/template/"


def test_an_ended_membership_is_a_strangers(cast: Cast, browser: Browser) -> None:
    with tenant_scope(cast.aurora.pk):
        Membership.objects.filter(user=cast.alicia).update(ended_on=timezone.now().date())
    browser.force_login(cast.alicia)
    assert browser.get("/a/aurora/template/").status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "is_kept"),
    [
        ("/a/aurora/answers/200/", 200, True),
        ("/a/aurora/answers/302/", 302, True),
        ("/a/aurora/answers/400/", 400, False),
        ("/a/aurora/answers/409/", 409, False),
        ("/a/aurora/answers/500/", 500, False),
        ("/a/aurora/raises/", 500, False),
        ("/a/aurora/misses/", 404, False),
    ],
)
def test_what_it_keeps(
    cast: Cast, browser: Browser, address: str, status: int, is_kept: bool
) -> None:
    browser.force_login(cast.alicia)
    assert browser.get(address).status_code == status
    assert bool(written(cast)) is is_kept


def test_it_leaves_no_setting_on_the_connection(committed_cast: Cast, browser: Browser) -> None:
    browser.force_login(committed_cast.alicia)
    for address in ("/a/aurora/template/", "/a/aurora/answers/400/", "/a/aurora/raises/"):
        browser.get(address)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('rumbo.agency', true), current_setting('rumbo.user', true), count(*)"
                " FROM accounts_client"
            )
            agency, user, count = cursor.fetchone()
        assert (agency or "", user or "", count) == ("", "", 0)


def token(cast: Cast, secret: str, **fields: object) -> None:
    with tenant_scope(cast.aurora.pk):
        ApiToken.objects.create(
            agency=cast.aurora, name="t", secret_hash=digest(secret), scopes=["read"], **fields
        )


def ask(browser: Browser, **headers: str) -> dict[str, object]:
    return browser.get("/api/v1/whoami/", headers=headers).json()


def test_a_token_opens_its_agency(cast: Cast, browser: Browser) -> None:
    token(cast, "secreto")
    assert ask(browser, Authorization="Bearer secreto") == {
        "role": "token",
        "agency": "aurora",
        "clients": ["bodega", "cafe"],
    }


def test_a_clients_token_opens_that_client(cast: Cast, browser: Browser) -> None:
    token(cast, "secreto", client=cast.cafe)
    assert ask(browser, Authorization="Bearer secreto")["clients"] == ["cafe"]


def test_a_worn_token_opens_nothing(cast: Cast, browser: Browser) -> None:
    now = timezone.now()
    token(cast, "viejo", expires_at=now - timedelta(seconds=1))
    token(cast, "retirado", revoked_at=now)
    for secret in ("viejo", "retirado", "otro", "", "\0"):
        assert ask(browser, Authorization=f"Bearer {secret}") == {"role": None}


def test_a_session_names_its_agency(cast: Cast, browser: Browser) -> None:
    browser.force_login(cast.vera)
    assert ask(browser) == {"role": None}
    assert ask(browser, **{"Rumbo-Agency": "aurora"})["clients"] == ["bodega"]
    assert ask(browser, **{"Rumbo-Agency": "boreal"}) == {"role": None}
