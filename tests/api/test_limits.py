"""The rate limit: exact under concurrency, told in headers, apart for reads and writes."""

import threading
from typing import Any

import pytest

from accounts.limits import Limit, limit_take
from tests.api.conftest import Caller, heard, token
from tests.cast import Cast

ADDRESS = "/api/v1/clients/"
#: So slow that no call is paid off while a test runs.
SLOW = {"read": (3, 3000), "write": (2, 2000)}


def test_it_tells_what_is_left_and_refuses_what_is_too_much(
    cast: Cast, robot: Caller, settings: Any
) -> None:
    settings.API_LIMITS = SLOW
    told = [robot.get(ADDRESS) for _ in range(4)]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in told] == ["2", "1", "0", "0"]
    assert {(answer["RateLimit-Limit"], answer["RateLimit-Policy"]) for answer in told} == {
        ("3", "3;w=3000")
    }
    # One call is paid off every 1000 s.
    resets = [int(answer["RateLimit-Reset"]) for answer in told]
    assert [round(reset, -2) for reset in resets] == [1000, 2000, 3000, 3000]
    refused = told[-1]
    status, body = heard(refused)
    assert (status, body["code"]) == (429, "too_many_calls")
    assert 990 <= int(refused["Retry-After"]) <= 1000
    assert body["data"] == {"retry_after": int(refused["Retry-After"])}
    assert "Retry-After" not in told[0]


def test_reads_and_writes_and_callers_are_counted_apart(
    cast: Cast, robot: Caller, settings: Any
) -> None:
    settings.API_LIMITS = SLOW
    for _ in range(4):
        robot.get(ADDRESS)
    assert robot.get(ADDRESS).status_code == 429
    leads = "/api/v1/clients/bodega/leads/"
    assert robot.post(leads, {"external_id": "1", "created_on": "2026-03-01"}).status_code == 201
    assert token(cast.aurora, "read").get(ADDRESS).status_code == 200


def test_a_refused_call_is_counted_too(cast: Cast, robot: Caller, settings: Any) -> None:
    settings.API_LIMITS = SLOW
    answers = [robot.get(ADDRESS, limit="x") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {400}
    assert answers[-1]["RateLimit-Remaining"] == "0"


def test_calls_that_may_not_are_counted_too(cast: Cast, robot: Caller, settings: Any) -> None:
    settings.API_LIMITS = SLOW
    statuses = [robot.get("/api/v1/clients/nobody/").status_code for _ in range(4)]
    assert statuses == [404, 404, 404, 429]


def test_exactly_the_limit_passes_at_once(cast: Cast) -> None:
    passed: list[bool] = []
    together = threading.Barrier(16)

    def call() -> None:
        together.wait()
        for _ in range(10):
            verdict = limit_take("somebody", Limit(20, 20_000))
            passed.append(verdict is not None and verdict.is_allowed)

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), sum(passed)) == (160, 20)


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0"])
def test_without_valkey_calls_pass(cast: Cast, robot: Caller, settings: Any, address: str) -> None:
    caches = {"default": {**settings.CACHES["default"], "LOCATION": address}}
    settings.CACHES = caches
    answer = robot.get(ADDRESS)
    assert answer.status_code == 200
    assert "RateLimit-Limit" not in answer
