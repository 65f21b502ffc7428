"""API tokens: the secret is given once, kept as a hash, and opens what it was made for."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.access import access_by_token
from accounts.errors import DomainError
from accounts.models import ApiToken
from accounts.services import token_create, token_revoke
from accounts.tenancy import digest, tenant_scope
from tests.cast import Cast


def test_a_token_opens_its_agency(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        token, secret = token_create(cast.aurora, "Sheets", ["leads:read", "read"], days=30)
    assert re.fullmatch(r"rumbo_[\w-]{43}", secret)
    assert (token.prefix, token.secret_hash) == (secret[:12], digest(secret))
    access = access_by_token(secret)
    assert access is not None
    assert (access.agency.pk, access.clients) == (cast.aurora.pk, "*")
    assert access.capabilities == {"see_numbers", "see_leads"}
    assert access_by_token(secret, timezone.now() + timedelta(days=30)) is None


def test_a_token_may_be_of_one_client(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        _token, secret = token_create(cast.aurora, "CRM", ["read"], cast.bodega)
    access = access_by_token(secret)
    assert access is not None and access.clients == (cast.bodega.pk,)


def test_a_revoked_token_opens_nothing(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        token, secret = token_create(cast.aurora, "Sheets", ["read"])
        token_revoke(token)
    assert access_by_token(secret) is None


@pytest.mark.parametrize("scopes", [[], ["read", "everything"]])
def test_unknown_scopes_are_refused(cast: Cast, scopes: list[str]) -> None:
    with tenant_scope(cast.aurora.pk), pytest.raises(DomainError) as error:
        token_create(cast.aurora, "Sheets", scopes)
    assert error.value.code == "unknown_scope"


def test_the_command_prints_the_secret_alone(cast: Cast) -> None:
    out = StringIO()
    options = {"agency": "aurora", "client": "cafe", "name": "cron", "scopes": "read, leads:write"}
    call_command("create_token", stdout=out, **options)
    access = access_by_token(out.getvalue().strip())
    assert access is not None and access.clients == (cast.cafe.pk,)
    with tenant_scope(cast.aurora.pk):
        assert ApiToken.objects.get().scopes == ["read", "leads:write"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"agency": "nowhere"}, "no agency nowhere"),
        ({"client": "dulce"}, "no client dulce"),
        ({"scopes": "all"}, "read, costs"),
    ],
)
def test_the_command_refuses_what_is_not_there(
    cast: Cast, changes: dict[str, str], words: str
) -> None:
    options = {"agency": "aurora", "name": "cron", "scopes": "read"} | changes
    with pytest.raises(CommandError, match=words):
        call_command("create_token", stdout=StringIO(), **options)
