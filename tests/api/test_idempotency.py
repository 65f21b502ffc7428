"""Idempotency-Key: a write that is sent twice, at once, or after a death, happens once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from accounts.models import ApiToken, IdempotencyKey
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Lead
from tests.api.conftest import ALL_SCOPES, Caller, error, heard, person, token
from tests.cast import Cast

LEADS = "/api/v1/clients/bodega/leads/"
BULK = f"{LEADS}bulk/"
ROW = {"external_id": "L-1", "created_on": "2026-03-01"}
KEY = {"Idempotency_Key": "k-1"}


def keys(cast: Cast) -> list[str]:
    with tenant_scope(cast.aurora.pk):
        return sorted(IdempotencyKey.objects.values_list("key", flat=True))


def test_the_second_call_gets_the_firsts_answer(cast: Cast, robot: Caller) -> None:
    first = robot.post(LEADS, ROW, **KEY)
    second = robot.post(LEADS, ROW, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    # Without the key it would have been refused: there is one already.
    assert robot.post(LEADS, ROW).status_code == 409


def test_every_write_honours_it(cast: Cast, robot: Caller) -> None:
    number = robot.post(LEADS, ROW).json()["id"]
    change = f"{LEADS}{number}/"
    first = robot.patch(change, {"name": "Ana"}, **KEY).json()
    robot.patch(change, {"name": "Eva"})
    assert robot.patch(change, {"name": "Ana"}, **KEY).json() == first
    assert robot.get(change).json()["name"] == "Eva"
    first = robot.post(BULK, {"rows": [{**ROW, "external_id": "L-2"}]}, Idempotency_Key="k-2")
    second = robot.post(BULK, {"rows": [{**ROW, "external_id": "L-2"}]}, Idempotency_Key="k-2")
    assert second.json() == first.json()
    assert second.json()["counts"]["new"] == 1


def test_the_same_key_for_something_else_is_422(cast: Cast, robot: Caller) -> None:
    robot.post(LEADS, ROW, **KEY)
    refusal = (422, error("idempotency_key_reused"))
    assert heard(robot.post(LEADS, {**ROW, "name": "x"}, **KEY)) == refusal
    assert heard(robot.post(BULK, ROW, **KEY)) == refusal
    assert heard(robot.post(f"{BULK}?atomic=true", {"rows": [ROW]}, **KEY)) == refusal


def test_a_key_belongs_to_its_caller_and_client(cast: Cast, robot: Caller) -> None:
    robot.post(LEADS, ROW, **KEY)
    other = token(cast.aurora, "leads:write")
    assert other.post(LEADS, {**ROW, "external_id": "L-2"}, **KEY).status_code == 201
    marta = person(cast.marta, "aurora")
    assert marta.post(LEADS, {**ROW, "external_id": "L-3"}, **KEY).status_code == 201
    assert robot.post("/api/v1/clients/cafe/leads/", ROW, **KEY).status_code == 201
    limited = token(cast.aurora, "leads:write", client=cast.bodega)
    limited_row = {**ROW, "external_id": "L-4"}
    first = limited.post(LEADS, limited_row, **KEY)
    assert limited.post(LEADS, limited_row, **KEY).json() == first.json()


def test_a_refused_call_leaves_the_key_usable(cast: Cast, robot: Caller) -> None:
    assert robot.post(LEADS, {**ROW, "created_on": "no"}, **KEY).status_code == 400
    assert keys(cast) == []
    assert robot.post(LEADS, ROW, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201, "a\tb"])
def test_a_bad_key_is_refused(cast: Cast, robot: Caller, key: str) -> None:
    answer = robot.post(LEADS, ROW, Idempotency_Key=key)
    assert heard(answer) == (400, error("bad_idempotency_key"))


def test_old_keys_are_forgotten(cast: Cast, robot: Caller) -> None:
    robot.post(LEADS, ROW, **KEY)
    with tenant_scope(cast.aurora.pk):
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=49))
    robot.post(LEADS, {**ROW, "external_id": "L-2"}, Idempotency_Key="k-2")
    assert keys(cast) == ["k-2"]


def test_concurrent_calls_make_one(committed_cast: Cast) -> None:
    with transaction.atomic():
        caller = token(committed_cast.aurora, *ALL_SCOPES)
    answers: list[Any] = []
    together = threading.Barrier(25)

    def call() -> None:
        try:
            together.wait()
            response = Caller(caller.headers, Browser()).post(LEADS, ROW, **KEY)
            answers.append((response.status_code, response.json()))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 25
    assert {status for status, _ in answers} == {201}
    assert len({answer["id"] for _, answer in answers}) == 1
    with tenant_transaction(committed_cast.aurora.pk):
        assert Lead.objects.count() == 1


def test_a_call_that_waits_too_long_says_so(committed_cast: Cast, settings: Any) -> None:
    """For the first call with its key: 409. For somebody else's change of the same lead: 503."""
    settings.API_WAIT_SECONDS = 1
    cast = committed_cast
    with transaction.atomic():
        caller = token(cast.aurora, *ALL_SCOPES)
    change = f"{LEADS}{caller.post(LEADS, ROW).json()['id']}/"
    answers = []

    def call() -> None:
        try:
            answers.append(Caller(caller.headers, Browser()).patch(change, {"name": "x"}))
            answers.append(Caller(caller.headers, Browser()).patch(change, {"name": "x"}, **KEY))
        finally:
            connection.close()

    with tenant_transaction(cast.aurora.pk):
        Lead.objects.select_for_update().get()
        IdempotencyKey.objects.create(
            agency=cast.aurora, client=cast.bodega, key="k-1", fingerprint="",
            caller=f"token:{ApiToken.objects.get().pk}",
        )  # fmt: skip
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
    assert heard(answers[0]) == (503, error("busy"))
    assert answers[0]["Retry-After"] == "5"
    assert heard(answers[1]) == (409, error("idempotency_in_progress"))


def test_a_killed_call_leaves_the_key_usable(committed_cast: Cast) -> None:
    """It has taken its key and waits for a lead when its connection is cut."""
    cast = committed_cast
    with transaction.atomic():
        caller = token(cast.aurora, *ALL_SCOPES)
    number = caller.post(LEADS, ROW).json()["id"]
    change, died = f"{LEADS}{number}/", threading.Event()

    def call() -> None:
        try:
            Caller(caller.headers, Browser()).patch(change, {"name": "Ana"}, **KEY)
        except OperationalError:
            died.set()
        finally:
            connection.close()

    with tenant_transaction(cast.aurora.pk), connection.cursor() as cursor:
        Lead.objects.select_for_update().get(pk=number)
        thread = threading.Thread(target=call)
        thread.start()
        waiting = None
        while waiting is None:
            cursor.execute(
                "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            waiting = cursor.fetchone()
        cursor.execute("SELECT pg_terminate_backend(%s)", waiting)
        thread.join()
    assert died.is_set()
    again = caller.patch(change, {"name": "Ana"}, **KEY)
    assert (again.status_code, again.json()["name"]) == (200, "Ana")
    assert "Idempotency-Replayed" not in again
