"""What the workers do for the inbox: hand notices out, send the e-mails that are due."""

from celery import shared_task
from django.utils import timezone

from accounts.tasks import TenantTask
from inbox.sending import mails_send
from inbox.services import notices_hand_out


@shared_task(base=TenantTask, name="inbox.tasks.hand_out")
def hand_out(*, agency_id: int) -> None:
    notices_hand_out(agency_id, timezone.now())


@shared_task(base=TenantTask, opens_transaction=False, name="inbox.tasks.send_mails")
def send_mails(*, agency_id: int) -> None:
    mails_send(agency_id, timezone.now())
