"""How many statements each number page sends: this file is where a growing page is noticed.

Scope and transaction statements are counted too. A higher count needs a reason in its commit.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.browser.world import tell_bodega
from tests.cast import Cast

BODEGA = "/a/aurora/c/bodega/"
COUNTS = {
    "/a/aurora/": 16,  # with every line kept
    BODEGA: 56,  # one of them for incidents, three for reviews that are due
    f"{BODEGA}?view=manager": 59,
    f"{BODEGA}?view=analyst": 62,
    f"{BODEGA}?channel=paid_search": 54,
    f"{BODEGA}kpi/cac/": 49,  # two for the running month against the same days
    f"{BODEGA}kpi/cpl/why/?why=factors": 23,
    f"{BODEGA}kpi/cpl/why/?why=channel": 23,
    f"{BODEGA}numbers.csv?keys=leads,cpl&by=month": 32,
    "/a/aurora/glossary/": 14,
}


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 15, 12, tzinfo=UTC), tick=False):
        yield


def test_counts(client: Browser, cast: Cast) -> None:
    tell_bodega(cast)
    client.force_login(cast.alicia)
    found: dict[str, Any] = {}
    for path in COUNTS:
        client.get(path)  # what is worked out once per process is no page's doing
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        found[path] = len(captured)
    assert found == COUNTS
