"""A form that PostgreSQL ends for another writer is tried again as a whole: the person notices nothing."""

from datetime import date

from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Browser
from django.test import RequestFactory

from accounts.again import may_go_again
from accounts.tenancy import tenant_transaction
from campaigns.models import Act, Cost
from campaigns.records import record_create
from tests.at_once import ended_once
from tests.cast import Cast

BULK = "/a/aurora/c/bodega/costs/bulk/"
FEE = {"layer": "fee", "amount": 5, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 31)}


def two_costs(cast: Cast) -> list[int]:
    with tenant_transaction(cast.aurora.pk):
        return [record_create("costs", cast.bodega, FEE, None).row.pk for _ in range(2)]


def test_a_form_that_is_ended_for_another_is_tried_again_and_done_once(
    committed_cast: Cast,
) -> None:
    browser = Browser(headers={"accept-language": "en"})
    with transaction.atomic():
        browser.force_login(committed_cast.alicia)
    ids = two_costs(committed_cast)
    written = ended_once("campaigns_cost")
    answer = browser.post(BULK, {"ids": ids, "do": "remove"})
    assert answer.status_code == 302, answer.content.decode()
    assert written() >= 2, "what was ended, and what was done"
    told = [str(one) for one in get_messages(answer.wsgi_request)]
    assert told == ["2 rows removed."], "said once, though it was tried twice"
    with tenant_transaction(committed_cast.aurora.pk):
        assert not Cost.objects.exists()
        (act,) = Act.objects.filter(verb="remove")
        assert act.actor_id is not None


def test_what_may_go_again() -> None:
    """Not a page that only reads, not a login, not what brings a file: that is written as it comes in."""
    factory = RequestFactory()
    assert may_go_again(factory.post("/a/aurora/c/bodega/costs/new/", {"amount": "1"}))
    assert not may_go_again(factory.get("/a/aurora/c/bodega/costs/"))
    assert not may_go_again(factory.post("/accounts/login/", {"login": "x"}))
    assert not may_go_again(factory.post("/api/v1/clients/", {"name": "x"}))
    file = SimpleUploadedFile("file.csv", b"id\n1\n")
    assert not may_go_again(factory.post("/a/aurora/c/bodega/data/new/", {"file": file}))
