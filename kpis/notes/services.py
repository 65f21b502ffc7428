"""Notes beside a client's numbers: written, removed, put back, and their expected effects judged."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Client
from kpis.book import book_of
from kpis.calculate import Value
from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.compare import PREVIOUS
from kpis.formats import to_decimal
from kpis.models import Annotation, Direction, Outcome, SizeAs, Visibility
from kpis.notes.queries import notes_to_judge
from kpis.question import Question
from kpis.services import answer

LONGEST = 500
#: Days after the day of judgement during which missing data is waited for.
PATIENCE = timedelta(days=14)
_PLACES = Decimal("0.0000000001")
#: From a year before the first data to far ahead: nothing that a chart could ever hold lies outside.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Effect:
    """What is expected: the KPI moves in a direction, by at least `size` (0.1: 10 % or 10 points)."""

    kpi: str
    direction: str
    judged_on: date
    size: Decimal | None = None
    size_as: str = SizeAs.RELATIVE.value


@dataclass(frozen=True)
class NoteWish:
    """A note as a person says it."""

    starts_on: date
    text: str
    ends_on: date | None = None
    visibility: str = Visibility.AGENCY.value
    effect: Effect | None = None


def note_add(client: Client, wish: NoteWish, author_id: int | None) -> Annotation:
    """DomainError `note_invalid` with the fields that are wrong."""
    return Annotation.objects.create(
        agency_id=client.agency_id, client=client, author_id=author_id, **_columns(client, wish)
    )


def note_change(client: Client, note: Annotation, wish: NoteWish) -> None:
    """A changed effect is judged anew."""
    columns = _columns(client, wish)
    judged = ("kpi", "direction", "size", "size_as", "judged_on", "starts_on")
    if any(getattr(note, name) != columns[name] for name in judged):
        columns |= {"outcome": "", "before": None, "after": None, "outcome_at": None}
        columns |= {"compared_from": None, "compared_to": None}
    Annotation.objects.filter(agency_id=client.agency_id, client=client, pk=note.pk).update(
        **columns
    )


def note_remove(client: Client, note: Annotation) -> None:
    _put(client, note, removed_at=timezone.now())


def note_restore(client: Client, note: Annotation) -> None:
    _put(client, note, removed_at=None)


def _put(client: Client, note: Annotation, **columns: object) -> None:
    rows = Annotation.objects.filter(agency_id=client.agency_id, client=client, pk=note.pk)
    rows.update(**columns)


def _columns(client: Client, wish: NoteWish) -> dict[str, object]:
    problems = list(_problems(client, wish))
    if problems:
        raise DomainError("note_invalid", _("Please correct the note."), {"fields": problems})
    effect = wish.effect
    return {
        "starts_on": wish.starts_on,
        "ends_on": wish.ends_on or wish.starts_on,
        "text": wish.text.strip(),
        "visibility": wish.visibility,
        "kpi": effect.kpi if effect else "",
        "direction": effect.direction if effect else "",
        "size": effect.size if effect else None,
        "size_as": effect.size_as if effect and effect.size is not None else "",
        "judged_on": effect.judged_on if effect else None,
    }


def _problems(client: Client, wish: NoteWish) -> "list[tuple[str, str | Promise]]":
    found: list[tuple[str, str | Promise]] = []
    text = wish.text.strip()
    if not text or "\0" in text:
        found.append(("text", _("Write what happened.")))
    if len(text) > LONGEST:
        found.append(("text", _("At most %(most)d characters.") % {"most": LONGEST}))
    last = wish.ends_on or wish.starts_on
    if not EARLIEST <= wish.starts_on <= LATEST:
        found.append(("starts_on", _("That day is too far away.")))
    if last < wish.starts_on:
        found.append(("ends_on", _("The period ends before it begins.")))
    if last > LATEST:
        found.append(("ends_on", _("That day is too far away.")))
    if wish.visibility not in Visibility.values:
        found.append(("visibility", _("Choose who sees it.")))
    return found + (_effect_problems(client, wish, wish.effect) if wish.effect else [])


def _effect_problems(
    client: Client, wish: NoteWish, effect: Effect
) -> "list[tuple[str, str | Promise]]":
    found: list[tuple[str, str | Promise]] = []
    if effect.kpi not in book_of(client):
        found.append(("kpi", _("There is no such KPI.")))
    if effect.direction not in Direction.values:
        found.append(("direction", _("Say whether it should rise or fall.")))
    if effect.judged_on <= wish.starts_on or effect.judged_on > LATEST:
        found.append(("judged_on", _("It can only be judged after it began.")))
    if effect.size is not None and not (effect.size.is_finite() and 0 < effect.size < 10**12):
        found.append(("size", _("The size must be above zero.")))
    if effect.size is not None and effect.size_as not in SizeAs.values:
        found.append(("size_as", _("Say what the size is measured in.")))
    return found


# -- judging -----------------------------------------------------------------------------------


def notes_judge(client: Client, last_complete: date) -> int:
    """Judge the effects whose time is over; how many were. Data that is late is waited for.

    The days from the note's first to the day of judgement are held against the period before
    them, by the rule of `kpis.compare` that pages call "previous period".
    """
    book, count = book_of(client), 0
    for note in notes_to_judge(client, last_complete):
        kpi = book.get(note.kpi)
        if kpi is None or note.judged_on is None:
            continue
        count += _judge(client, note, kpi, note.judged_on, last_complete)
    return count


def _judge(
    client: Client, note: Annotation, kpi: Kpi, judged_on: date, last_complete: date
) -> bool:
    ripe = judged_on + timedelta(days=kpi.lag_days)
    if last_complete < ripe:
        return False
    question = Question((kpi.key,), Period(note.starts_on, judged_on), compare=PREVIOUS)
    reply = answer(client, question, True)
    now = reply.only.values[kpi.key]
    then = reply.only.previous[kpi.key] if reply.only.previous else None
    is_known = then is not None and _is_enough(kpi, now) and _is_enough(kpi, then)
    if not is_known and last_complete < ripe + PATIENCE:
        return False
    outcome = _outcome(note, now, then) if is_known else Outcome.NOT_ENOUGH
    compared = reply.comparison.period if reply.comparison else None
    _put(
        client,
        note,
        outcome=outcome,
        before=_kept(then),
        after=_kept(now),
        compared_from=compared.first if compared else None,
        compared_to=compared.last if compared else None,
        outcome_at=timezone.now(),
    )
    return True


def _is_enough(kpi: Kpi, value: Value) -> bool:
    is_immature = bool(kpi.cohort_days) and value.state == "provisional"
    return (
        value.value is not None
        and value.state != "partial"
        and not value.is_small_sample
        and not is_immature
    )


def _outcome(note: Annotation, now: Value, then: Value | None) -> Outcome:
    if now.value is None or then is None or then.value is None:
        return Outcome.NOT_ENOUGH
    before = Fraction(then.value)
    change = Fraction(now.value) - before
    gained = change if note.direction == Direction.UP else -change
    if note.size is None:
        return Outcome.REACHED if gained > 0 else Outcome.NOT_REACHED
    needed = Fraction(note.size)
    if note.size_as == SizeAs.RELATIVE:
        if before <= 0:
            return Outcome.NOT_ENOUGH
        needed *= before
    return Outcome.REACHED if gained >= needed else Outcome.NOT_REACHED


def _kept(value: Value | None) -> Decimal | None:
    if value is None or value.value is None:
        return None
    return to_decimal(value.value).quantize(_PLACES)
