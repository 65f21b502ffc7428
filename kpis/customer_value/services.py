"""Fits of what customers are expected to buy: queued, run by a worker, kept.

A fit is queued until its transaction commits with what came of it. A worker killed at any instruction
leaves it queued with its lock free, and the scheduler sends it again.
"""

import logging
import time
from datetime import timedelta
from functools import partial

from celery import current_app
from django.db import OperationalError
from django.utils import timezone

from accounts.commits import after_commit
from accounts.locks import Work, try_lock
from accounts.models import Client
from accounts.outages import VALKEY_AWAY
from accounts.tenancy import tenant_transaction
from campaigns.models import Sale
from kpis.customer_value.progress import stage_reached, stages_over
from kpis.customer_value.queries import contracts_of, histories_of
from kpis.customer_value.worth import worth_of
from kpis.models import FitState, ValueModel
from kpis.services import standing_of
from kpis.value import science
from kpis.value.estimate import Estimate, estimate
from kpis.value.gates import gates_before

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
EVERY_DAYS = 7
NO_SCIPY = "no_scipy"
GAVE_UP = "gave_up"


def value_model_queue(client: Client, queued_by: int | None = None) -> ValueModel:
    """Have a fit made once this transaction commits; one that waits already is the same. In scope."""
    ValueModel.objects.bulk_create(
        [ValueModel(agency_id=client.agency_id, client=client, queued_by=queued_by)],
        ignore_conflicts=True,  # two at once make one
    )
    waiting = ValueModel.objects.get(
        agency_id=client.agency_id, client=client, state=FitState.QUEUED
    )
    after_commit(_send, waiting)
    return waiting


def value_model_queue_weekly(client: Client) -> ValueModel | None:
    """The night's: queue a fit if the last one is a week old, and there is anything to fit."""
    own = {"agency_id": client.agency_id, "client": client}
    recent = timezone.now() - timedelta(days=EVERY_DAYS)
    if ValueModel.objects.filter(**own, queued_at__gt=recent).exists():
        return None
    if not Sale.objects.filter(**own, is_first=True).exists():
        return None
    return value_model_queue(client)


def value_model_run(agency_id: int, client_id: int, model_id: int) -> ValueModel | None:
    """Run a queued fit to its end, in transactions of its own; outside any scope.

    None if somebody else is at it. An error is tried again, MOST_ATTEMPTS times in all; so is a
    worker's death, which only the count of attempts knows of.
    """
    with tenant_transaction(agency_id):
        model = ValueModel.objects.filter(client_id=client_id, pk=model_id).first()
        if model is None or model.state != FitState.QUEUED:
            return model
        if not try_lock(Work.VALUE, model_id):
            return None
        client = Client.objects.get(pk=client_id)
        model.attempts += 1
        model.save(update_fields=["attempts"])
    if model.attempts > MOST_ATTEMPTS:
        return _ended(model, GAVE_UP)
    if not science.is_available():
        return _ended(model, NO_SCIPY)
    try:
        return _attempt(client, model_id)
    except OperationalError:
        raise  # the database is away: it stays queued
    except Exception:
        log.exception("fit %s of client %s failed", model_id, client_id)
        return _ended(model, GAVE_UP) if model.attempts >= MOST_ATTEMPTS else model


def _attempt(client: Client, model_id: int) -> ValueModel | None:
    began = time.monotonic()
    with tenant_transaction(client.agency_id):
        if not try_lock(Work.VALUE, model_id):
            return None
        model = ValueModel.objects.select_for_update().get(client=client, pk=model_id)
        if model.state != FitState.QUEUED:
            return model
        _work(client, model)
        model.seconds = time.monotonic() - began
        model.finished_at = timezone.now()
        model.save()
        after_commit(stages_over, model_id)
    return model


def _work(client: Client, model: ValueModel) -> None:
    """Fill the model's columns with what came of the client's sales."""
    stage_reached(model.pk, "reading")
    standing = standing_of(client)
    worth = worth_of(client, standing)
    histories = histories_of(client, worth.as_of)
    buying = histories.buying(
        (standing.last_complete - worth.as_of).days,
        contracts_of(client, worth.as_of),
        worth.without_rate,
    )
    margin = None if worth.margin is None else float(worth.margin)
    found = estimate(histories, gates_before(buying), margin, partial(stage_reached, model.pk))
    model.as_of, model.currency = worth.as_of, client.currency
    model.basis, model.margin = ("revenue" if margin is None else "margin"), margin
    model.counts = {
        "customers": buying.buyers,
        "repeaters": sum(each > 0 for each in histories.repeats),
    }
    _keep(model, found)


def _keep(model: ValueModel, found: Estimate) -> None:
    model.state = FitState.DONE if found.buying else FitState.GATED
    model.gates = [gate.as_json() for gate in found.gates]
    model.parameters, model.results, model.error = found.parameters, found.results, ""
    heights = found.log_likelihoods or (None, None)
    model.log_likelihood, model.spending_log_likelihood = heights


def _ended(model: ValueModel, error: str) -> ValueModel:
    """Note a failure after its transaction is gone."""
    with tenant_transaction(model.agency_id):
        model = ValueModel.objects.select_for_update().get(pk=model.pk)
        if model.state == FitState.QUEUED:
            model.state, model.error, model.finished_at = FitState.FAILED, error, timezone.now()
            model.save(update_fields=["state", "error", "finished_at"])
    stages_over(model.pk)
    return model


def _send(model: ValueModel) -> None:
    """Tell the workers. If the broker is away, the scheduler will find the fit queued."""
    which = {"agency_id": model.agency_id, "client_id": model.client_id, "model_id": model.pk}
    try:
        current_app.send_task("kpis.tasks.value", kwargs=which)
    except VALKEY_AWAY as error:
        log.warning("fit %s could not be sent: %s", model.pk, error)
