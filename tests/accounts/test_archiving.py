"""What is put away stays, with the moment it was put away at; and comes back."""

from datetime import UTC, datetime

import time_machine

from accounts.models import Client
from accounts.services.archiving import row_archive, row_restore
from accounts.tenancy import tenant_scope
from tests.cast import Cast


def test_the_first_moment_is_kept_until_it_comes_back(cast: Cast) -> None:
    first, later = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (16, 17))
    with tenant_scope(cast.aurora.pk):
        for moment in (first, later):
            with time_machine.travel(moment, tick=False):
                row_archive(cast.bodega)
        assert Client.objects.get(pk=cast.bodega.pk).archived_at == first
        assert row_restore(cast.bodega).archived_at is None
        assert Client.objects.get(pk=cast.bodega.pk).archived_at is None
