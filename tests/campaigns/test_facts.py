"""Upserts of facts: two writers at once end like one after the other, and calls may be cut anyhow."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.facts.leads import LEADS
from campaigns.facts.upsert import upsert
from campaigns.models import Customer, Lead, Sale
from campaigns.signals import facts_changed
from tests.cast import Cast

NEW = {"external_id": "L-1", "created_on": date(2026, 3, 1)}


def wait_for_a_lock() -> None:
    """Until another connection waits for one that this one holds."""
    with connection.cursor() as cursor:
        blocked = None
        while blocked is None:
            cursor.execute(
                "SELECT pid FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            blocked = cursor.fetchone()


def test_two_writers_of_the_same_new_lead_make_one(committed_cast: Cast) -> None:
    cast = committed_cast
    verdicts: list[str] = []

    def second() -> None:
        try:
            with tenant_transaction(cast.aurora.pk):
                rows = [{**NEW, "phone": "1"}, {**NEW, "external_id": "L-0"}]
                found = upsert(LEADS, cast.bodega, rows)
                verdicts.extend(one.verdict for one in found)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with tenant_transaction(cast.aurora.pk):
        assert upsert(LEADS, cast.bodega, [{**NEW, "name": "Ana"}])[0].verdict == "new"
        thread.start()
        wait_for_a_lock()
    thread.join()
    # The second one found it there, and laid its row over it.
    assert verdicts == ["changed", "new"]
    with tenant_transaction(cast.aurora.pk):
        assert sorted(Lead.objects.values_list("external_id", "name", "phone")) == [
            ("L-0", "", ""), ("L-1", "Ana", "1"),
        ]  # fmt: skip


def test_two_writers_of_one_customer_leave_one_first_sale(committed_cast: Cast) -> None:
    cast = committed_cast
    won = {
        "closed_on": date(2026, 3, 5),
        "outcome": "won",
        "customer": "C",
        "created_on": date(2026, 3, 1),
    }

    def second() -> None:
        try:
            with tenant_transaction(cast.aurora.pk):
                upsert(LEADS, cast.bodega, [{**won, "external_id": "L-2"}])
        finally:
            connection.close()

    with tenant_transaction(cast.aurora.pk):
        Customer.objects.create(agency=cast.aurora, client=cast.bodega, external_id="C")
    thread = threading.Thread(target=second)
    with tenant_transaction(cast.aurora.pk):
        upsert(LEADS, cast.bodega, [{**won, "external_id": "L-1"}])
        thread.start()
        wait_for_a_lock()
    thread.join()
    with tenant_transaction(cast.aurora.pk):
        firsts = sorted(Sale.objects.values_list("external_id", "is_first"))
        assert firsts == [("lead:L-1", True), ("lead:L-2", False)]


def test_it_is_told_once_it_is_committed_and_only_if_something_changed(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    heard: list[dict[str, Any]] = []

    def listen(sender: Any, signal: Any, **said: Any) -> None:
        heard.append(said)

    facts_changed.connect(listen)
    try:
        for _ in range(2):
            with tenant_transaction(cast.aurora.pk):
                upsert(LEADS, cast.bodega, [NEW])
                assert len(heard) <= 1
    finally:
        facts_changed.disconnect(listen)
    assert heard == [{"agency_id": cast.aurora.pk, "client_id": cast.bodega.pk}]


DAYS = st.sampled_from([None, date(2026, 3, 2), date(2026, 3, 9)])
CHANGES = st.fixed_dictionaries(
    {"external_id": st.sampled_from(["L-1", "L-2", "L-3"])},
    optional={
        "name": st.sampled_from(["", "Ana", "Eva"]),
        "utm_source": st.sampled_from(["", "google", "newsletter"]),
        "utm_medium": st.sampled_from(["", "cpc", "email"]),
        "channel": st.sampled_from(["sms", None]),
        "campaign": st.sampled_from([None, "c-1", "c-2"]),
        "salesperson": st.sampled_from([None, "s-1", "s-2"]),
        "mql_on": DAYS,
        "opp_on": DAYS,
        "amount": st.sampled_from([None, Decimal(5)]),
    },
)


def state(client: Client) -> list[tuple[Any, ...]]:
    leads = Lead.objects.filter(client=client).order_by("external_id")
    return [
        tuple(
            str(getattr(lead, name))
            for name in (
                "external_id", "name", "channel", "campaign", "salesperson", "first_salesperson",
                "mql_on", "mql_salesperson", "sql_on", "opp_on", "opp_salesperson", "amount",
            )
        )
        for lead in leads
    ]  # fmt: skip


def calls(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The same rows in as few calls as have no lead twice."""
    found: list[list[dict[str, Any]]] = []
    for row in rows:
        if not found or row["external_id"] in {one["external_id"] for one in found[-1]}:
            found.append([])
        found[-1].append(row)
    return found


@settings(max_examples=25)
@given(changes=st.lists(CHANGES, max_size=12))
def test_how_rows_are_cut_into_calls_does_not_matter(
    cast: Cast, changes: list[dict[str, Any]]
) -> None:
    rows = [{"created_on": date(2026, 3, 1), **change} for change in changes]
    states = []
    for cut in ([[row] for row in rows], calls(rows)):
        with transaction.atomic():
            with tenant_scope(cast.aurora.pk):
                for call in cut:
                    verdicts = upsert(LEADS, cast.bodega, call)
                    assert all(one.verdict != "refused" for one in verdicts)
                # Twice is once.
                again = upsert(LEADS, cast.bodega, cut[-1]) if cut else []
                assert {one.verdict for one in again} <= {"same"}
                states.append(state(cast.bodega))
            transaction.set_rollback(True)
    assert states[0] == states[1]
