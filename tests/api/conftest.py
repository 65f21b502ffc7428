"""Callers of the API: the cast with tokens and sessions, and what they hear."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.models import Agency, ApiToken, Client
from accounts.tenancy import digest, tenant_scope
from tests.cast import Cast

Call = Callable[..., Any]


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the API: `caller.get("/api/v1/…")`. Headers go along with every call."""

    headers: dict[str, str]
    browser: Browser

    def get(self, path: str, **query: Any) -> Any:
        return self.browser.get(path, query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self._send("delete", path, None, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(self.browser, method)(
            path, body, content_type="application/json", headers={**self.headers, **named}
        )


def token(agency: Agency, *scopes: str, client: Client | None = None, **fields: Any) -> Caller:
    """A caller with a token of these scopes."""
    secret = f"rumbo_{agency.slug}_{'_'.join(scopes)}_{client}"
    with tenant_scope(agency.pk):
        ApiToken.objects.create(
            agency=agency, name="test", prefix="rumbo_", secret_hash=digest(secret),
            scopes=list(scopes), client=client, **fields,
        )  # fmt: skip
    return Caller({"Authorization": f"Bearer {secret}"}, Browser())


def person(user: Any, agency: str) -> Caller:
    """A caller with a browser's session, as the pages' own scripts call."""
    browser = Browser()
    browser.force_login(user)
    return Caller({"Rumbo-Agency": agency}, browser)


ALL_SCOPES = (
    "read", "costs", "leads:read", "leads:write", "data:read", "data:write", "goals:write",
    "kpis:write", "members:read", "members:write", "webhooks",
)  # fmt: skip


@pytest.fixture
def robot(cast: Cast) -> Caller:
    """A token of Aurora with every scope."""
    return token(cast.aurora, *ALL_SCOPES)


@pytest.fixture
def bodega_robot(cast: Cast) -> Caller:
    """A token of Aurora that is limited to Bodega."""
    return token(cast.aurora, *ALL_SCOPES, client=cast.bodega)


@pytest.fixture
def malena_robot(cast: Cast) -> Caller:
    """A token of Boreal, which must see nothing of Aurora."""
    return token(cast.boreal, *ALL_SCOPES)


@pytest.fixture(autouse=True)
def _english(settings: Any) -> Iterator[None]:
    """What a caller hears is asserted in the language of the code."""
    settings.LANGUAGE_CODE = "en"
    yield


def error(code: str, **data: Any) -> dict[str, Any]:
    """The parts of a refusal that do not depend on its wording."""
    return {"code": code, "data": data}


def heard(response: Any) -> tuple[int, dict[str, Any]]:
    """Status and body of a refusal, its message checked to be a sentence and left out."""
    body = response.json()
    assert set(body) == {"code", "message", "data"}
    assert len(body["message"]) > 10
    return response.status_code, {"code": body["code"], "data": body["data"]}
