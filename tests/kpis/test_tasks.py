"""What the scheduler finds due, what it sends, and the refresh before a request."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from celery.signals import after_task_publish
from django.core.cache import cache
from django.db import connection, transaction

from accounts.locks import Work, held, try_lock
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import ImportBatch
from campaigns.signals import facts_changed
from config.celery import app
from kpis import heartbeat
from kpis.clock import due
from kpis.inline import refresh_before_request
from kpis.models import DirtyDay, NightRun
from kpis.tasks import look, night, refresh
from tests.cast import Cast
from tests.kpis.facts import new_lead, rows_of

Sent = list[tuple[str, dict[str, Any]]]
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def sent() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What the broker was given, as (task, arguments)."""
    messages = []

    def note(sender: str, body: Any, **_: Any) -> None:
        messages.append((sender, body[1]))

    after_task_publish.connect(note)
    yield messages
    after_task_publish.disconnect(note)


def test_clients_with_marks_are_due_and_others_are_not(cast: Cast) -> None:
    assert due(NOW).refreshes == ()
    with tenant_scope(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
    with tenant_scope(cast.boreal.pk):
        new_lead(cast.dulce, date(2026, 3, 1))
    assert due(NOW).refreshes == (
        (cast.aurora.pk, cast.bodega.pk),
        (cast.boreal.pk, cast.dulce.pk),
    )


def test_what_somebody_is_at_is_not_due(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
        new_lead(cast.cafe, date(2026, 3, 1))
    with transaction.atomic():
        assert try_lock(Work.REFRESH, cast.bodega.pk)
        assert held(Work.REFRESH) == {cast.bodega.pk}
        assert due(NOW).refreshes == ((cast.aurora.pk, cast.cafe.pk),)
    assert held(Work.REFRESH) == set()
    assert len(due(NOW).refreshes) == 2


def test_a_batch_whose_message_was_lost_is_due(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        states = {
            state: ImportBatch.objects.create(
                agency=cast.aurora, client=cast.bodega, kind="leads", source="test", state=state,
                queued_at=NOW - timedelta(seconds=6),
            ).pk
            for state in ("queued", "done", "failed", "preview")
        }  # fmt: skip
        ImportBatch.objects.create(
            agency=cast.aurora, client=cast.bodega, kind="leads", source="test", queued_at=NOW
        )
    assert due(NOW).imports == ((cast.aurora.pk, cast.bodega.pk, states["queued"]),)


def test_a_look_sends_each_thing_once(cast: Cast, sent: Sent) -> None:
    own = {"agency_id": cast.aurora.pk, "client_id": cast.bodega.pk}
    with tenant_scope(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
        batch = ImportBatch.objects.create(
            agency=cast.aurora, client=cast.bodega, kind="leads", source="test", queued_at=NOW
        )
    look()
    look()
    messages = list(sent)
    sent.clear()
    assert messages.count(("kpis.tasks.refresh", own)) == 1
    assert messages.count(("campaigns.tasks.import_run", {**own, "batch_id": batch.pk})) == 1
    nights = {each["client_id"] for task, each in messages if task == "kpis.tasks.night"}
    assert nights == {cast.bodega.pk, cast.cafe.pk, cast.dulce.pk}
    # The key only spares duplicates: when it is gone, a lost message is sent again.
    cache.clear()
    look()
    assert ("kpis.tasks.refresh", own) in sent


def test_a_change_of_facts_asks_at_once(cast: Cast, sent: Sent) -> None:
    facts_changed.send(sender=None, agency_id=cast.aurora.pk, client_id=cast.bodega.pk)
    own = {"agency_id": cast.aurora.pk, "client_id": cast.bodega.pk}
    assert sent == [("kpis.tasks.refresh", own)]


def test_the_tasks_do_their_work(committed_cast: Cast) -> None:
    cast = committed_cast
    own = {"agency_id": cast.aurora.pk, "client_id": cast.bodega.pk}
    with tenant_transaction(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
    refresh(**own)
    with tenant_transaction(cast.aurora.pk):
        assert len(rows_of(cast.bodega)) == 1
    night(**own, day="2026-03-20")
    with tenant_transaction(cast.aurora.pk):
        assert NightRun.objects.get().state == "done"


def test_a_message_of_another_agency_finds_nothing(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
    with pytest.raises(cast.bodega.DoesNotExist):
        refresh(agency_id=cast.boreal.pk, client_id=cast.bodega.pk)


def test_before_a_request_little_is_refreshed_and_much_is_sent_for(
    committed_cast: Cast, sent: Sent = None
) -> None:
    cast = committed_cast
    assert refresh_before_request(cast.bodega)  # nothing to do
    with tenant_transaction(cast.aurora.pk):
        for day in range(1, 6):
            new_lead(cast.bodega, date(2026, 3, day))
    assert refresh_before_request(cast.bodega)
    with tenant_transaction(cast.aurora.pk):
        assert len(rows_of(cast.bodega)) == 5
        for day in range(1, 7):
            new_lead(cast.bodega, date(2026, 4, day))
    assert not refresh_before_request(cast.bodega)
    with tenant_transaction(cast.aurora.pk):
        assert DirtyDay.objects.count() == 6
        assert len(rows_of(cast.bodega)) == 5


def test_before_a_request_it_does_not_wait_for_who_is_at_it(committed_cast: Cast) -> None:
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [int(Work.REFRESH), cast.bodega.pk]
            )
        assert not refresh_before_request(cast.bodega)
        other.rollback()
        assert refresh_before_request(cast.bodega)
    finally:
        other.close()


def test_before_a_request_the_limit_ends_with_it(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        new_lead(cast.bodega, date(2026, 3, 1))
    assert refresh_before_request(cast.bodega)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"


def test_the_banner_misses_who_has_not_been_heard_of(cast: Cast) -> None:
    assert heartbeat.missing_processes() == ("scheduler", "worker")
    app.send_task(heartbeat.LOOK, expires=1)
    assert heartbeat.missing_processes() == ("worker",)
