"""What a member finds in the inbox, and whose e-mails are due."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Membership
from inbox.models import Choice, Delivery, MailState


def deliveries_of(
    membership: Membership, kind: str = "", is_new_only: bool = False
) -> QuerySet[Delivery]:
    """The member's notices, the newest first."""
    rows = Delivery.objects.filter(
        agency_id=membership.agency_id, membership=membership, is_shown=True
    ).select_related("notice__client")
    if kind:
        rows = rows.filter(notice__kind=kind)
    if is_new_only:
        rows = rows.filter(read_at=None)
    return rows.order_by("-notice__at", "-pk")


def new_count(membership: Membership) -> int:
    return Delivery.objects.filter(
        agency_id=membership.agency_id, membership=membership, is_shown=True, read_at=None
    ).count()


def choices_of(membership: Membership) -> dict[str, Choice]:
    rows = Choice.objects.filter(agency_id=membership.agency_id, membership=membership)
    return {row.kind: row for row in rows}


def mails_due(agency_id: int, at: datetime) -> tuple[Membership, list[Delivery]] | None:
    """One member whose e-mail is due, with all that waits for them, locked. None: nobody's is due.

    Whoever is being mailed to by another worker is not waited for.
    """
    rows = Delivery.objects.filter(agency_id=agency_id, mail=MailState.DUE)
    first = (
        rows.filter(mail_due_at__lte=at)
        .select_for_update(skip_locked=True)
        .order_by("mail_due_at", "pk")
        .first()
    )
    if first is None:
        return None
    held = list(
        rows.filter(membership_id=first.membership_id)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("notice__client", "membership__user", "membership__agency")
        .order_by("notice__at", "pk")
    )
    return held[0].membership, held


def delivery_of(membership: Membership, number: int) -> Delivery | None:
    return deliveries_of(membership).filter(pk=number).first()
