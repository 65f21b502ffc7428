"""What happens to people, as notices to those who look after them."""

from typing import Any

from django.dispatch import receiver

from accounts.models import Invitation, User
from accounts.signals import invitation_accepted
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
