"""What a closed number became since: its three readings, and the ledger as sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.measures import MEASURES
from kpis.as_of import AsOf
from kpis.calculate import Value
from kpis.catalogue import Kpi
from kpis.formats import minor_units
from kpis.pages.meaning import why_written
from kpis.pages.reader import Reader, measure_name
from kpis.question import Answer, Question
from kpis.restatements import Correction, Moved, is_much

MOST_SENTENCES = 6
#: Reasons under which rows come in from outside.
DELIVERED = frozenset(("import", "api", "demo"))


class Asking(Protocol):
    def __call__(self, question: Question, /) -> Answer: ...


@dataclass(frozen=True)
class Told:
    """One reading of the number: what it is called, the figure, and a remark."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class CorrectionRow:
    correction: Correction
    day: str
    measure: str
    difference: str
    why: str


@dataclass(frozen=True)
class Restated:
    """The panel: readings (none if nothing moved and nothing was asked), sentences, the ledger."""

    readings: tuple[Told, ...]
    notice: str
    sentences: tuple[str, ...]
    rows: tuple[CorrectionRow, ...]
    as_of: date | None


def sentence(moved: Moved, reader: Reader, time_zone: str) -> str:
    """ "New leads, 10 Mar 2026: reported 412 on 3 March, now 431: +17 late, +2 reclassified"."""
    unit = moved.measure.unit
    on = moved.reported_at.astimezone(ZoneInfo(time_zone)).date()
    parts = ", ".join(
        part_words(part.reasons, part.difference, unit, reader) for part in moved.parts
    )
    told = _("reported %(reported)s on %(on)s, now %(now)s: %(parts)s") % {
        "reported": reader.number(moved.reported, unit),
        "on": reader.day(on),
        "now": reader.number(moved.now, unit),
        "parts": parts,
    }
    return _("%(measure)s, %(days)s: %(told)s") % {
        "measure": measure_name(moved.measure.key),
        "days": reader.period(moved.days),
        "told": told,
    }


def part_words(reasons: Sequence[str], difference: Decimal, unit: str, reader: Reader) -> str:
    """ "+17 late": what came for one set of reasons. The words agree with the figure's number."""
    said = {"difference": reader.number(difference, unit, signed=True)}
    count = 1 if abs(difference) == 1 else 2 if difference % 1 else int(abs(difference))
    known = set(reasons)
    if known and known <= DELIVERED:
        if difference > 0:
            return ngettext("%(difference)s late", "%(difference)s late", count) % said
        return (
            ngettext(
                "%(difference)s withdrawn by the source",
                "%(difference)s withdrawn by the source",
                count,
            )
            % said
        )
    if known == {"reclassified"}:
        return ngettext("%(difference)s reclassified", "%(difference)s reclassified", count) % said
    if known == {"manual"}:
        return (
            ngettext("%(difference)s corrected by hand", "%(difference)s corrected by hand", count)
            % said
        )
    if known == {"undo"}:
        return (
            ngettext(
                "%(difference)s by an import undone", "%(difference)s by an import undone", count
            )
            % said
        )
    if known <= {"rebuilt", "night", "window"} and known:
        return ngettext("%(difference)s recounted", "%(difference)s recounted", count) % said
    return _("%(difference)s (%(reasons)s)") % {**said, "reasons": why_written(reasons)}


def restated_panel(
    kpi: Kpi,
    asked: Question,
    value: Value,
    moved: Sequence[Moved],
    corrections: Iterable[Correction],
    as_of: date | None,
    ask: Asking,
    reader: Reader,
    time_zone: str,
) -> Restated:
    """Asks for the first reading only where something moved, for a past one only on demand."""
    readings: list[Told] = []
    notice = ""
    if moved or as_of:
        first = _reading(kpi, asked, AsOf(), ask)
        if first is not None:
            readings.append(Told(_("As first reported"), reader.value(kpi, first)))
            notice = _much(kpi, first, value, reader)
        if as_of:
            readings.append(_then(kpi, asked, as_of, ask, reader))
        note = (
            ""
            if first is not None
            else _("No earlier reading: some day is not closed yet, or it is counted anew.")
        )
        readings.append(Told(_("Now"), reader.value(kpi, value), note))
    return Restated(
        tuple(readings),
        notice,
        tuple(sentence(each, reader, time_zone) for each in moved[-MOST_SENTENCES:]),
        tuple(correction_row(each, reader) for each in corrections),
        as_of,
    )


def _reading(kpi: Kpi, asked: Question, as_of: AsOf, ask: Asking) -> Value | None:
    """The value as of then, or None if it is not known."""
    row = ask(_plain(asked, as_of)).only
    return row.values[kpi.key] if kpi.key in row.read_back else None


def _plain(asked: Question, as_of: AsOf) -> Question:
    return Question(asked.keys, asked.period, filters=asked.filters, as_of=as_of)


def _then(kpi: Kpi, asked: Question, day: date, ask: Asking, reader: Reader) -> Told:
    name = _("As of %(day)s") % {"day": reader.day(day)}
    value = _reading(kpi, asked, AsOf(day=day), ask)
    if value is None:
        return Told(name, "—", _("Not known: some day of the period was not closed by then."))
    return Told(name, reader.value(kpi, value))


def _much(kpi: Kpi, first: Value, now: Value, reader: Reader) -> str:
    """A notice if the number moved by 5 % or more, and by its smallest step (KPIS G.3)."""
    if (
        first.value is None
        or now.value is None
        or not is_much(first.value, now.value, smallest_step(kpi.unit, reader.currency))
    ):
        return ""
    return _("It was %(first)s when it was first reported, and is %(now)s now.") % {
        "first": reader.value(kpi, first),
        "now": reader.value(kpi, now),
    }


def smallest_step(unit: str, currency: str | None) -> Decimal:
    """The least difference that can be seen in a figure of this unit."""
    if unit in ("money", "money_per_day"):
        return Decimal(1).scaleb(-minor_units(currency))
    return {"percent": Decimal("0.001"), "ratio": Decimal("0.01"), "per": Decimal("0.01")}.get(
        unit, Decimal(1)
    )


def correction_row(each: Correction, reader: Reader) -> CorrectionRow:
    """A line of the ledger in words."""
    unit = MEASURES[each.measure].unit
    return CorrectionRow(
        each,
        reader.day(each.day),
        measure_name(each.measure),
        reader.number(each.difference, unit, signed=True),
        why_written(each.reasons),
    )


def as_of_asked(text: str) -> date | None:
    """The day that the page's address asks for; nothing for what is no day."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def moved_figures(moved: Iterable[Moved], currency: str) -> list[Moved]:
    """Those that moved by so much that their readers should know, the latest month first."""
    return [
        each
        for each in moved
        if is_much(each.reported, each.now, smallest_step(each.measure.unit, currency))
    ]
