"""A house with Aurora's people in it, somebody logged in, and a token."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client as Session

from accounts.models import Client, User
from accounts.services import token_create
from accounts.tenancy import tenant_transaction
from tests.cast import Cast
from tests.operating.house import House, furnish, house


@dataclass(frozen=True)
class Keys:
    """How Alicia's browser and Aurora's integration show who they are."""

    cookie: str
    token: str

    def page(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept-Language": "en"}

    def api(self, **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
            "Accept-Language": "en", **named,
        }  # fmt: skip


@pytest.fixture
def keys(committed_cast: Cast) -> Keys:
    """And the client reads English, in which the reason of an import that waits is noted."""
    with tenant_transaction(committed_cast.aurora.pk):
        Client.objects.update(language="en")
        _token, secret = token_create(
            committed_cast.aurora,
            "Sheets",
            ["read", "leads:read", "leads:write", "data:read", "data:write"],
        )
    return Keys(cookie_of(committed_cast.alicia), secret)


def cookie_of(user: User) -> str:
    session = Session()
    session.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={session.cookies[settings.SESSION_COOKIE_NAME].value}"


@pytest.fixture
def open_house(keys: Keys, committed: str) -> Iterator[Callable[..., House]]:
    """open_house(**environment): servers of the test's own, with what the cast's database holds."""
    if not settings.USES_EMBEDDED:
        pytest.skip("a server of one's own does not tell rumbo_backup's password")
    with ExitStack() as stack:

        def come(**extra: str) -> House:
            name = stack.enter_context(tempfile.TemporaryDirectory(prefix="rumbo-house-"))
            here = stack.enter_context(house(Path(name).resolve(), **extra))
            furnish(here, committed)
            return here

        yield come
