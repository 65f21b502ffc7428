"""Lines of the portfolio are made by the worker after a night and a refresh, not by the first look."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from accounts.models import Client
from accounts.tenancy import tenant_transaction
from campaigns.models import SourceSync
from kpis.pages.warming import LineReader, lines_warm, reader_note
from kpis.rates.services import RateRow, rates_put
from kpis.tasks import night, refresh
from tests.cast import Cast
from tests.kpis.facts import new_lead

PAGE = "/a/aurora/"
A_LINE = 'FROM "campaigns_sourcesync"'  # what is read to make one, whatever the client has


def statements(browser: Browser, page: str = PAGE) -> int:
    """How many a look sends; a look that makes a line reads the snapshot."""
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(page).status_code == 200
    return len(captured)


def worker(task: object, cast: Cast, **more: str) -> None:
    for client in (cast.bodega, cast.cafe):
        task(agency_id=cast.aurora.pk, client_id=client.pk, **more)  # type: ignore[operator]


def test_a_morning_and_a_change_are_told_before_anybody_looks(committed_cast: Cast) -> None:
    """Every look after the worker's sends what a second look sends, however the lines came."""
    cast = committed_cast
    browser = Browser(headers={"accept-language": "es"})
    browser.force_login(cast.alicia)
    with tenant_transaction(cast.aurora.pk):
        SourceSync.objects.create(
            agency=cast.aurora, client=cast.bodega, family="leads", source="test", is_live=True
        )
        Client.objects.filter(pk=cast.cafe.pk).update(currency="USD")
        rates_put(cast.aurora, [RateRow(date(2026, 3, 1), "USD", "EUR", "0.9")], "test")
    with time_machine.travel(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False):
        made = statements(browser)
        kept = statements(browser)
        assert made > kept
    with time_machine.travel(datetime(2026, 3, 21, 2, tzinfo=UTC), tick=False):
        worker(night, cast, day="2026-03-21")
        assert statements(browser) == kept  # another day: all lines are other ones
        with tenant_transaction(cast.aurora.pk):
            new_lead(cast.bodega, date(2026, 3, 20))
        worker(refresh, cast)
        assert statements(browser) == kept
        page = browser.get(PAGE)
    (bodega,) = [
        line for line in page.context["portfolio"].lines if line.client.pk == cast.bodega.pk
    ]
    assert '<td class="n" data-value="1"' in bodega.drawn.cells


def test_before_anybody_has_looked_it_is_for_the_agencys_own_language(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    browser = Browser(headers={"accept-language": cast.aurora.language})
    browser.force_login(cast.alicia)
    worker(night, cast, day=str(date(2026, 3, 21)))
    with tenant_transaction(cast.aurora.pk):
        Client.objects.exclude(pk__in=(cast.bodega.pk, cast.cafe.pk)).update(
            archived_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
    first = statements(browser)
    assert first == statements(browser)


def test_it_keeps_to_who_looked_last(committed_cast: Cast) -> None:
    """A seventh kind of reader takes the place of the one who has not looked for longest."""
    cast = committed_cast
    for number in range(7):
        reader_note(cast.aurora.pk, LineReader("es", f"es-{number}", True))
    reader_note(cast.aurora.pk, LineReader("es", "es-2", True))
    noted = cache.get(f"portfolio:readers:{cast.aurora.pk}")
    assert [locale for _language, locale, _sees in noted] == [
        "es-2", "es-6", "es-5", "es-4", "es-3", "es-1",
    ]  # fmt: skip
    assert cache.get(f"portfolio:readers:{cast.boreal.pk}") is None


def test_without_the_cache_the_work_goes_on(
    committed_cast: Cast, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    cast = committed_cast
    caches = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}  # type: ignore[attr-defined]
    settings.CACHES = caches  # type: ignore[attr-defined]
    with tenant_transaction(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
    refresh(agency_id=cast.aurora.pk, client_id=cast.bodega.pk)
    browser = Browser()
    browser.force_login(cast.alicia)
    assert browser.get(PAGE).status_code == 200
    assert "not made ahead" in caplog.text
    assert "not noted" in caplog.text


def test_an_archived_or_foreign_client_has_no_line_made(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(
            archived_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
    with CaptureQueriesContext(connection) as captured:
        lines_warm(cast.aurora.pk, cast.bodega.pk)
        lines_warm(cast.boreal.pk, cast.cafe.pk)
    assert not any(A_LINE in each["sql"] for each in captured)
    with CaptureQueriesContext(connection) as captured:
        lines_warm(cast.aurora.pk, cast.cafe.pk)
    assert any(A_LINE in each["sql"] for each in captured)
