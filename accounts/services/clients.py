"""The clients of an agency."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.addresses import slug_candidates
from accounts.errors import DomainError
from accounts.models import Agency, Client
from accounts.services.archiving import row_archive

#: What a member may set. The address stays as it was made: links and tokens use it.
FIELDS = (
    "name",
    "currency",
    "time_zone",
    "language",
    "week_start",
    "fiscal_month",
    "cost_basis",
    "margin",
    "profit_basis",
    "cohort_days",
    "repeat_days",
    "active_days",
    "sla_minutes",
    "clock",
    "opens_at",
    "closes_at",
    "open_days",
    "contact",
)


def client_create(agency: Agency, fields: dict[str, Any]) -> Client:
    """A client with an address made from its name. `fields` are those of FIELDS, cleaned."""
    values = {name: fields[name] for name in FIELDS if name in fields}
    taken = set(Client.objects.filter(agency=agency).values_list("slug", flat=True))
    for slug in slug_candidates(values["name"], "client"):
        if slug in taken:
            continue
        try:
            with transaction.atomic():
                return Client.objects.create(agency=agency, slug=slug, **values)
        except IntegrityError:  # somebody was faster
            continue
    raise DomainError("name_taken", _("There are too many clients of this name. Choose another."))


def client_change(client: Client, fields: dict[str, Any]) -> Client:
    names = [name for name in FIELDS if name in fields]
    for name in names:
        setattr(client, name, fields[name])
    client.save(update_fields=names)
    return client


def client_archive(client: Client) -> Client:
    """Out of the lists; nothing is deleted, and it can be restored."""
    return row_archive(client)


def client_restore(client: Client) -> Client:
    """Back in the lists; a deletion that was to come is off. Raises DomainError `erasing` on its day.

    A client that was in the archive when its deletion was asked is there again.
    """
    if client.erase_on and client.erase_on <= today_in(client):
        raise DomainError(
            "erasing", _("%(client)s is being deleted: its day has come.") % {"client": client.name}
        )
    asked_at = client.erase_asked_at
    if asked_at is None or client.archived_at == asked_at:
        client.archived_at = None
    client.erase_on = client.erase_by = client.erase_asked_at = None
    client.save(update_fields=["archived_at", *_ERASING])
    return client


def client_erase_later(client: Client, days: int, actor_id: int | None) -> Client:
    """Into the archive at once, and erased so many days from its today. Asked again, the day stays."""
    if client.erase_on is None:
        client.erase_asked_at = timezone.now()
        client.archived_at = client.archived_at or client.erase_asked_at
        client.erase_on, client.erase_by = today_in(client) + timedelta(days=days), actor_id
        client.save(update_fields=["archived_at", *_ERASING])
    return client


_ERASING = ("erase_on", "erase_by", "erase_asked_at")


def today_in(client: Client) -> date:
    return timezone.localdate(timezone=ZoneInfo(client.time_zone))


def client_checklist_close(client: Client) -> Client:
    """The checklist of the first steps is not shown any more, to nobody."""
    client.checklist_closed_at = client.checklist_closed_at or timezone.now()
    client.save(update_fields=["checklist_closed_at"])
    return client
