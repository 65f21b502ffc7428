"""What the inbox's tests share: a night that failed, told; and who finds what."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import override

from accounts.models import Agency, Client, Membership, User
from inbox.queries import deliveries_of
from inbox.services import notice_send, notices_hand_out
from inbox.words import told

AT = datetime(2026, 3, 20, 12, tzinfo=UTC)
NIGHT = {"day": "2026-03-20", "attempts": 5}


def membership(agency: Agency, user: User) -> Membership:
    return Membership.objects.select_related("agency", "user").get(agency=agency, user=user)


def send_night(client: Client, key: str = "night:1", **data: Any) -> None:
    notice_send(client.agency_id, client, "night_failed", key, {**NIGHT, **data})


def hand_out(agency: Agency) -> int:
    return notices_hand_out(agency.pk, AT)


def titles(agency: Agency, user: User) -> list[str]:
    """What the person's inbox says in English, the newest first."""
    mine = membership(agency, user)
    with override("en"):
        return [told(each, agency).title for each in deliveries_of(mine)]
