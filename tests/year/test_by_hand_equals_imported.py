"""A year entered by hand and by the API, without a file, is the same year as from files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from accounts.tenancy import tenant_transaction
from campaigns.models import Act, ImportBatch
from kpis.models import DailySnapshot, DailyTotal
from kpis.snapshots import snapshot_refresh
from tests.cast import Cast
from tests.year.by_api import Caller, enter_by_api, parents_by_api, token_made
from tests.year.by_hand import enter_by_hand, parents_by_hand
from tests.year.compared import summed, told
from tests.year.from_files import import_files
from tests.year.rows import small_year


@pytest.fixture(autouse=True)
def _files_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")


@pytest.fixture
def later(committed_cast: Cast) -> Iterator[Cast]:
    """The spring after: every day of the year is over, for people and for files."""
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        yield committed_cast


def test_a_year_by_hand_and_by_api_is_the_year_from_files(later: Cast) -> None:
    year = small_year(20251231)
    token_made(later)
    desk, caller = parents_by_hand(later), Caller()
    parents_by_api(caller)
    enter_by_hand(desk, year)
    enter_by_api(caller, year)
    import_files(later.cafe, year)
    with tenant_transaction(later.aurora.pk):
        batches = ImportBatch.objects.filter(client=later.bodega)
        assert not batches.exists(), "no file came to the client that was entered"
        kinds = set(Act.objects.filter(client=later.bodega).values_list("kind", flat=True))
        assert kinds >= {"campaigns", "salespeople", "customers", "leads", "sales", "refunds", "costs",
                         "budgets", "interactions", "products", "terms"}  # fmt: skip
        for client in (later.bodega, later.cafe):
            snapshot_refresh(client)
    with tenant_transaction(later.aurora.pk):
        for model in (DailySnapshot, DailyTotal):
            entered, imported = (summed(model, one) for one in (later.bodega, later.cafe))
            assert len(imported) > 300
            assert entered == imported
        for question in (
            {"split": None, "by": None},
            {"split": None, "by": "month"},
            {"split": "channel", "by": "quarter"},
            {"split": "campaign", "by": None},
        ):
            by_people, by_files = (told(one, **question) for one in (later.bodega, later.cafe))
            assert by_people == by_files
            assert sum(value is not None for value, _reason in by_files.values()) > 40
