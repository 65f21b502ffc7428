"""Writes by the API on the real server: one lead per call, against a bare view; many, against an import."""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accounts.models import Agency, Client, Membership
from accounts.services import token_create
from accounts.tenancy import tenant_transaction
from tests.bench.bare import TABLE
from tests.bench.imports import imported
from tests.bench.rebuild import make_twin
from tests.bench.timing import Timing, alternated, heading, rows_text, say, say_ratio
from tests.serving import Server, serving

CONNECTIONS, CALLS, ROWS_PER_CALL = 4, 400, 1000
AIM_SHARE = 0.5
#: Nobody is refused here for haste; each call is still counted.
UNLIMITED = {"API_WRITES_PER_MINUTE": "1000000", "API_READS_PER_MINUTE": "1000000"}
Call = Callable[[int], tuple[str, dict[str, Any], dict[str, str]]]


def measure(database: str, agency: Agency, rows: int, runs: int) -> None:
    """`rows` in bulk and by import; single calls by 4 connections that are kept open."""
    secret = _token(agency)
    make_twin("campaigns_lead", TABLE)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        directory = Path(folder)
        ours = stack.enter_context(serving(database, directory, extra=UNLIMITED))
        bare = stack.enter_context(
            serving(database, directory, application="tests.bench.bare:application")
        )
        _say_single(ours, bare, secret, runs)
        _say_bulk(database, agency, directory, ours, secret, rows, runs)


def _token(agency: Agency) -> str:
    with tenant_transaction(agency.pk):
        owner = Membership.objects.filter(agency=agency, role="owner").first()
        _token, secret = token_create(agency, "bench", ["leads:write"], created_by=owner)
    return secret


def lead(number: int, mark: str) -> dict[str, Any]:
    return {
        "external_id": f"{mark}-{number}", "name": f"Person {number}",
        "email": f"person{number}@example.com", "utm_source": "google", "utm_medium": "cpc",
        "created_at": "2026-03-31T18:30:00Z",
    }  # fmt: skip


def _say_single(ours: Server, bare: Server, secret: str, runs: int) -> None:
    heading(f"One lead per call: {CALLS} calls by {CONNECTIONS} connections, in turns; one process")
    bearer = {"Authorization": f"Bearer {secret}"}
    path = "/api/v1/clients/bodega/leads/"
    rounds = iter(range(1_000_000))

    def plain(server: Server, place: str, headers: Mapping[str, str]) -> Callable[[], None]:
        def run() -> None:
            mark = f"{place[:4]}{next(rounds)}"
            _fire(server, lambda number: (place, lead(number, mark), dict(headers)))

        return run

    def keyed() -> None:
        mark = f"keyed{next(rounds)}"
        _fire(
            ours,
            lambda number: (path, lead(number, mark), bearer | {"Idempotency-Key": f"{mark}-{number}"}),
        )  # fmt: skip

    calls = (plain(ours, path, bearer), keyed, plain(bare, "/leads/", {}))
    for each in calls:
        each()  # warm
    one, with_key, yardstick = alternated(runs, *((each, None) for each in calls))
    for text, found in (("", one), (", with Idempotency-Key", with_key)):
        say(
            f"POST of a lead{text} / a bare view's INSERT, calls per second",
            f"{yardstick.typical / found.typical:.2f}",
            f"aim ≥ {AIM_SHARE:g}",
            f"{CALLS / found.typical:.0f} against {CALLS / yardstick.typical:.0f} a second",
        )


def _fire(server: Server, call: Call, calls: int = CALLS, lanes: int = CONNECTIONS) -> None:
    """All calls, shared out over some connections that stay open; each must answer 200 or 201."""
    failed: list[str] = []

    def lane(first: int) -> None:
        link = HTTPConnection("127.0.0.1", server.port, timeout=120)
        for number in range(first, calls, lanes):
            path, body, headers = call(number)
            headers["Content-Type"] = "application/json"
            link.request("POST", path, json.dumps(body), headers)
            answer = link.getresponse()
            text = answer.read()
            if answer.status not in (200, 201):
                failed.append(f"{answer.status} {text[:300]!r}")
                return
        link.close()

    threads = [threading.Thread(target=lane, args=(first,)) for first in range(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise AssertionError(failed[0])


def _say_bulk(
    database: str,
    agency: Agency,
    directory: Path,
    ours: Server,
    secret: str,
    rows: int,
    runs: int,
) -> None:
    """The same leads with the same columns: calls of 1000 by one connection, and a file."""
    rows = max(ROWS_PER_CALL, rows // ROWS_PER_CALL * ROWS_PER_CALL)
    heading(
        f"{rows_text(rows)} new leads: in bulk by the API, {ROWS_PER_CALL} a call, and by an import"
    )
    path = "/api/v1/clients/cafe/leads/bulk/"
    bearer = {"Authorization": f"Bearer {secret}"}
    bulk, files = [], []
    for run in range(runs):
        started = time.perf_counter()
        _fire(ours, lambda number, mark=run: (path, _block(number, f"b{mark}"), dict(bearer)),
              rows // ROWS_PER_CALL, 1)  # fmt: skip
        bulk.append(time.perf_counter() - started)
        files.append(_by_file(database, agency, directory, rows, run))
    by_bulk, by_file = Timing(tuple(bulk)), Timing(tuple(files))
    say_ratio("bulk upsert / import of the same rows", by_bulk, by_file)
    say("rows per second, bulk and import", rows_text(int(rows / by_bulk.typical)), "",
        f"{rows_text(int(rows / by_file.typical))} by import")  # fmt: skip


def _block(number: int, mark: str) -> dict[str, Any]:
    first = number * ROWS_PER_CALL
    return {"rows": [lead(each, mark) for each in range(first, first + ROWS_PER_CALL)]}


def _by_file(database: str, agency: Agency, directory: Path, rows: int, run: int) -> float:
    """Seconds of an import of the same rows into a client without leads."""
    columns = ("external_id", "name", "email", "utm_source", "utm_medium", "created_at")
    file = directory / "same.csv"
    with file.open("w") as target:
        target.write(",".join(columns) + "\n")
        for number in range(rows):
            row = lead(number, f"b{run}")
            target.write(",".join(str(row[name]) for name in columns) + "\n")
    mapping = directory / "same.json"
    targets = {name: name for name in columns[:-1]} | {"created": "created_at"}
    mapping.write_text(json.dumps({"kind": "leads", "source": "bench", "columns": targets}))
    with tenant_transaction(agency.pk):
        client = Client.objects.create(agency=agency, name="File", slug=f"file-{run}-{os.getpid()}")
    return float(imported(database, file, client, mapping, rows)["seconds"])
