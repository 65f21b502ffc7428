"""Sources that went quiet: after twice their rhythm, and never what is typed in by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Client
from accounts.tenancy import tenant_scope
from campaigns.models import ImportBatch, SourceSync
from campaigns.quiet import Quiet, quiet_sources
from tests.cast import Cast

MARCH_1 = date(2026, 3, 1)


def delivered(client: Client, source: str, days: Sequence[int], is_batch: bool = True) -> None:
    """Deliveries at noon on these days of March."""
    at = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in days]
    own = {"agency_id": client.agency_id, "client": client, "source": source}
    SourceSync.objects.create(**own, family="ads", last_success_at=at[-1])
    if is_batch:
        for each in at:
            ImportBatch.objects.create(**own, kind="daily", state="done", finished_at=each)


def quiet(client: Client, day: int) -> list[Quiet]:
    return quiet_sources(client, MARCH_1 + timedelta(days=day - 1))


@pytest.mark.parametrize(
    ("days", "last_fine", "rhythm"),
    [
        ((1, 2, 3, 4), 7, 1),  # every day: three days are waited for all the same
        ((1, 6, 11), 21, 5),  # every five days: ten
        ((1, 2, 2, 3, 10), 13, 1),  # gaps of 1, 1 and 7 days: the usual one is 1
        ((5,), 40, None),  # once: 35 days
    ],
)
def test_twice_the_rhythm(cast: Cast, days: tuple[int, ...], last_fine: int, rhythm: int) -> None:
    with tenant_scope(cast.aurora.pk):
        delivered(cast.bodega, "Meta Ads", days)
        assert quiet(cast.bodega, last_fine) == []
        assert quiet(cast.bodega, last_fine + 1) == [
            Quiet("Meta Ads", date(2026, 3, days[-1]), rhythm)
        ]
        assert quiet(cast.cafe, 60) == []


def test_by_hand_is_never_late_and_the_api_is(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        delivered(cast.bodega, "manual", (1,), is_batch=False)
        delivered(cast.bodega, "api", (1,), is_batch=False)
        assert [each.source for each in quiet(cast.bodega, 37)] == ["api"]
