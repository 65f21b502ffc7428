"""An undo that is killed, met by another one, or by an import: done once, whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection

from accounts.locks import Work, row_key
from accounts.tenancy import tenant_transaction
from campaigns.models import Cost, ImportBatch, ReplacedRow
from campaigns.services import batch_undo_run
from tests.campaigns.imports.sending import send
from tests.cast import Cast
from tests.databases import app_url
from tests.processes import wait_until

COSTS = {"kind": "costs", "preset": "generic_costs"}
FILE = "month,layer,amount\n2026-03,fee,{0}\n2026-04,fee,{0}\n"


@pytest.fixture
def waiting(committed_cast: Cast) -> tuple[Cast, ImportBatch]:
    """Two imports of the same two costs, 100 and then 150; the first is to be undone by a worker."""
    first = send(committed_cast.bodega, FILE.format(100), COSTS)
    send(committed_cast.bodega, FILE.format(150), COSTS)
    with tenant_transaction(committed_cast.aurora.pk):
        ImportBatch.objects.filter(pk=first.pk).update(state="undoing")
    return committed_cast, first


def stands(cast: Cast, batch: ImportBatch) -> tuple[str, set[Any], int]:
    """The batch's state, whose batch the costs are of, and how many images are kept."""
    with tenant_transaction(cast.aurora.pk):
        owners = set(Cost.objects.values_list("batch", flat=True))
        state = ImportBatch.objects.get(pk=batch.pk).state
        return state, owners, ReplacedRow.objects.filter(table_name="campaigns_cost").count()


@contextmanager
def somebody_else(name: str, cast: Cast, statement: str, *values: Any) -> Iterator[None]:
    """Another transaction of the agency, holding what a statement locks until the block ends."""
    with psycopg.connect(app_url(name)) as other:
        other.execute(
            "SELECT set_config('rumbo.agency', %s, true), set_config('rumbo.clients', '*', true)",
            [str(cast.aurora.pk)],
        )
        other.execute(statement, values)
        yield
        other.rollback()


def undo_in_a_thread(cast: Cast, batch: ImportBatch, ended: list[Any]) -> Thread:
    def undo() -> None:
        try:
            ended.append(batch_undo_run(cast.aurora.pk, cast.bodega.pk, batch.pk))
        except OperationalError as error:
            ended.append(error)
        finally:
            connection.close()

    thread = Thread(target=undo)
    thread.start()
    return thread


def blocked() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]


def test_one_that_is_killed_has_done_nothing_and_is_done_again(
    waiting: tuple[Cast, ImportBatch], committed: str
) -> None:
    cast, batch = waiting
    before = stands(cast, batch)
    assert before[0] == "undoing"
    ended: list[Any] = []
    # It has worked out what to do, and waits for a row that it is about to write.
    with somebody_else(committed, cast, "SELECT 1 FROM campaigns_replacedrow FOR UPDATE"):
        thread = undo_in_a_thread(cast, batch, ended)
        wait_until(lambda: bool(blocked()))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", blocked())
        thread.join(30)
    assert isinstance(ended[0], OperationalError)
    assert stands(cast, batch) == before
    done = batch_undo_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert done is not None and done.state == "undone"
    state, owners, images = stands(cast, batch)
    assert (state, len(owners), images) == ("undone", 1, 0), "the later one has made both costs"
    again = batch_undo_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert again is not None and stands(cast, batch) == (state, owners, images)


def test_two_at_once_are_one(waiting: tuple[Cast, ImportBatch], committed: str) -> None:
    cast, batch = waiting
    ended: list[Any] = []
    with somebody_else(committed, cast, "SELECT 1 FROM campaigns_replacedrow FOR UPDATE"):
        thread = undo_in_a_thread(cast, batch, ended)
        wait_until(lambda: bool(blocked()))
        assert batch_undo_run(cast.aurora.pk, cast.bodega.pk, batch.pk) is None, "somebody is at it"
    thread.join(30)
    assert [each.state for each in ended] == ["undone"]
    assert stands(cast, batch)[0] == "undone"


def test_while_an_import_runs_it_waits(waiting: tuple[Cast, ImportBatch], committed: str) -> None:
    cast, batch = waiting
    lock = "SELECT pg_advisory_xact_lock(%s, %s)"
    with somebody_else(committed, cast, lock, int(Work.IMPORTS), row_key(cast.bodega.pk)):
        assert batch_undo_run(cast.aurora.pk, cast.bodega.pk, batch.pk) is None
        assert stands(cast, batch)[0] == "undoing"
    done = batch_undo_run(cast.aurora.pk, cast.bodega.pk, batch.pk)
    assert done is not None and done.state == "undone"
