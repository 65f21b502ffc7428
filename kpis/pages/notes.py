"""Notes as lists show them: days, text, who sees them, and what became of what was expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kpis.calendar import Period
from kpis.catalogue import Kpi
from kpis.formats import format_percent, format_points
from kpis.models import Annotation, Direction, Outcome, SizeAs, Visibility
from kpis.pages.reader import Reader
from kpis.pages.tables import short_name

TONES = {
    Outcome.REACHED.value: "good",
    Outcome.NOT_REACHED.value: "bad",
    Outcome.NOT_ENOUGH.value: "quiet",
}


@dataclass(frozen=True)
class NoteRow:
    """`expected` and `outcome` are "" for a note without an effect; `tone` colours the outcome."""

    note: Annotation
    days: str
    text: str
    is_shared: bool
    author: str
    expected: str
    outcome: str
    evidence: str
    tone: str


def note_rows(
    notes: Iterable[Annotation], book: Mapping[str, Kpi], names: Mapping[int, str], reader: Reader
) -> list[NoteRow]:
    """`names`: of the authors that the reader may know."""
    return [_row(note, book.get(note.kpi), names, reader) for note in notes]


def _row(note: Annotation, kpi: Kpi | None, names: Mapping[int, str], reader: Reader) -> NoteRow:
    return NoteRow(
        note=note,
        days=reader.days(Period(note.starts_on, note.ends_on)),
        text=note.text,
        is_shared=note.visibility == Visibility.CLIENT,
        author=names.get(note.author_id or 0, ""),
        expected=expected_text(note, kpi, reader) if kpi else "",
        outcome=_outcome(note, reader) if kpi else "",
        evidence=_evidence(note, kpi, reader) if kpi else "",
        tone=TONES.get(note.outcome, "quiet"),
    )


def expected_text(note: Annotation, kpi: Kpi, reader: Reader) -> str:
    """ "CPL should fall by at least 10.0 %"."""
    is_up = note.direction == Direction.UP
    if note.size is None:
        words = _("%(kpi)s should rise") if is_up else _("%(kpi)s should fall")
        return words % {"kpi": short_name(kpi)}
    if note.size_as == SizeAs.RELATIVE:
        size = format_percent(note.size, reader.locale)
    elif kpi.unit == "percent":
        size = format_points(note.size, reader.locale).removeprefix("+")
    else:
        size = reader.number(note.size, kpi.unit)
    words = (
        _("%(kpi)s should rise by at least %(size)s")
        if is_up
        else _("%(kpi)s should fall by at least %(size)s")
    )
    return words % {"kpi": short_name(kpi), "size": size}


def _outcome(note: Annotation, reader: Reader) -> str:
    if note.outcome:
        return str(Outcome(note.outcome).label)
    return _("To be judged on %(day)s") % {"day": reader.day(note.judged_on)}


def _evidence(note: Annotation, kpi: Kpi, reader: Reader) -> str:
    """What it was judged by: both values, and the days that were held against each other."""
    if not note.outcome or note.compared_from is None or note.compared_to is None:
        return ""
    if note.judged_on is None:
        return ""
    return _("%(before)s → %(after)s: %(days)s against %(compared)s (previous period)") % {
        "before": reader.number(note.before, kpi.unit),
        "after": reader.number(note.after, kpi.unit),
        "days": reader.days(Period(note.starts_on, note.judged_on)),
        "compared": reader.days(Period(note.compared_from, note.compared_to)),
    }
