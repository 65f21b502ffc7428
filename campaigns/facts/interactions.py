"""Contacts with customers and leads."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import Client
from campaigns.facts.named import look_for_leads
from campaigns.facts.rows import Fault, Row, lay_moment, local_day
from campaigns.facts.upsert import Days, Kind, Pending
from campaigns.models import Customer, Interaction, Salesperson
from campaigns.models.contacts import InteractionKind


def interaction_lay(contact: Interaction, row: Row, client: Client) -> Iterator[Fault]:
    """A meeting of which nobody says whether it took place did."""
    was = contact.kind
    contact.kind = row.get("kind") or contact.kind
    for name in ("is_inbound", "is_bulk"):
        if name in row:
            setattr(contact, name, bool(row[name]))
    is_held = row.get("is_held")
    if contact.kind != InteractionKind.MEETING:
        contact.is_held = False
    elif is_held is not None or was != contact.kind:
        contact.is_held = is_held is not False
    lay_moment(contact, row, "happened")
    if not contact.kind:
        yield Fault("kind", "required", _("It needs its kind."))
    if not (contact.happened_at or contact.happened_date):
        yield Fault("happened_at", "required", _("It needs happened_at or happened_on."))


def _point_at_leads(client: Client, good: list[Pending]) -> None:
    for one in good:
        if "lead" in one.row:
            lead = one.found.get("lead")
            one.fact.lead_id = lead.pk if lead else None


def _record(client: Client, written: Sequence[Pending]) -> Days:
    days = [day for one in written if (day := local_day(one.fact, "happened"))]
    return {"activity": min(days)}


INTERACTIONS = Kind(
    model=Interaction,
    lay=interaction_lay,
    constraint="interaction_once",
    look=look_for_leads,
    references={"salesperson": Salesperson, "customer": Customer},
    settle=_point_at_leads,
    record=_record,
)
