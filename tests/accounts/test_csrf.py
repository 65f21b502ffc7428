"""No page takes a POST without its token, and nothing is cached that a person was shown."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tests.accounts.test_routes import ROWS, SECRET, routes
from tests.cast import Cast

PARTS = dict(routes())
POSTS = sorted({row[1] for row in ROWS if ":" not in row[1]})
KNOWN = {
    "agency": "aurora", "house": "aurora", "client": "bodega", "number": 1, "pk": 1, "secret": SECRET,
    "key": "leads", "application": "none", "name": "leads", "slug": "x",
    "delivery": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "route", [*POSTS, "account_login", "account_signup", "account_reset_password"]
)
def test_a_post_without_a_token_is_refused(cast: Cast, route: str) -> None:
    names = PARTS.get(route, frozenset())
    if names - set(KNOWN):
        pytest.fail(f"{route} names {names - set(KNOWN)}: say what it may be")
    browser = Browser(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(cast.alicia)
    answer = browser.post(reverse(route, kwargs={name: KNOWN[name] for name in names}))
    assert answer.status_code == 403
    assert "no-store" in answer["Cache-Control"]
