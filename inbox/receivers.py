"""What happens to people, as notices to those who look after them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from accounts.access import memberships_of
from accounts.models import Invitation, User
from accounts.signals import invitation_accepted, new_login
from accounts.tenancy import tenant_scope
from inbox.services import notice_send


@receiver(invitation_accepted, dispatch_uid="inbox.invitation_accepted")
def tell_of_acceptance(sender: Any, invitation: Invitation, person: User, **_: Any) -> None:
    notice_send(
        invitation.agency_id,
        None,
        "invitation_accepted",
        f"invitation:{invitation.pk}",
        {"person": str(person), "email": person.email},
    )


@receiver(new_login, dispatch_uid="inbox.new_login")
def tell_of_login(
    sender: Any, person: User, device: Any, address: str, at: datetime, **_: Any
) -> None:
    """In one of the person's agencies: the warning is theirs, and once is enough."""
    with transaction.atomic():
        mine = sorted(memberships_of(person), key=lambda each: each.pk)
        if mine:
            agency_id, number = mine[0].agency_id, mine[0].pk
            data = {"device": browser_of(device.agent), "address": address}
            with tenant_scope(agency_id):
                key = f"login:{number}:{at.isoformat()}"
                notice_send(agency_id, None, "new_login", key, data, member_id=number)


#: In this order: each of these writes the names of those after it, too.
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux")
_NAMES = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "macOS"}


def browser_of(agent: str) -> str:
    """ "Firefox, Windows", as far as a browser's own description says so; '' if it says nothing."""
    known = [next((each for each in names if each in agent), "") for names in (BROWSERS, SYSTEMS)]
    return ", ".join(_NAMES.get(each, each) for each in known if each)
