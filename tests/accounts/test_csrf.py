"""No page takes a POST without its token, and nothing is cached that a person was shown."""

from django.test import Client as Browser
from django.urls import reverse

from tests.accounts.route_addresses import SECRET, routes
from tests.accounts.route_table import ROWS
from tests.cast import Cast

PARTS = dict(routes())
POSTS = sorted({row[1] for row in ROWS if ":" not in row[1]})
KNOWN = {
    "agency": "aurora", "house": "aurora", "client": "bodega", "number": 1, "pk": 1, "secret": SECRET,
    "key": "leads", "application": "none", "name": "leads", "slug": "x",
    "delivery": 1,
}  # fmt: skip


def test_a_post_without_a_token_is_refused(cast: Cast) -> None:
    browser = Browser(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(cast.alicia)
    answers = {}
    for route in (*POSTS, "account_login", "account_signup", "account_reset_password"):
        names = PARTS.get(route, frozenset())
        assert names <= set(KNOWN), f"{route} names {names - set(KNOWN)}: say what it may be"
        answer = browser.post(reverse(route, kwargs={name: KNOWN[name] for name in names}))
        answers[route] = (answer.status_code, "no-store" in answer["Cache-Control"])
    assert {route: what for route, what in answers.items() if what != (403, True)} == {}
    assert len(answers) > 200
