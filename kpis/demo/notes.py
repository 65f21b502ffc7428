"""The demo's notes: what happened lately, one with what was expected of it; and its unusual days."""

from datetime import timedelta

from accounts.models import Client, Language
from kpis.calendar import ONE_DAY
from kpis.models import Direction, Visibility
from kpis.notes.services import Effect, NoteWish, note_add
from kpis.services import last_complete_of
from kpis.watching import watch

#: (days before the last complete day, text, seen by the client too)
HAPPENED = (
    (75, "Campaña de otoño: el presupuesto sube a la mitad más.", True),
    (47, "Formulario nuevo: de ocho campos a tres.", True),
    (20, "Feria del sector; el equipo comercial contestó con retraso.", False),
)
JUDGED_AFTER = 28


def notes_tell(client: Client) -> None:
    """Their words are Spanish, so only a client that reads Spanish gets them. Inside its scope."""
    last = last_complete_of(client)
    if client.language == Language.SPANISH:
        for place, (ago, text, is_shared) in enumerate(HAPPENED):
            starts_on = last - timedelta(days=ago)
            judged_on = starts_on + timedelta(days=JUDGED_AFTER - 1)
            effect = Effect("traffic_to_lead_rate", Direction.UP, judged_on) if place == 1 else None
            seen = Visibility.CLIENT if is_shared else Visibility.AGENCY
            note_add(client, NoteWish(starts_on, text, visibility=seen, effect=effect), None)
    watch(client, last + ONE_DAY)
