"""What is done to leads besides changing their fields: moved, reopened, noted. Each an act."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.models import Client, Membership
from campaigns import lead_services
from campaigns.lead_steps import Move, furthest, step_write, today_of
from campaigns.models import StageChange
from campaigns.models.acts import Verb
from campaigns.records.errors import field_error
from campaigns.records.kinds import KINDS
from campaigns.records.services import Done, rows_as_they_are, rows_locked, writing

LEADS = KINDS["leads"]


def leads_move(client: Client, ids: Iterable[int], move: Move, actor: Membership | None) -> Done:
    """Move leads to a stage, all or none; see lead_services.leads_move. Raises DomainError."""
    rows = rows_locked(LEADS, client, ids)
    with writing(LEADS, client, actor, Verb.MOVE) as opened:
        lead_services.leads_move(client, actor, rows, move)
        opened.count = len(rows)
    return Done(opened, rows_as_they_are(LEADS, rows))


def leads_reopen(client: Client, ids: Iterable[int], actor: Membership | None) -> Done:
    """Take back that leads were won or lost, with the sales that winning made."""
    rows = rows_locked(LEADS, client, ids)
    with writing(LEADS, client, actor, Verb.MOVE) as opened:
        lead_services.leads_reopen(client, actor, rows)
        opened.count = len(rows)
    return Done(opened, rows_as_they_are(LEADS, rows))


def lead_note(client: Client, number: int, note: str, actor: Membership | None) -> Done:
    """Write a line into the history of a lead, where it stands."""
    (lead,) = rows_locked(LEADS, client, [number])
    text, most = note.replace("\0", "").strip(), StageChange._meta.get_field("note").max_length
    if not text:
        raise field_error("note", "required", _("Write the note."))
    if most is not None and len(text) > most:
        message = _("A note has at most %(most)s characters.") % {"most": most}
        raise field_error("note", "invalid", message)
    with writing(LEADS, client, actor, Verb.NOTE) as opened:
        step_write(lead, furthest(lead), actor, on=today_of(client), note=text)
        opened.count = 1
    return Done(opened, [lead])
