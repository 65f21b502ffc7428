"""Who may do what: one table of (route, role) → status. A route of ours that is missing from it fails.

allauth's and the admin's routes have short tables of their own below.
"""

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import Agency, TenantModel, User
from tests.accounts.route_addresses import address_of, routes
from tests.accounts.route_stage import set_stage
from tests.accounts.route_table import OPEN, ROWS, WHO
from tests.cast import Cast


@pytest.fixture
def stage(cast: Cast) -> tuple[Cast, User, dict[str, int]]:
    return set_stage(cast)


#: The table is read in so many parts, which several workers can share.
PARTS = 16


@pytest.mark.parametrize("part", range(PARTS))
def test_each_role_gets_what_is_theirs(stage: tuple[Cast, User, dict[str, int]], part: int) -> None:
    """One stage for all rows of a part: each visit leaves it as it was."""
    cast, adela, numbers = stage
    users = {
        "viewer": cast.vera,
        "seller": cast.sergio,
        "analyst": cast.ana,
        "manager": cast.marta,
        "admin": adela,
        "owner": cast.alicia,
        "malena": cast.malena,
    }
    cookies = {who: logged_in(users.get(who)) for who in WHO}
    for method, route, *expected in ROWS[part::PARTS]:
        address = address_of(route, numbers)
        found = {who: visit(method, address, cookies[who]) for who in WHO}
        assert (method, route, found) == (
            method,
            route,
            dict(zip(WHO, map(int, expected), strict=True)),
        )


def logged_in(user: User | None) -> dict[str, str]:
    """The cookies of somebody's browser, or of nobody's."""
    browser = Browser()
    if user:
        browser.force_login(user)
    return {name: cookie.value for name, cookie in browser.cookies.items()}


def visit(method: str, address: str, cookies: dict[str, str]) -> int:
    """The status, with whatever the visit did taken back, as it was seen by a browser of its own."""
    browser = Browser(headers={"accept-language": "en", "rumbo-agency": "aurora"})
    browser.cookies.load(cookies)
    cache.clear()
    with transaction.atomic():
        body = {"content_type": "application/json", "data": "{}"} if "/api/" in address else {}
        response = browser.generic(method, address, **body)
        transaction.set_rollback(True)
    return response.status_code


def test_no_route_is_missing() -> None:
    """The API has a table of its own, method by method and with its scopes: tests/api/test_roles.py."""
    told = {row[1] for row in ROWS} | OPEN
    known = {name for name, _parts in routes()}
    pages = {name for name in known if not name.startswith("api:")}
    assert pages - told == set(), "say in the table who may come in"
    assert told - known == set(), "the table names what is not there any more"


#: allauth's routes: status for somebody anonymous, and for a member.
ALLAUTH = """
account_login            200 302
account_logout           302 200
account_signup           200 302
account_change_password  302 302
account_reset_password   200 200
account_email            302 200
mfa_index                302 200
mfa_activate_totp        302 200
usersessions_list        302 200
"""


@pytest.mark.parametrize("line", ALLAUTH.strip().splitlines(), ids=lambda line: line.split()[0])
def test_allauths_routes(cast: Cast, line: str) -> None:
    route, anonymous, somebody = line.split()
    found = [visit("GET", reverse(route), logged_in(user)) for user in (None, cast.alicia)]
    assert found == [int(anonymous), int(somebody)]


@pytest.mark.parametrize(
    "route", ["index", "accounts_user_changelist", "accounts_identityevent_changelist"]
)
def test_the_admin_is_for_staff(cast: Cast, route: str) -> None:
    staff = User.objects.create(email="s@example.com", is_staff=True, is_superuser=True)
    address = reverse(f"admin:{route}")
    # 302: to the login, which for somebody who is in but no staff says that they may not.
    assert [visit("GET", address, logged_in(user)) for user in (None, cast.alicia, staff)] == [
        302,
        302,
        200,
    ]


def test_the_admin_shows_no_row_of_any_agency() -> None:
    tables = {model for model in admin.site._registry if issubclass(model, TenantModel | Agency)}
    assert tables == set()
