"""Secrets of endpoints at rest: sealed to their row, and sealed again by the command that rotates."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.sealing import SealBroken, is_current
from accounts.tenancy import tenant_scope
from tests.cast import Cast
from webhooks.endpoint_services import EndpointWish, endpoint_create, endpoint_rotate
from webhooks.keys import secrets_of
from webhooks.models import Endpoint

WISH = EndpointWish("CRM", "https://hooks.example/")


def test_a_sealed_secret_opens_in_its_own_row_only(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        one, _secret = endpoint_create(cast.aurora, WISH, None)
        other, _secret = endpoint_create(cast.aurora, WISH, None)
        Endpoint.objects.filter(pk=other.pk).update(secret=one.secret)
        with pytest.raises(SealBroken):
            secrets_of(Endpoint.objects.get(pk=other.pk), timezone.now())


def test_a_new_key_seals_them_again(cast: Cast, settings: Any) -> None:
    settings.SECRET_RING = {"a": b"a" * 32}
    now = timezone.now()
    with tenant_scope(cast.aurora.pk):
        one, _first = endpoint_create(cast.aurora, WISH, None)
        endpoint_rotate(one, now)
        secrets = secrets_of(one, now)
    settings.SECRET_RING = {"b": b"b" * 32, "a": b"a" * 32}
    told = []
    for options in ({"check": True}, {}, {}):
        out = StringIO()
        call_command("rotate_secrets", stdout=out, **options)
        told += [line for line in out.getvalue().splitlines() if "webhooks" in line]
    assert told == [
        "Secrets of webhooks: 2 to be sealed again, 0 had the newest key already.",
        "Secrets of webhooks: 2 sealed again, 0 had the newest key already.",
        "Secrets of webhooks: 0 sealed again, 2 had the newest key already.",
    ]
    with tenant_scope(cast.aurora.pk):
        again = Endpoint.objects.get()
        assert is_current(again.secret) and is_current(again.old_secret)
        assert secrets_of(again, now) == secrets
