"""Shared fixtures: the databases, the cast, and committed databases for tests that need COMMIT."""

import gc
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests.cast import Cast, Stage, make_cast_committed
from tests.databases import clone, ensure_template, point_at, pointed_at

# Derandomized: a red test must be red again. Deadlines would be timed assertions.
hypothesis_settings.register_profile(
    "rumbo",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("rumbo")


def pytest_configure() -> None:
    """Each worker has a Valkey database of its own: emptying it is nobody else's loss.

    Tests read English, the code's own words, whether translations are compiled or not; a test of a
    translation says so with override().
    """
    settings.LANGUAGE_CODE = "en"
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = settings.CACHES["default"]["LOCATION"]
    settings.CACHES["default"]["LOCATION"] = f"{url.rpartition('/')[0]}/{2 + int(worker) % 14}"
    # Messages go there too, or a worker of the house would meet tenants of a test.
    settings.CELERY_BROKER_URL = settings.CACHES["default"]["LOCATION"]


#: What takes longest. It is begun with, so that at the end no worker is alone with much of it.
LONG = (
    "tests/kpis/test_kill",
    "tests/campaigns/imports/test_kill",
    "tests/config/test_versions",
    "tests/config/test_migrations",
    "tests/operating/",
    "tests/browser/",
    "tests/config/test_supervisor",
    "tests/accounts/test_every_act",
    "tests/year/",
    "tests/test_",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        return next((n for n, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """The garbage collector need not go through all modules, models and tests again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def template_database(django_db_blocker: DjangoDbBlocker) -> str:
    with django_db_blocker.unblock():
        return ensure_template()


@pytest.fixture(scope="session")
def django_db_setup(template_database: str) -> Iterator[str]:
    """pytest-django's fixture, replaced: a clone for this worker; ordinary tests roll back in it."""
    with clone(template_database) as name, pointed_at(name):
        yield name


@pytest.fixture(scope="session")
def staged(
    template_database: str, django_db_setup: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Stage]:
    """The cast, made once per worker: two dozen inserts with their audit cost more than most tests."""
    with django_db_blocker.unblock(), clone(template_database) as template:
        with pointed_at(template):
            people = make_cast_committed()
        with clone(template) as name:
            yield Stage(template, name, people)
            point_at(django_db_setup)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    """Whoever asks for the cast works where it is; whoever does not, in a database without anybody."""
    names = set(request.fixturenames)
    if "db" in names and "committed" not in names:
        empty = request.getfixturevalue("django_db_setup")
        point_at(request.getfixturevalue("staged").database if "cast" in names else empty)


@pytest.fixture
def committed(
    request: pytest.FixtureRequest, template_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database of the test's own, for tests that commit, serve or kill. Yields its name."""
    template = template_database
    if "committed_cast" in request.fixturenames:
        template = request.getfixturevalue("staged").template
    with django_db_blocker.unblock(), clone(template) as name, pointed_at(name):
        try:
            yield name
        finally:
            connection.close()


@pytest.fixture
def cast(staged: Stage, db: None) -> Cast:
    return deepcopy(staged.people)


@pytest.fixture
def committed_cast(staged: Stage, committed: str) -> Cast:
    return deepcopy(staged.people)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """No test reads the language that a page of an earlier one was asked in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """No test meets another's rate limits or progress."""
    if {"db", "committed", "client"} & set(request.fixturenames):
        cache.clear()


def pytest_report_header() -> str:
    data = os.environ.get("RUMBO_DATA", "../shared/data")
    return (
        f"real data: {data} ({'there' if os.path.isdir(data) else 'absent: its tests are skipped'})"
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many calls the fuzzing of the API made, over all workers."""
    passed = terminalreporter.stats.get("passed", [])
    fuzzed = [
        value for report in passed for name, value in report.user_properties if name == "fuzzed"
    ]
    if fuzzed:
        terminalreporter.write_line(
            f"schemathesis: {sum(fuzzed)} calls in {len(fuzzed)} passed tests"
        )


@pytest.fixture
def other() -> Iterator[ThreadPoolExecutor]:
    """Somebody else, with a connection of their own."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
        pool.submit(lambda: connection.close()).result()
