"""What the workers do for the snapshots, and the scheduler's look at what is due."""

import logging
from datetime import date
from typing import Any

from celery import current_app, shared_task
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Client
from accounts.outages import VALKEY_AWAY
from accounts.tasks import TenantTask
from accounts.tenancy import tenant_transaction
from kpis.arriving.services import arrival_expire, arrival_run
from kpis.clock import PATIENCE_SECONDS, due
from kpis.customer_value.services import value_model_run
from kpis.exports.services import export_expire, export_run
from kpis.leaving.services import agency_erase_due, client_erase_due
from kpis.night import night_run
from kpis.pages.warming import lines_warm
from kpis.snapshots import snapshot_refresh

log = logging.getLogger(__name__)
#: A message that has waited longer is stale: the scheduler has sent another.
EXPIRES_SECONDS = 60


@shared_task(base=TenantTask, opens_transaction=False, name="kpis.tasks.refresh")
def refresh(*, agency_id: int, client_id: int) -> None:
    """Two transactions: what is made ahead for readers is made of what the first has committed."""
    with tenant_transaction(agency_id):
        client = Client.objects.get(agency_id=agency_id, pk=client_id)
        done = snapshot_refresh(client, is_patient=False)
    if done and not done.did_nothing:
        lines_warm(agency_id, client_id)


@shared_task(base=TenantTask, opens_transaction=False, name="kpis.tasks.night")
def night(*, agency_id: int, client_id: int, day: str) -> None:
    if night_run(agency_id, client_id, date.fromisoformat(day)):
        lines_warm(agency_id, client_id)


@shared_task(base=TenantTask, opens_transaction=False, name="kpis.tasks.value")
def value(*, agency_id: int, client_id: int, model_id: int) -> None:
    """Fit what a client's customers are expected to buy. One that is over, or under way, is left."""
    value_model_run(agency_id, client_id, model_id)


@shared_task(base=TenantTask, opens_transaction=False, name="kpis.tasks.export")
def export(*, agency_id: int, client_id: int, export_id: int) -> None:
    """Make a wished export, or clear away one whose days are over."""
    export_run(agency_id, client_id, export_id)
    export_expire(agency_id, client_id, export_id)


@shared_task(base=TenantTask, opens_transaction=False, name="kpis.tasks.arrival")
def arrival(*, agency_id: int, arrival_id: int) -> None:
    """Check an archive, or bring it in, or clear away one whose days are over."""
    done = arrival_run(agency_id, arrival_id)
    if done and done.client_id:
        lines_warm(agency_id, done.client_id)
    arrival_expire(agency_id, arrival_id)


@shared_task(base=TenantTask, opens_transaction=False, name="kpis.tasks.erase")
def erase(*, agency_id: int, client_id: int) -> None:
    client_erase_due(agency_id, client_id)


@shared_task(base=TenantTask, opens_transaction=False, name="kpis.tasks.erase_agency")
def erase_agency(*, agency_id: int) -> None:
    agency_erase_due(agency_id)


@shared_task(name="kpis.tasks.look")
def look() -> None:
    """Enqueue what is due. Sent by the scheduler every few seconds; harmless if it comes twice."""
    found = due(timezone.now())
    for agency_id, client_id in found.refreshes:
        refresh_soon(agency_id, client_id)
    for agency_id, client_id, day in found.nights:
        _send("kpis.tasks.night", agency_id=agency_id, client_id=client_id, day=day.isoformat())
    for agency_id, client_id, model_id in found.values:
        _send("kpis.tasks.value", agency_id=agency_id, client_id=client_id, model_id=model_id)
    for agency_id, client_id, export_id in found.exports:
        _send("kpis.tasks.export", agency_id=agency_id, client_id=client_id, export_id=export_id)
    for agency_id, arrival_id in found.arrivals:
        _send("kpis.tasks.arrival", agency_id=agency_id, arrival_id=arrival_id)
    for agency_id, client_id in found.erasures:
        _send("kpis.tasks.erase", agency_id=agency_id, client_id=client_id)
    for agency_id in found.last_erasures:
        _send("kpis.tasks.erase_agency", agency_id=agency_id)
    for agency_id in found.untold:
        _send("inbox.tasks.hand_out", agency_id=agency_id)
    for agency_id in found.unmailed:
        _send("inbox.tasks.send_mails", agency_id=agency_id)
    for agency_id in found.events_new:
        _send("webhooks.tasks.hand_out", agency_id=agency_id)
    for agency_id, endpoint_id in found.events_due:
        _send("webhooks.tasks.send", agency_id=agency_id, endpoint_id=endpoint_id)
    for agency_id in found.events_old:
        _send("webhooks.tasks.forget", agency_id=agency_id)
    for agency_id, client_id, batch_id in found.imports:
        _send(
            "campaigns.tasks.import_run",
            agency_id=agency_id,
            client_id=client_id,
            batch_id=batch_id,
        )
    for agency_id, invitation_id in found.invitations:
        _send("accounts.tasks.invitation_mail", agency_id=agency_id, invitation_id=invitation_id)
    for letter_id in found.letters:
        _send("accounts.tasks.letter", letter_id=letter_id)


def refresh_soon(agency_id: int, client_id: int) -> None:
    """Have a worker refresh the client; asking again while the first message waits costs little."""
    _send("kpis.tasks.refresh", agency_id=agency_id, client_id=client_id)


def on_facts_changed(*, agency_id: int, client_id: int, **_: Any) -> None:
    """After a commit that changed facts. If the broker is away, the scheduler's look makes up for it."""
    refresh_soon(agency_id, client_id)


def _send(name: str, **kwargs: Any) -> None:
    key = f"sent:{name}:" + ":".join(str(value) for value in kwargs.values())
    try:
        # Only spares duplicates: if the key is there and the message lost, the next look sends one.
        if cache.add(key, 1, PATIENCE_SECONDS):
            current_app.send_task(name, kwargs=kwargs, expires=EXPIRES_SECONDS)
    except VALKEY_AWAY as error:
        log.warning("%s could not be sent: %s", name, error)
