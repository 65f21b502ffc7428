"""The rate limit: exact under concurrency, told in headers, apart for reads and writes."""

import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser

from accounts.api.strangers import caller_address
from accounts.limits import Limit, limit_take
from tests.api.conftest import Caller, heard, token
from tests.cast import Cast
from tests.serving import Server, serving

ADDRESS = "/api/v1/clients/"
#: So slow that no call is paid off while a test runs, and that its minutes do not show in the seconds told.
SLOW = {"read": (3, 300_000), "write": (2, 200_000)}


def test_it_tells_what_is_left_and_refuses_what_is_too_much(
    cast: Cast, robot: Caller, settings: Any
) -> None:
    settings.API_LIMITS = SLOW
    told = [robot.get(ADDRESS) for _ in range(4)]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in told] == ["2", "1", "0", "0"]
    assert {(answer["RateLimit-Limit"], answer["RateLimit-Policy"]) for answer in told} == {
        ("3", "3;w=300000")
    }
    # One call is paid off every 100,000 s.
    resets = [int(answer["RateLimit-Reset"]) for answer in told]
    assert [round(reset, -4) for reset in resets] == [100_000, 200_000, 300_000, 300_000]
    refused = told[-1]
    status, body = heard(refused)
    assert (status, body["code"]) == (429, "too_many_calls")
    assert 99_000 <= int(refused["Retry-After"]) <= 100_000
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


# --- callers whom nobody knows ---


def stranger(address: str = "192.0.2.7", **headers: str) -> Any:
    """A call with a token that is none."""
    named = {"Authorization": "Bearer rumbo_nobody", **headers}
    return Browser(REMOTE_ADDR=address).get(ADDRESS, headers=named)


def test_wrong_tokens_are_counted_by_address(cast: Cast, robot: Caller, settings: Any) -> None:
    settings.API_STRANGERS = {"refused": (2, 200_000)}
    told = [stranger() for _ in range(3)]
    assert [answer.status_code for answer in told] == [401, 401, 429]
    assert [answer["RateLimit-Remaining"] for answer in told] == ["1", "0", "0"]
    _status, body = heard(told[-1])
    assert body["code"] == "too_many_calls"
    assert 99_000 <= int(told[-1]["Retry-After"]) <= 100_000
    # Without any token it is the same, from elsewhere it is not, and who has a token is not asked.
    assert Browser(REMOTE_ADDR="192.0.2.7").get(ADDRESS).status_code == 429
    assert stranger("192.0.2.8").status_code == 401
    assert robot.get(ADDRESS).status_code == 200


def test_nobody_chooses_their_address(cast: Cast, settings: Any) -> None:
    """Without a proxy of ours the header is the caller's own words; behind one, its left part is."""
    settings.API_STRANGERS = {"refused": (2, 2000)}
    for number in range(3):
        told = stranger(X_Forwarded_For=f"198.51.100.{number}")
    assert told.status_code == 429
    settings.TRUSTED_PROXY_COUNT = 1
    statuses = [
        stranger("10.0.0.1", X_Forwarded_For=f"198.51.100.{number}, 203.0.113.9").status_code
        for number in range(3)
    ]
    assert statuses == [401, 401, 429]
    assert stranger("10.0.0.1", X_Forwarded_For="203.0.113.10").status_code == 401


@pytest.mark.parametrize(
    ("remote", "forwarded", "count", "expected"),
    [
        ("192.0.2.7", "", 0, "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", 0, "192.0.2.7"),
        ("10.0.0.1", "203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2, "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9", 2, "10.0.0.1"),  # one of our proxies did not say: not believed
        ("2001:db8:1:2:aaaa::1", "", 0, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "", 0, "192.0.2.7"),
        ("10.0.0.1", "<script>", 1, "unknown"),
        ("", "", 0, "unknown"),
    ],
)
def test_whose_call_it_is(
    settings: Any, rf: Any, remote: str, forwarded: str, count: int, expected: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = count
    request = rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert caller_address(request) == expected


@pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/"])
def test_the_documents_have_a_limit_of_their_own(db: None, settings: Any, address: str) -> None:
    settings.API_STRANGERS = {"documents": (2, 2000)}
    told = [Browser(REMOTE_ADDR="192.0.2.7").get(address) for _ in range(3)]
    assert [answer.status_code for answer in told] == [200, 200, 429]
    assert heard(told[-1])[1]["code"] == "too_many_calls"
    assert Browser(REMOTE_ADDR="192.0.2.8").get(address).status_code == 200


def test_exactly_20_of_160_calls_at_once_pass(
    committed_cast: Cast, settings: Any, tmp_path: Path
) -> None:
    """Over the wire, against the real server, by 16 callers with one token."""
    with transaction.atomic():
        caller = token(committed_cast.aurora, "read")
    database = connection.settings_dict["NAME"]
    slow = {"API_READS_PER_MINUTE": "20"}

    def call(server: Server) -> int:
        request = urllib.request.Request(server.address + ADDRESS, headers=caller.headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as answer:
            return answer.code

    with serving(database, tmp_path, threads=8, extra=slow) as server:
        with ThreadPoolExecutor(16) as crowd:
            began = time.monotonic()
            statuses = list(crowd.map(call, [server] * 160))
            seconds = time.monotonic() - began
    # One call is paid off every 3 s; a slow machine may take that long for all of them.
    assert set(statuses) == {200, 429}
    assert 20 <= statuses.count(200) <= 20 + seconds // 3


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
