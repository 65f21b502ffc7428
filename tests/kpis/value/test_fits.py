"""Fits in a worker: queued once, run to an end, tried again, and never twice at a time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from celery.signals import after_task_publish
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.errors import ScopeError
from accounts.locks import Work
from accounts.models import Client
from accounts.tenancy import tenant_scope, tenant_transaction
from campaigns.models import Sale, SourceSync
from kpis.clock import due
from kpis.customer_value.progress import stage_of
from kpis.customer_value.queries import histories_of, newest_models
from kpis.customer_value.services import (
    GAVE_UP,
    MOST_ATTEMPTS,
    value_model_queue,
    value_model_queue_weekly,
    value_model_run,
)
from kpis.customer_value.worth import as_of_day
from kpis.models import FitState, ValueModel
from kpis.night import night_work
from kpis.tasks import look, value
from kpis.value.gates import ASKED
from tests.cast import Cast
from tests.kpis.facts import new_customer, new_refund, new_sale
from tests.kpis.value.buyers import draw, write

YESTERDAY = date(2026, 3, 31)
near = pytest.approx


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 4, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def buyers(committed_cast: Cast) -> Cast:
    """600 customers of Bodega over a year, bought by chance; margin 40 %."""
    cast = committed_cast
    with tenant_transaction(cast.aurora.pk):
        Client.objects.filter(pk=cast.bodega.pk).update(margin="0.4")
        cast.bodega.refresh_from_db()
        write(cast.bodega, draw(600, date(2025, 4, 1), YESTERDAY))
    return cast


def queue(client: Client) -> ValueModel:
    with tenant_transaction(client.agency_id):
        return value_model_queue(client)


def run(model: ValueModel) -> ValueModel:
    """As the task does it; then as it stands in the database."""
    value(agency_id=model.agency_id, client_id=model.client_id, model_id=model.pk)
    with tenant_transaction(model.agency_id):
        return ValueModel.objects.get(pk=model.pk)


def unmet(model: ValueModel) -> set[str]:
    return {gate["code"] for gate in model.gates if not gate["is_met"]}


def test_a_fit(buyers: Cast) -> None:
    model = run(queue(buyers.bodega))

    assert (model.state, model.error, unmet(model)) == ("done", "", set())
    assert {gate["code"] for gate in model.gates} == set(ASKED)
    assert model.as_of == YESTERDAY
    assert (model.basis, model.margin, model.currency) == ("margin", 0.4, "EUR")
    assert set(model.parameters) == {"r", "alpha", "a", "b", "p", "q", "gamma"}
    assert model.log_likelihood < 0
    assert model.counts["customers"] == 600 > model.counts["repeaters"] > 0
    results = model.results
    assert 0 < results["alive"] < 600
    # The value lies in the next months, at 1 % a month, on the margin: less than 40 % of revenue.
    assert 0.37 * results["revenue"] < results["value"] < 0.4 * results["revenue"]
    top = results["top"]
    assert len(top) == 50
    assert [each["value"] for each in top] == sorted((e["value"] for e in top), reverse=True)
    assert stage_of(model.pk) == ""


def test_without_a_margin_values_stay_on_revenue(buyers: Cast) -> None:
    with tenant_transaction(buyers.aurora.pk):
        Client.objects.filter(pk=buyers.bodega.pk).update(margin=None)
    model = run(queue(buyers.bodega))

    assert (model.basis, model.margin) == ("revenue", None)
    assert 0.93 * model.results["revenue"] < model.results["value"] < model.results["revenue"]


def test_too_few_buyers_are_said_and_nothing_is_fitted(committed_cast: Cast) -> None:
    client = committed_cast.bodega
    with tenant_transaction(client.agency_id):
        write(client, draw(499, date(2025, 4, 1), YESTERDAY))
    model = run(queue(client))

    assert (model.state, unmet(model)) == ("gated", {"buyers"})
    assert model.parameters == model.results == {}
    assert model.counts["customers"] == 499


def test_nobody_has_bought(committed_cast: Cast) -> None:
    model = run(queue(committed_cast.bodega))
    assert (model.state, unmet(model)) == ("gated", {"buyers", "days", "recent", "frequent"})


def test_amounts_in_another_currency_are_not_added_up(buyers: Cast) -> None:
    with tenant_transaction(buyers.aurora.pk):
        Sale.objects.filter(external_id__in=["s1", "s2"]).update(currency="USD")
    model = run(queue(buyers.bodega))

    assert (model.state, unmet(model)) == ("gated", {"convertible"})
    assert next(g["found"] for g in model.gates if g["code"] == "convertible") == 2


def test_a_source_that_stopped_delivering(buyers: Cast) -> None:
    """Days without data would look like days without purchases; and 40 days ago is not recent."""
    with tenant_transaction(buyers.aurora.pk):
        SourceSync.objects.update(
            is_live=False, complete_from=date(2025, 4, 1),
            complete_through=YESTERDAY - timedelta(days=40),
        )  # fmt: skip
        assert as_of_day(buyers.bodega) == date(2026, 2, 19)
    model = run(queue(buyers.bodega))

    assert model.as_of == date(2026, 2, 19)
    assert (model.state, unmet(model)) == ("gated", {"recent"})


def test_two_at_once_make_one(committed_cast: Cast) -> None:
    client = committed_cast.bodega
    first = queue(client)
    assert queue(client).pk == first.pk
    # Whoever goes round the service meets the database.
    with pytest.raises(IntegrityError), tenant_transaction(client.agency_id):
        ValueModel.objects.create(agency_id=client.agency_id, client=client)
    run(first)
    assert queue(client).pk != first.pk


def test_what_another_worker_is_at_is_left(committed_cast: Cast) -> None:
    model = queue(committed_cast.bodega)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(Work.VALUE), model.pk])
        later = timezone.now() + timedelta(minutes=5)
        assert due(later).values == ()
        assert run(model).state == "queued"
        other.rollback()
        assert due(later).values == ((model.agency_id, model.client_id, model.pk),)
    finally:
        other.close()
    assert run(model).state == "gated"
    assert due(later).values == ()


def test_a_fit_that_kills_its_worker_is_given_up(committed_cast: Cast) -> None:
    model = queue(committed_cast.bodega)
    with tenant_transaction(model.agency_id):
        ValueModel.objects.filter(pk=model.pk).update(attempts=MOST_ATTEMPTS)
    ended = run(model)
    assert (ended.state, ended.error) == ("failed", GAVE_UP)
    assert run(model).attempts == ended.attempts  # over is over


def test_a_look_sends_what_waits(committed_cast: Cast) -> None:
    sent: list[dict[str, Any]] = []

    def note(sender: str, body: Any, **_: Any) -> None:
        if sender == "kpis.tasks.value":
            sent.append(body[1])

    after_task_publish.connect(note)
    try:
        model = queue(committed_cast.bodega)
        own = {"agency_id": model.agency_id, "client_id": model.client_id, "model_id": model.pk}
        assert sent == [own]  # at once, on commit
        with time_machine.travel(datetime(2026, 4, 1, 12, 1, tzinfo=UTC), tick=False):
            look()
        assert sent == [own, own]
    finally:
        after_task_publish.disconnect(note)


def test_at_most_weekly_by_itself(cast: Cast) -> None:
    with tenant_scope(cast.aurora.pk):
        assert value_model_queue_weekly(cast.bodega) is None  # nobody has bought
        new_sale(cast.bodega, YESTERDAY, 10, is_first=True)
        night_work(cast.bodega, date(2026, 4, 1))
        waiting, done = newest_models(cast.bodega)
        assert waiting and not done
        ValueModel.objects.update(state=FitState.GATED)
        with time_machine.travel(datetime(2026, 4, 8, 11, tzinfo=UTC), tick=False):
            assert value_model_queue_weekly(cast.bodega) is None
        with time_machine.travel(datetime(2026, 4, 8, 13, tzinfo=UTC), tick=False):
            assert value_model_queue_weekly(cast.bodega)


def test_the_task_needs_its_agency(committed_cast: Cast) -> None:
    model = queue(committed_cast.bodega)
    with pytest.raises(ScopeError):
        value(client_id=model.client_id, model_id=model.pk)
    own = {"client_id": model.client_id, "model_id": model.pk}
    assert value_model_run(agency_id=committed_cast.boreal.pk, **own) is None
    with tenant_transaction(committed_cast.boreal.pk):
        assert not ValueModel.objects.exists()


def test_what_counts_as_a_purchase(cast: Cast) -> None:
    """One buyer: twice on a day is once; wholly given back is never; partly given back is less."""
    with tenant_scope(cast.aurora.pk), transaction.atomic():
        buyer = new_customer(cast.bodega)
        first = date(2026, 1, 10)
        new_sale(cast.bodega, first, 50, customer=buyer, is_first=True)
        new_sale(cast.bodega, date(2026, 1, 20), 10, customer=buyer)
        new_sale(cast.bodega, date(2026, 1, 20), 30, customer=buyer)
        back = new_sale(cast.bodega, date(2026, 2, 1), 70, customer=buyer)
        new_refund(back, date(2026, 2, 3), 70)
        part = new_sale(cast.bodega, date(2026, 2, 10), 20, customer=buyer)
        new_refund(part, date(2026, 2, 11), 5)
        new_sale(cast.bodega, date(2026, 4, 9), 99, customer=buyer)  # after the as-of day
        histories = histories_of(cast.bodega, YESTERDAY)
    # x = 2 (20 January, 10 February), the last after 31 days, 80 days old; 10 + 30 + 20 - 5 = 55.
    assert vars(histories) == {
        "customers": (buyer.pk,), "repeats": (2,), "last_day": (31,), "age": (80,), "spent": (55.0,)
    }  # fmt: skip
