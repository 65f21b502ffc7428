"""A number page shows what has just changed; a stranger's request sets no work going."""

from datetime import date

import pytest
from django.test import Client as Browser

from accounts.tenancy import tenant_transaction
from campaigns.models import Lead, SourceSync
from kpis.models import DailyTotal, DirtyDay
from tests.cast import Cast

ADDRESS = "/a/aurora/c/bodega/?period=custom&from=2026-03-01&to=2026-03-31"


@pytest.fixture
def written(committed_cast: Cast) -> Cast:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", source="form", is_live=True
        )
        for number in range(3):
            Lead.objects.create(
                agency=cast.aurora, client=cast.bodega, source="form", external_id=str(number), tz="UTC",
                created_date=date(2026, 3, 10),
            )  # fmt: skip
    return cast


def counted(cast: Cast) -> tuple[int | None, int]:
    with tenant_transaction(cast.aurora.pk):
        total = (
            DailyTotal.objects.filter(client=cast.bodega).values_list("leads", flat=True).first()
        )
        return total, DirtyDay.objects.filter(client=cast.bodega).count()


def test_a_page_refreshes_its_client_first(written: Cast) -> None:
    browser = Browser()
    browser.force_login(written.vera)
    assert browser.get(ADDRESS).status_code == 200
    assert counted(written) == (3, 0)


def test_a_stranger_refreshes_nothing(written: Cast) -> None:
    browser = Browser()
    browser.force_login(written.malena)
    assert browser.get(ADDRESS).status_code == 404
    total, marks = counted(written)
    assert total is None
    assert marks > 0


def test_much_is_left_to_the_workers(written: Cast) -> None:
    with tenant_transaction(written.aurora.pk):
        for day in range(1, 9):
            Lead.objects.create(
                agency=written.aurora, client=written.bodega, source="form", external_id=f"more {day}", tz="UTC",
                created_date=date(2026, 3, day),
            )  # fmt: skip
    browser = Browser()
    browser.force_login(written.alicia)
    assert browser.get(ADDRESS).status_code == 200
    assert counted(written)[0] is None
