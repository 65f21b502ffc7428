"""Telling: a notice is written, handed to those it concerns, read, mailed; and what each one chose."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Client, Membership, MembershipClient
from inbox.kinds import KINDS, Kind
from inbox.models import Choice, Delivery, MailState, Notice

#: What happens within it goes to a person in one e-mail.
GATHERED = timedelta(minutes=2)


def notice_send(
    agency_id: int,
    client: Client | None,
    kind: str,
    key: str,
    data: Mapping[str, Any],
    member_id: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """Note that something happened, in the transaction in which it did; said before: nothing.

    member_id: for that membership alone. due_at: nobody hears of it before. Inside a scope
    that sees the client, or all clients for what concerns the agency. The worker hands it on.
    """
    declared = KINDS[kind]
    if declared.is_of_client != (client is not None):
        raise ValueError(f"{kind} is {'' if declared.is_of_client else 'not '}about a client")
    Notice.objects.bulk_create(
        [
            Notice(
                agency_id=agency_id,
                client=client,
                kind=kind,
                key=key,
                data=dict(data),
                member_id=member_id,
                due_at=due_at,
            )
        ],
        ignore_conflicts=True,
    )


def notices_end(agency_id: int, client: Client, kind: str, keys_that_stand: Iterable[str]) -> None:
    """What was told of this kind and is no longer so is over."""
    told = Notice.objects.filter(agency_id=agency_id, client=client, kind=kind, over_at=None)
    told.exclude(key__in=list(keys_that_stand)).update(over_at=timezone.now())


def notices_lead_nowhere(agency_id: int, keys_begin: str, place: str) -> None:
    """The page of what these were told of is gone: `place`, which led to it, is taken out of them."""
    told = Notice.objects.filter(agency_id=agency_id, key__startswith=keys_begin)
    for notice in told.filter(data__has_key=place):
        del notice.data[place]
        notice.save(update_fields=["data"])


def notices_hand_out(agency_id: int, at: datetime) -> int:
    """Give each new notice to the members whom it concerns. In system scope; twice is once."""
    waiting = list(
        Notice.objects.select_for_update(skip_locked=True)
        .filter(Q(due_at=None) | Q(due_at__lte=at), agency_id=agency_id, told_at=None)
        .order_by("pk")
    )
    if not waiting:
        return 0
    chosen = {
        (row.membership_id, row.kind): row for row in Choice.objects.filter(agency_id=agency_id)
    }
    people = _people(agency_id)
    Delivery.objects.bulk_create(
        [
            _delivery(notice, membership, chosen.get((membership.pk, notice.kind)), at)
            for notice in waiting
            for membership, clients in people
            if _concerns(notice, membership, clients)
        ],
        ignore_conflicts=True,
    )
    Notice.objects.filter(agency_id=agency_id, pk__in=[row.pk for row in waiting]).update(
        told_at=at
    )
    return len(waiting)


def _people(agency_id: int) -> list[tuple[Membership, set[int] | None]]:
    """The members of today, each with the clients they see (None: all)."""
    limited: dict[int, set[int]] = {}
    for row in MembershipClient.objects.filter(agency_id=agency_id):
        limited.setdefault(row.membership_id, set()).add(row.client_id)
    memberships = Membership.objects.filter(agency_id=agency_id, ended_on=None).order_by("pk")
    return [
        (each, None if each.sees_all_clients else limited.get(each.pk, set()))
        for each in memberships
    ]


def _concerns(notice: Notice, membership: Membership, clients: set[int] | None) -> bool:
    kind = KINDS[notice.kind]
    if notice.member_id is not None:
        return notice.member_id == membership.pk
    if not kind.concerns(membership.role):
        return False
    return clients is None or notice.client_id in clients


def _delivery(
    notice: Notice, membership: Membership, choice: Choice | None, at: datetime
) -> Delivery:
    kind = KINDS[notice.kind]
    is_mailed = choice.is_mailed if choice else kind.is_mailed
    return Delivery(
        agency_id=notice.agency_id,
        membership=membership,
        notice=notice,
        is_shown=choice.is_shown if choice else True,
        mail=MailState.DUE if is_mailed else MailState.NONE,
        mail_due_at=at + GATHERED if is_mailed else None,
    )


def notices_read(membership: Membership, numbers: Iterable[int] | None = None) -> int:
    """The member has seen these deliveries; None: all of theirs. Answers how many were new."""
    mine = Delivery.objects.filter(
        agency_id=membership.agency_id, membership=membership, read_at=None
    )
    if numbers is not None:
        mine = mine.filter(pk__in=list(numbers))
    return mine.update(read_at=timezone.now())


def notice_unread(membership: Membership, number: int) -> int:
    """Put one back among the new ones."""
    mine = Delivery.objects.filter(agency_id=membership.agency_id, membership=membership, pk=number)
    return mine.update(read_at=None)


def choices_set(membership: Membership, wanted: Mapping[str, tuple[bool, bool]]) -> None:
    """kind → (in the inbox, by e-mail). From now on; what has been told stays."""
    for key, (is_shown, is_mailed) in wanted.items():
        Choice.objects.update_or_create(
            agency_id=membership.agency_id,
            membership=membership,
            kind=key,
            defaults={"is_shown": is_shown, "is_mailed": is_mailed},
        )


def kinds_for(membership: Membership) -> list[Kind]:
    """What a member can be told at all, by their role."""
    return [kind for kind in KINDS.values() if kind.concerns(membership.role)]
