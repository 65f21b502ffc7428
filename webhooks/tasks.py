"""What the workers do for webhooks: hand events to endpoints, send what is due, forget what is old."""

from celery import shared_task
from django.utils import timezone

from accounts.tasks import TenantTask
from webhooks.handing import events_forget, events_hand_out
from webhooks.sending import deliveries_send


@shared_task(base=TenantTask, name="webhooks.tasks.hand_out")
def hand_out(*, agency_id: int) -> None:
    events_hand_out(agency_id, timezone.now())


@shared_task(base=TenantTask, opens_transaction=False, name="webhooks.tasks.send")
def send(*, agency_id: int, endpoint_id: int) -> None:
    deliveries_send(agency_id, endpoint_id)


@shared_task(base=TenantTask, name="webhooks.tasks.forget")
def forget(*, agency_id: int) -> None:
    events_forget(agency_id, timezone.now())
