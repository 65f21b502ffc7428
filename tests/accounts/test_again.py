"""A form that PostgreSQL ends for another writer is tried again as a whole: the person notices nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client as Browser
from django.test import RequestFactory
from psycopg.errors import DeadlockDetected

from accounts.again import may_go_again
from accounts.tenancy import tenant_transaction
from campaigns.models import Act, Cost
from campaigns.records import record_create
from tests.at_once import stands_waiting
from tests.cast import Cast

BULK = "/a/aurora/c/bodega/costs/bulk/"
FEE = {"layer": "fee", "amount": 5, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}


def two_costs(cast: Cast) -> list[int]:
    with tenant_transaction(cast.aurora.pk):
        return [record_create("costs", cast.bodega, FEE, None).row.pk for _ in range(2)]


def held_crosswise(cast: Cast, ids: list[int], call: Any, pool: ThreadPoolExecutor) -> Any:
    """The answer of a form that locks the first row and then wants the second, while somebody holds the
    second and then wants the first; and whether it was the form that PostgreSQL ended."""
    is_ours = True
    with tenant_transaction(cast.aurora.pk):
        Cost.objects.select_for_update().get(pk=ids[1])
        future = pool.submit(call)
        stands_waiting(future)
        try:
            with transaction.atomic():
                Cost.objects.select_for_update().get(pk=ids[0])
        except OperationalError as error:
            assert isinstance(error.__cause__, DeadlockDetected)
            is_ours = False
    return future.result(), is_ours


def test_a_form_that_is_ended_for_another_is_tried_again_and_done_once(
    committed_cast: Cast,
) -> None:
    browser = Browser(headers={"accept-language": "en"})
    with transaction.atomic():
        browser.force_login(committed_cast.alicia)
    turns = 0
    with ThreadPoolExecutor(1) as pool:
        # PostgreSQL ends whoever notices first: nearly always the one that waited first, the form.
        for _turn in range(20):
            ids, turns = two_costs(committed_cast), turns + 1
            answer, was_ended = held_crosswise(
                committed_cast, ids, lambda ids=ids: browser.post(BULK, {"ids": ids, "do": "remove"}), pool
            )  # fmt: skip
            assert answer.status_code == 302, answer.content.decode()
            told = [str(one) for one in get_messages(answer.wsgi_request)]
            assert told == ["2 rows removed."], "said once, however often it was tried"
            if was_ended:
                break
        pool.submit(lambda: connection.close()).result()
    assert was_ended
    with tenant_transaction(committed_cast.aurora.pk):
        assert not Cost.objects.exists()
        assert Act.objects.filter(verb="remove").count() == turns
        assert {act.actor_id for act in Act.objects.filter(verb="remove")} != {None}


def test_what_may_go_again() -> None:
    """Not a page that only reads, not a login, not what brings a file: that is written as it comes in."""
    factory = RequestFactory()
    assert may_go_again(factory.post("/a/aurora/c/bodega/costs/new/", {"amount": "1"}))
    assert not may_go_again(factory.get("/a/aurora/c/bodega/costs/"))
    assert not may_go_again(factory.post("/accounts/login/", {"login": "x"}))
    assert not may_go_again(factory.post("/api/v1/clients/", {"name": "x"}))
    file = SimpleUploadedFile("file.csv", b"id\n1\n")
    assert not may_go_again(factory.post("/a/aurora/c/bodega/data/new/", {"file": file}))
