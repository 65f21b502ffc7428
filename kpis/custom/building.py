"""KPIs made of what people defined: the same object as a built-in one, so every surface has it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import Literal

from django.utils.translation import gettext_lazy as _

from campaigns.measures import Measure
from campaigns.own_measures import OwnTerms, measure_of
from kpis.catalogue import KPIS, Example, Kpi
from kpis.catalogue.kpi import Accumulation, Aggregation, Better, GoalKind, Words
from kpis.custom.problems import FormulaInvalid, Span
from kpis.custom.resolving import Meaning, expression_of, meaning_of
from kpis.custom.vocabulary import Definition, Vocabulary
from kpis.formats import exact_text
from kpis.formula import Atom, Expression, Undefined, atoms, evaluate

GROUP = "own"
#: Small round figures: a worked example that can be followed with a pencil.
_FIGURES = (120, 40, 30, 12, 90, 25, 60, 15, 200, 8, 75, 50)
_DRAWS = 60


@lru_cache(maxsize=512)
def book_with(own: tuple[OwnTerms, ...], definitions: tuple[Definition, ...]) -> Mapping[str, Kpi]:
    """The catalogue with own measures and custom KPIs behind it.

    Remembered by content, so that a KPI that did not change stays the same object. A custom KPI
    whose formula lost its meaning is left out: it never shows a wrong number.
    """
    vocabulary = vocabulary_of(own, definitions)
    book = dict(KPIS)
    for terms in own:
        if not terms.is_archived:
            book[terms.key] = _measure_kpi(terms, vocabulary.own[terms.key])
    for definition in definitions:
        if not definition.is_archived:
            try:
                book[definition.key] = kpi_from(definition, vocabulary)
            except FormulaInvalid:
                continue
    return book


def vocabulary_of(own: Iterable[OwnTerms], definitions: Iterable[Definition]) -> Vocabulary:
    """Names of archived things stay known: formulas that use them go on."""
    return Vocabulary(
        {terms.key: measure_of(terms) for terms in own},
        {definition.key: definition for definition in definitions},
    )


def kpi_from(definition: Definition, vocabulary: Vocabulary) -> Kpi:
    """The KPI of a definition. FormulaInvalid if its formula has no meaning.

    Without a goal of its own it gets the usual one of its kind.
    """
    meaning = meaning_of(definition.formula, vocabulary, definition.key)
    used = tuple(_used(meaning.names, vocabulary))
    kpi = Kpi(
        key=definition.key,
        name=definition.name,
        meaning=definition.meaning or _("A KPI with a formula of its own."),
        pitfall=_("It was written by hand: it is as right as its formula."),
        group=GROUP,
        formula=partial(expression_of, definition.formula, vocabulary, definition.key),
        unit=definition.unit,
        better=definition.better,
        goal=definition.goal,
        dated_by=_("Each part by its own date."),
        source=_defined_by(definition.is_of_client),
        example=example_of(meaning.expression),
        cohort_days=_cohort_days(meaning),
        parameters=_joined(kpi.parameters for kpi in used),
        hidden_dimensions=_joined(kpi.hidden_dimensions for kpi in used),
        needs_margin=any(kpi.needs_margin for kpi in used),
        goal_needs_margin=any(kpi.goal_needs_margin for kpi in used),
    )
    return kpi if kpi.goal else replace(kpi, goal=usual_goal(kpi.better, kpi.aggregation))


def usual_goal(better: Better, aggregation: Aggregation) -> tuple[GoalKind, Accumulation]:
    """The goal people most often set on such a thing: what adds up over days is added up."""
    if aggregation == "sum":
        return ("cap" if better == "lower" else "increase", "cumulative")
    return ("decrease" if better == "lower" else "increase", "level")


def _used(names: Iterable[str], vocabulary: Vocabulary) -> Iterator[Kpi]:
    """The built-in KPIs that these names stand on, through other custom ones."""
    for name in names:
        if name in vocabulary.kpis:
            yield vocabulary.kpis[name]
        elif name in vocabulary.custom:
            inner = meaning_of(vocabulary.custom[name].formula, vocabulary, name)
            yield from _used(inner.names, vocabulary)


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in parts for name in each))


def _cohort_days(meaning: Meaning) -> int | Literal["window", "repeat"]:
    windows = {each.settle_days for each in meaning.measures if each.outcome_family}
    return next(iter(windows)) if windows else 0


def _defined_by(is_of_client: bool) -> Words:
    return _("Defined for this client.") if is_of_client else _("Defined by the agency.")


def _measure_kpi(terms: OwnTerms, measure: Measure) -> Kpi:
    """An own measure is a KPI by itself: that is how it gets goals, cards and a page."""
    formula = Atom(measure)
    return Kpi(
        key=terms.key,
        name=terms.name,
        meaning=terms.description or _("A figure of the client's own, written by day."),
        pitfall=_("It is as complete as what was typed in or imported."),
        group=GROUP,
        formula=formula,
        unit=terms.unit,
        better=terms.better,
        goal=usual_goal(terms.better, "last" if terms.aggregation == "last" else "sum"),
        dated_by=_("The day it was written for."),
        source=_defined_by(terms.is_of_client),
        example=example_of(formula),
    )


def example_of(expression: Expression) -> Example:
    """A worked example with small round figures, answered by the formula itself.

    Figures are drawn until every division has something to divide by. FormulaInvalid if none do.
    """
    needed = atoms(expression)
    for draw in range(_DRAWS):
        figures = {
            atom: _FIGURES[(draw + place) % len(_FIGURES)] + draw // len(_FIGURES)
            for place, atom in enumerate(needed)
        }
        answer = evaluate(
            expression, {atom: Fraction(figure) for atom, figure in figures.items()}, Fraction
        )
        if not isinstance(answer, Undefined):
            parts = {atom.text: (str(figure),) for atom, figure in figures.items()}
            return Example(parts, answer, exact_text(answer) or "")
    raise FormulaInvalid(
        "never_a_value",
        _("What this divides by is never above zero: there would never be a value."),
        Span(0, 0),
    )
