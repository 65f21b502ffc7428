"""Idempotency-Key: a write that is sent twice, at once, or after a death, happens once."""

import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
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
from tests.processes import wait_until
from tests.serving import Server, serving

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


RATES = "/api/v1/rates/bulk/"
RATE = {"rows": [{"day": "2026-03-03", "from": "EUR", "to": "USD", "rate": "1.08"}]}


def test_a_write_of_the_agency_honours_it(cast: Cast, robot: Caller) -> None:
    first = robot.post(RATES, RATE, **KEY)
    assert (first.status_code, first.json()) == (200, {"verdicts": ["new"]})
    second = robot.post(RATES, RATE, **KEY)
    assert (second.json(), second["Idempotency-Replayed"]) == ({"verdicts": ["new"]}, "true")
    assert robot.post(RATES, RATE, Idempotency_Key="k-2").json() == {"verdicts": ["same"]}
    other = {"rows": [{**RATE["rows"][0], "rate": "1.09"}]}
    assert heard(robot.post(RATES, other, **KEY)) == (422, error("idempotency_key_reused"))
    # A key of the agency is none of a client's.
    assert robot.post(LEADS, ROW, **KEY).status_code == 201


def test_a_key_of_one_client_leaves_none_with_the_agency(
    cast: Cast, robot: Caller, bodega_robot: Caller
) -> None:
    assert bodega_robot.post(RATES, RATE, **KEY).status_code == 403
    assert keys(cast) == []
    assert robot.post(RATES, RATE, **KEY).status_code == 200
    with tenant_scope(cast.aurora.pk):
        assert IdempotencyKey.objects.get().client_id is None


def test_old_keys_of_the_agency_are_forgotten(cast: Cast, robot: Caller) -> None:
    robot.post(RATES, RATE, **KEY)
    robot.post(LEADS, ROW, **KEY)
    with tenant_scope(cast.aurora.pk):
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=49))
    robot.post(RATES, RATE, Idempotency_Key="k-2")
    assert keys(cast) == ["k-1", "k-2"]  # the client's own is swept by a call about the client


# --- the real server ---

NEVER_COMMITTED = {"external_id": "L-1", "created_date": "2026-03-01"}


def send(server: Server, headers: dict[str, str], key: str) -> tuple[int, Any]:
    """One POST of a lead over the wire; status 0 if the server is gone."""
    request = urllib.request.Request(  # noqa: S310
        server.address + LEADS, json.dumps(ROW).encode(),
        {**headers, "Content-Type": "application/json", "Idempotency-Key": key},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)
    except (urllib.error.URLError, OSError):
        return 0, None


def test_25_posts_at_once_over_the_wire_make_one(committed_cast: Cast, tmp_path: Path) -> None:
    with transaction.atomic():
        caller = token(committed_cast.aurora, *ALL_SCOPES)
    database = connection.settings_dict["NAME"]
    with serving(database, tmp_path, threads=8) as server, ThreadPoolExecutor(25) as crowd:
        answers = list(crowd.map(lambda _: send(server, caller.headers, "k-1"), range(25)))
    assert {status for status, _ in answers} == {201}
    assert len({answer["id"] for _, answer in answers}) == 1
    with tenant_transaction(committed_cast.aurora.pk):
        assert Lead.objects.count() == 1


def test_a_server_that_is_killed_leaves_the_key_usable(
    committed_cast: Cast, tmp_path: Path
) -> None:
    """It has taken the call's key and is writing the lead when the whole server is killed (-9)."""
    cast = committed_cast
    with transaction.atomic():
        caller = token(cast.aurora, *ALL_SCOPES)
    database = connection.settings_dict["NAME"]
    with serving(database, tmp_path) as server, ThreadPoolExecutor(1) as one:
        with tenant_transaction(cast.aurora.pk), connection.cursor() as cursor:
            # Somebody else is about to write the same lead: the call has to wait for them.
            Lead.objects.create(
                agency=cast.aurora, client=cast.bodega, source="api", tz="UTC", **NEVER_COMMITTED
            )
            waiting = one.submit(send, server, caller.headers, "k-1")

            def is_waiting() -> bool:
                cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid()"
                               " = ANY(pg_blocking_pids(pid))")  # fmt: skip
                return cursor.fetchone() is not None

            wait_until(is_waiting)
            server.kill()
            assert waiting.result() == (0, None)
            transaction.set_rollback(True)
    with serving(database, tmp_path) as again:
        answers = [send(again, caller.headers, "k-1") for _ in range(2)]
    assert [status for status, _ in answers] == [201, 201]
    assert answers[0][1] == answers[1][1]
    with tenant_transaction(cast.aurora.pk):
        assert Lead.objects.count() == 1
