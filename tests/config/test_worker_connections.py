"""A worker keeps to one processor, in PostgreSQL too: the others are the other workers'."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import signals
from django.conf import settings
from django.db import connections

from config.database import APP_OPTIONS, as_worker


@pytest.fixture
def options() -> Iterator[dict[str, Any]]:
    """Those of the connection that tests use, which they get back."""
    its = settings.DATABASES["default"]["OPTIONS"]
    before = its["options"]
    yield its
    its["options"] = before


def helpers_of_a_new_connection() -> str:
    """From a connection of its own, with the settings that Django connects with now."""
    fresh = connections.create_connection("default")
    try:
        with fresh.cursor() as cursor:
            cursor.execute("SHOW max_parallel_workers_per_gather")
            return str(cursor.fetchone()[0])
    finally:
        fresh.close()


@pytest.mark.django_db
def test_a_worker_asks_for_no_helpers(options: dict[str, Any]) -> None:
    assert helpers_of_a_new_connection() != "0"
    signals.worker_init.send(sender=None)
    assert helpers_of_a_new_connection() == "0"


def test_what_was_there_stays_and_twice_is_once() -> None:
    databases: dict[str, dict[str, Any]] = {
        "default": {"OPTIONS": {"options": APP_OPTIONS}}, "owner": {"OPTIONS": {}},
    }  # fmt: skip
    for _again in range(2):
        as_worker(databases)
    added = " -c max_parallel_workers_per_gather=0"
    assert databases["default"]["OPTIONS"]["options"] == APP_OPTIONS + added
    assert databases["owner"]["OPTIONS"]["options"] == added
