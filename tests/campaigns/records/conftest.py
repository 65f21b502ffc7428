"""Bodega on 20 March 2026 at noon, with Marta at the desk."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import translation

from accounts.models import Client, Membership
from accounts.tenancy import as_person, tenant_scope
from tests.cast import Cast


@pytest.fixture
def marta(cast: Cast) -> Membership:
    with as_person(cast.marta.pk):
        return Membership.objects.get(user=cast.marta)


@pytest.fixture
def bodega(cast: Cast, marta: Membership) -> Iterator[Client]:
    with (
        time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False),
        translation.override("en"),
        tenant_scope(cast.aurora.pk, actor_id=marta.pk),
    ):
        yield cast.bodega
