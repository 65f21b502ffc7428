"""Calls at the same time on the same sales, customers and leads: all are answered, none with “busy”."""

import threading
from typing import Any

from django.db import connection, transaction
from django.test import Client as Browser

from accounts.tenancy import tenant_transaction
from campaigns.models import Lead, Sale
from tests.api.conftest import ALL_SCOPES, Caller, token
from tests.at_once import ended_once
from tests.cast import Cast

PLACE = "/api/v1/clients/bodega"
#: Callers, and how many rounds of calls each of them makes.
CALLERS, ROUNDS = 5, 2


def sale(number: int, caller: int, turn: int) -> dict[str, Any]:
    """One of four sales of one customer; each call says other days, so that another one is the first."""
    day = 1 + (number * 7 + caller * 3 + turn * 5) % 28
    return {
        "external_id": f"S-{number}", "sold_on": f"2026-03-{day:02d}", "amount": "10",
        "customer": "C-1",
    }  # fmt: skip


def lead(caller: int, turn: int) -> dict[str, Any]:
    """The same customer's lead, won on another day each time."""
    day = 1 + (caller + turn * 11) % 28
    return {
        "external_id": "L-1", "created_on": "2026-02-01", "outcome": "won", "customer": "C-1",
        "closed_on": f"2026-03-{day:02d}", "utm_source": f"s{caller}", "utm_medium": f"m{turn}",
    }  # fmt: skip


def rounds(caller: Caller, number: int, heard: list[Any]) -> None:
    """Each caller names the sales in an order of its own, alone, in bulk, and through the lead."""
    mine = Caller(caller.headers, Browser())
    for turn in range(ROUNDS):
        first, then = (number + turn) % 4, (number + turn * 3 + 1) % 4
        together = list(dict.fromkeys((first, then)))
        bodies = [
            ("sales", [sale(first, number, turn)]),
            ("sales", [sale(each, number, turn) for each in together]),
            ("leads", [lead(number, turn)]),
        ]
        for word, rows in bodies:
            heard.append(mine.post(f"{PLACE}/{word}/bulk/", {"rows": rows}))


def test_no_call_is_turned_away_because_of_another(committed_cast: Cast, settings: Any) -> None:
    settings.API_LIMITS = {"read": (1000, 60), "write": (1000, 60)}
    with transaction.atomic():
        caller = token(committed_cast.aurora, *ALL_SCOPES)
    heard: list[Any] = []
    together = threading.Barrier(CALLERS)

    def call(number: int) -> None:
        try:
            together.wait()
            rounds(caller, number, heard)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == CALLERS * ROUNDS * 3
    turned_away = [answer.content for answer in heard if answer.status_code != 200]
    assert turned_away == []
    refused = [answer.json() for answer in heard if answer.json()["counts"]["refused"]]
    assert refused == []
    with tenant_transaction(committed_cast.aurora.pk):
        # Four sales and the lead's own: one is the first, the earliest, and the lead knows its day.
        sales = Sale.objects.order_by("sold_on", "sold_at", "source", "external_id")
        assert [one.is_first for one in sales] == [True, False, False, False, False]
        assert Lead.objects.get().first_sale_on == sales[0].sold_on


def test_a_call_that_is_ended_for_another_is_tried_again_and_counted_once(
    committed_cast: Cast, settings: Any
) -> None:
    # So slow that none is paid off meanwhile.
    settings.API_LIMITS = {"read": (50, 500_000), "write": (50, 500_000)}
    with transaction.atomic():
        caller = token(committed_cast.aurora, *ALL_SCOPES)
    two = [
        {"external_id": f"S-{number}", "sold_on": "2026-03-01", "amount": "10", "customer": number}
        for number in ("1", "2")
    ]
    assert caller.post(f"{PLACE}/sales/bulk/", {"rows": two}).status_code == 200
    written = ended_once("campaigns_sale")
    rows = [{**row, "amount": "20"} for row in two]
    answer = caller.post(f"{PLACE}/sales/bulk/", {"rows": rows}, Idempotency_Key="k-1")
    assert (answer.status_code, answer.json()["counts"]["changed"]) == (200, 2)
    assert written() >= 2, "what was ended, and what was done"
    # 50 calls in all: the first one, and the one that was tried twice.
    assert answer["RateLimit-Remaining"] == str(50 - 1 - 1)
    with tenant_transaction(committed_cast.aurora.pk):
        assert set(Sale.objects.values_list("amount", flat=True)) == {20}
