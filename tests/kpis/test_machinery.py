"""The banner that says a worker or the scheduler is not running, to those who look after data."""

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from kpis.heartbeat import SCHEDULER, WORKER
from tests.cast import Cast

WORKER_GONE = "No worker is running"
SCHEDULER_GONE = "The scheduler is not running"


@pytest.mark.parametrize(
    ("alive", "says", "is_silent_about"),
    [
        ((), WORKER_GONE, SCHEDULER_GONE),
        ((SCHEDULER,), WORKER_GONE, SCHEDULER_GONE),
        ((WORKER,), SCHEDULER_GONE, WORKER_GONE),
        ((WORKER, SCHEDULER), "", "is not running"),
    ],
)
def test_it_names_what_is_missing(
    cast: Cast, client: Browser, alive: tuple[str, ...], says: str, is_silent_about: str
) -> None:
    for name in alive:
        cache.set(f"alive:{name}", 1, 20)
    client.force_login(cast.marta)
    page = client.get("/a/aurora/").content.decode()
    assert says in page
    assert is_silent_about not in page


def test_a_clients_reader_is_not_troubled(cast: Cast, client: Browser) -> None:
    client.force_login(cast.vera)
    assert WORKER_GONE not in client.get("/a/aurora/").content.decode()
