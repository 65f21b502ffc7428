"""What the formula editor shows while one types: what is wrong and where, or what comes of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from accounts.models import Agency, Client
from kpis.calendar import Period, unit_before, unit_of
from kpis.catalogue import Kpi
from kpis.catalogue.kpi import Words
from kpis.custom import Entry, FormulaInvalid, Problem, Vocabulary
from kpis.custom_kpis.services import DRAFT_KEY, KpiWish, book_with_draft, formula_check, kpi_draft
from kpis.formula import as_text
from kpis.models import Accumulation, GoalKind
from kpis.pages.meaning import atom_name, parameter_words
from kpis.pages.reader import Reader
from kpis.pages.trend import Drawing, drawing
from kpis.question import Question
from kpis.services import answer, calendar_of, last_complete_of, parameters_of

PREVIEW_MONTHS = 6
UNIT_WORDS: dict[str, Words] = {
    "count": gettext_lazy("a count"),
    "percent": gettext_lazy("a percentage"),
    "ratio": gettext_lazy("a ratio, like 3.2"),
    "per": gettext_lazy("so many for each one"),
    "money": gettext_lazy("money"),
    "money_per_day": gettext_lazy("money per day"),
    "seconds": gettext_lazy("seconds"),
    "minutes": gettext_lazy("minutes"),
    "days": gettext_lazy("days"),
    "months": gettext_lazy("months"),
}


@dataclass(frozen=True)
class Piece:
    """A piece of the formula's text; the wrong one is marked."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Choice:
    value: str
    name: Words
    is_chosen: bool


@dataclass(frozen=True)
class Preview:
    """The KPI on one client's last months, by the way that every number takes."""

    client: Client
    drawing: Drawing
    why: str


@dataclass(frozen=True)
class Trial:
    """What comes of a text: a problem with its pieces, or the KPI in words, choices and a preview."""

    problem: Problem | None = None
    pieces: tuple[Piece, ...] = ()
    remark: str = ""
    made_of: str = ""
    units: tuple[Choice, ...] = ()
    goals: tuple[Choice, ...] = ()
    notes: tuple[str, ...] = ()
    preview: Preview | None = None


def trial_of(
    agency: Agency,
    client: Client | None,
    wish: KpiWish,
    key: str,
    on: Client | None,
    reader: Reader | None,
) -> Trial:
    """The formula of a wish, tried out on the data of `on`. Writes nothing."""
    if not wish.formula.strip():
        return Trial()
    try:
        meaning = formula_check(agency, client, wish.formula, key or DRAFT_KEY)
        # A unit or goal that fitted another formula gives way to the usual one.
        wish = replace(wish, name=wish.name or _("New KPI"))
        unit = wish.unit if wish.unit in meaning.units else meaning.units[0]
        kpi = _draft(agency, client, replace(wish, unit=unit), key or DRAFT_KEY)
    except FormulaInvalid as error:
        return Trial(problem=error.problem, pieces=_pieces(wish.formula, error.problem))
    except DomainError as error:
        return Trial(remark=str(error))
    return Trial(
        made_of=as_text(kpi.expression(), atom_name),
        units=tuple(Choice(each, UNIT_WORDS[each], each == kpi.unit) for each in meaning.units),
        goals=_goals(kpi),
        notes=tuple(parameter_words(kpi, parameters_of(on))) if on else (),
        preview=_preview(on, kpi, reader) if on and reader else None,
    )


def _draft(agency: Agency, client: Client | None, wish: KpiWish, key: str) -> Kpi:
    """The KPI with the goal that was chosen, or with the usual one if that makes no sense now."""
    try:
        return kpi_draft(agency, client, wish, key)
    except DomainError as error:
        if error.code != "goal_impossible":
            raise
        return kpi_draft(agency, client, replace(wish, goal_kind="", goal_accumulation=""), key)


def _pieces(text: str, problem: Problem) -> tuple[Piece, ...]:
    start, end = problem.span.start, max(problem.span.end, problem.span.start + 1)
    cut = (Piece(text[:start]), Piece(text[start:end] or " ", True), Piece(text[end:]))
    return tuple(piece for piece in cut if piece.text)


def _goals(kpi: Kpi) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            f"{kind} {way}",
            f"{GoalKind(kind).label}: {Accumulation(way).label}",
            (kind, way) == kpi.goal,
        )
        for kind, way in kpi.goal_modes
    )


def _preview(client: Client, kpi: Kpi, reader: Reader) -> Preview:
    """The last months up to yesterday, the running one included."""
    rules, last = calendar_of(client), last_complete_of(client)
    month = unit_of(last, "month", rules)
    for _each in range(PREVIEW_MONTHS - 1):
        month = unit_before(month, "month", rules)
    question = Question((kpi.key,), Period(month.first, last), by="month")
    found = answer(client, question, True, book=book_with_draft(client, kpi))
    whys = [reader.why(kpi, row.values[kpi.key], found.parameters) for row in found.rows]
    is_empty = all(row.values[kpi.key].value is None for row in found.rows)
    return Preview(client, drawing(kpi, found, [], reader), whys[-1] if is_empty else "")


def offered(vocabulary: Vocabulary, besides: str) -> list[dict[str, Any]]:
    """The names that the editor completes, as its script takes them."""
    return [_offer(entry) for entry in vocabulary.entries(besides)]


def _offer(entry: Entry) -> dict[str, Any]:
    kind = _("KPI") if entry.kind == "kpi" else _("Measure")
    return {
        "key": entry.key,
        "name": str(entry.name),
        "kind": f"{kind} · {UNIT_WORDS[entry.unit]}",
        "own": entry.is_own,
    }


def clients_to_try(client: Client | None, clients: Iterable[Client]) -> list[Client]:
    """On whose data a formula may be tried: the client's own, or any that the writer sees."""
    return [client] if client else list(clients)
