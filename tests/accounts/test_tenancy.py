"""The scope: transaction-local, re-entrant for the same tenant, refusing another, leaving nothing."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.errors import ScopeError
from accounts.models import Client
from accounts.tenancy import (
    Manner,
    as_clock,
    as_person,
    current_scope,
    tenant_scope,
    tenant_transaction,
    writing_because,
)
from tests.cast import Cast


def setting(name: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return cursor.fetchone()[0]


def client_slugs() -> list[str]:
    return sorted(Client.objects.values_list("slug", flat=True))


def raw_slugs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug FROM accounts_client ORDER BY slug")
        return [row[0] for row in cursor.fetchall()]


def test_it_shows_one_agency(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        assert client_slugs() == raw_slugs() == ["bodega", "cafe"]
    with tenant_scope(cast.boreal.pk):
        assert raw_slugs() == ["dulce"]


def test_it_shows_the_named_clients_only(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        assert raw_slugs() == ["bodega"]
    with tenant_scope(cast.aurora.pk, []):
        assert raw_slugs() == []
    # Another agency's client id opens nothing.
    with tenant_scope(cast.aurora.pk, [cast.dulce.pk]):
        assert raw_slugs() == []


def test_outside_it_the_orm_refuses_and_sql_finds_nothing(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        Client.objects.count()
    assert raw_slugs() == []


def test_it_needs_a_transaction(committed_cast: Cast) -> None:
    with pytest.raises(ScopeError), tenant_scope(committed_cast.aurora.pk):
        pass
    assert current_scope() is None


def test_it_reenters_for_the_same_tenant_and_refuses_another(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        with tenant_scope(cast.aurora.pk):
            assert raw_slugs() == ["bodega", "cafe"]
        assert raw_slugs() == ["bodega", "cafe"]
        with pytest.raises(ScopeError), tenant_scope(cast.boreal.pk):
            pass
    with tenant_scope(cast.aurora.pk, [cast.bodega.pk]):
        # Widening is another scope too.
        with pytest.raises(ScopeError), tenant_scope(cast.aurora.pk):
            pass
        assert raw_slugs() == ["bodega"]


def test_it_leaves_nothing_behind(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), tenant_scope(cast.aurora.pk):
        raise ZeroDivisionError
    assert current_scope() is None
    assert setting("rumbo.agency") == ""
    assert raw_slugs() == []


def test_it_runs_no_sql_when_the_transaction_is_aborted(cast: Cast) -> None:
    with pytest.raises(DatabaseError, match="division by zero"):
        with transaction.atomic(), tenant_scope(cast.aurora.pk), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    assert current_scope() is None
    assert setting("rumbo.agency") in ("", None)


def test_it_does_not_outlive_the_transaction(committed_cast: Cast) -> None:
    with tenant_transaction(committed_cast.aurora.pk):
        assert raw_slugs() == ["bodega", "cafe"]
    # The trap: after a local setting it is '' and not NULL, and a bare cast would fail.
    assert setting("rumbo.agency") == ""
    assert raw_slugs() == []


def test_the_last_scope_of_a_transaction_ends_with_it(committed_cast: Cast) -> None:
    """It is not undone by a statement of its own; within another transaction it is."""
    with (
        CaptureQueriesContext(connection) as captured,
        tenant_transaction(committed_cast.aurora.pk),
    ):
        pass
    assert len(captured) == 3  # BEGIN, the settings, COMMIT
    assert setting("rumbo.agency") == "" and raw_slugs() == []
    with transaction.atomic():
        with tenant_transaction(committed_cast.aurora.pk):
            assert raw_slugs() == ["bodega", "cafe"]
        assert setting("rumbo.agency") == "" and raw_slugs() == []
        with pytest.raises(ZeroDivisionError), tenant_transaction(committed_cast.boreal.pk):
            raise ZeroDivisionError
        assert setting("rumbo.agency") == "" and raw_slugs() == []


def test_why_facts_change_is_said_once_with_the_scope(committed_cast: Cast) -> None:
    manner = Manner("api", 10)
    with transaction.atomic():
        with tenant_scope(committed_cast.aurora.pk, manner=manner):
            assert (setting("rumbo.reason"), setting("lock_timeout")) == ("api", "10s")
            with CaptureQueriesContext(connection) as captured, writing_because("api"):
                assert not captured.captured_queries
            with writing_because("import", 7):
                with writing_because("api"):
                    assert (setting("rumbo.reason"), setting("rumbo.batch")) == ("api", "")
                assert (setting("rumbo.reason"), setting("rumbo.batch")) == ("import", "7")
            assert (setting("rumbo.reason"), setting("rumbo.batch")) == ("api", "")
        assert (setting("rumbo.reason"), setting("lock_timeout")) == ("", "0")
        with tenant_scope(committed_cast.aurora.pk), writing_because("api"):
            assert setting("rumbo.reason") == "api"
    assert setting("rumbo.reason") == ""


def test_threads_do_not_meet(committed_cast: Cast) -> None:
    seen: dict[str, set[tuple[str, ...]]] = {"aurora": set(), "boreal": set()}

    def look(name: str, agency_id: int) -> None:
        try:
            for _ in range(40):
                with tenant_transaction(agency_id):
                    seen[name].add(tuple(raw_slugs()))
        finally:
            connection.close()

    cast = committed_cast
    threads = [
        threading.Thread(target=look, args=args)
        for args in [("aurora", cast.aurora.pk), ("boreal", cast.boreal.pk)] * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"aurora": {("bodega", "cafe")}, "boreal": {("dulce",)}}


def test_the_clock_sees_ids_and_zones_of_all_and_nothing_else(cast: Cast) -> None:
    with as_clock(), connection.cursor() as cursor:
        cursor.execute("SELECT agency_id, time_zone FROM accounts_client")
        assert {row[0] for row in cursor.fetchall()} == {cast.aurora.pk, cast.boreal.pk}
    for forbidden in ("SELECT name FROM accounts_client", "SELECT * FROM campaigns_lead"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            as_clock(),
            connection.cursor() as cursor,
        ):
            cursor.execute(forbidden)
    assert raw_slugs() == []


def test_the_app_inherits_nothing_from_the_clock(cast: Cast) -> None:
    with as_person(cast.vera.pk):
        assert raw_slugs() == []


def test_a_door_that_is_open_is_entered_again_without_a_statement(cast: Cast) -> None:
    """And it stays open when the inner block ends; somebody else's is another door."""
    with as_person(cast.vera.pk):
        with CaptureQueriesContext(connection) as captured, as_person(cast.vera.pk):
            pass
        assert len(captured) == 0
        assert setting("rumbo.user") == str(cast.vera.pk)
        with as_person(cast.malena.pk):
            assert setting("rumbo.user") == str(cast.malena.pk)
        assert setting("rumbo.user") == str(cast.vera.pk)
    assert setting("rumbo.user") == ""
