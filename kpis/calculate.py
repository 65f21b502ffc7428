"""Totals in, values out: the one place where a KPI is computed from the totals of its measures.

Pure. What the totals are summed from is in `kpis.queries`; which periods are compared and what
a change is, in `kpis.compare`; how figures are written, in `kpis.formats`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext_lazy as _

from campaigns.measures import CYCLE_DAYS, RESPONSE_MINUTES, UNCOSTED_VALUE, Measure
from kpis.catalogue.kpi import DEFAULTS, Kpi, Parameters, Reading, Words
from kpis.compare import NO_CHANGE_KNOWN, Change, change
from kpis.coverage import Coverage, Gap
from kpis.formula import Atom, Totals, Undefined, evaluate, factors, quotients
from kpis.spans import LAST_90_DAYS

#: Measures whose total is a middle value: without a row there is none, not zero.
MEDIANS = frozenset({RESPONSE_MINUTES.key, CYCLE_DAYS.key})

State = Literal["final", "provisional", "partial"]
RATE_SAMPLE = 30
UNIT_SAMPLE = 10

REASONS: Mapping[str, Words] = {
    "no_source": _("No source delivers this data yet."),
    "no_data": _("No day of the period has complete data."),
    "not_reported": _("The source does not report this figure."),
    "missing_input": _("A figure that it needs is missing."),
    "zero_denominator": _("There is nothing to divide by: the denominator is zero."),
    "negative_denominator": _("The figure to divide by is negative."),
    "rate_missing": _("There are amounts in another currency, and no exchange rate for them."),
    "no_rows": _("There is nothing to take the middle value of."),
    "unanswered": _("The lead in the middle is still waiting for an answer."),
    "comparison_incomplete": _("The period to compare with has days without data."),
    "no_budget": _("No budget runs on the last day of the period."),
    "too_few_months": _("It needs at least three whole months with data."),
    "range_not_reported": _("Nobody reported this figure for exactly these days."),
    "margin_missing": _("It needs a margin or the cost of goods, and none is known."),
    "cost_unknown": _(
        "Some goods were sold whose cost is not known, and no margin is set for them."
    ),
    "too_few_days": _("There are too few days of sales to tell a pace: at least 14 are needed."),
    "no_churn": _("No customer left in these months: there is no end to divide by."),
    "never_pays_back": _("A customer leaves no profit in a month: the cost is never recovered."),
    "not_applicable": _("This number makes no sense for this selection."),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A KPI's value, or None and why; its inputs by name; and how far it can be relied on.

    `state`: final (closed), provisional (can still change), partial (days are missing; computed
    over the complete ones, `missing` says what is not there).
    """

    value: Decimal | None
    reason: str | None
    inputs: Mapping[str, Decimal | None]
    state: State
    missing: tuple[Gap, ...] = ()
    is_small_sample: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What a value is asked for: the range, the parameters, and the range compared with.

    `window`: the 90 days up to its end, for a formula that looks that far back.
    """

    coverage: Coverage
    parameters: Parameters = DEFAULTS
    comparison: Coverage | None = None
    filtered_by: frozenset[str] = field(default=frozenset())
    window: Coverage | None = None


def value_of(kpi: Kpi, totals: Totals, scope: Scope) -> Value:
    """The KPI on totals that were summed over the scope's complete days.

    1. Coverage decides the state, and whether there is anything to compute.
    2. A measure without a total is zero if its source is complete, unknown if it is unreported.
    3. Days with an amount that no exchange rate converts count as days without data.
    4. The formula is evaluated once, in Decimal.
    """
    reading = kpi.reading(scope.parameters)
    complete = scope.coverage.complete_range(reading.measures)
    state = _state(reading, scope, complete)
    missing = _missing(reading, scope) if state == "partial" else ()
    obstacle = _obstacle(kpi, reading, scope)
    if obstacle is None and complete is None:
        obstacle = "no_data"
    if obstacle is None and complete is not None and _has_no_rates(reading, scope, complete):
        obstacle = "rate_missing"
    if obstacle is not None:
        return Value(None, obstacle, dict.fromkeys(reading.names), state, missing)
    filled = {atom: _total(atom, totals.get(atom), scope) for atom in reading.atoms}
    inputs = {
        name: None if isinstance(total, Undefined) else total
        for name, total in zip(reading.names, filled.values(), strict=True)
    }
    result = evaluate(reading.expression, filled, Decimal)
    if isinstance(result, Undefined):
        return Value(None, result.reason, inputs, state, missing)
    return Value(result, None, inputs, state, missing, _is_small(kpi, reading, filled))


def state_of(kpi: Kpi, scope: Scope) -> State:
    """How far the KPI can be relied on over the scope, whatever its value."""
    reading = kpi.reading(scope.parameters)
    return _state(reading, scope, scope.coverage.complete_range(reading.measures))


def _state(reading: Reading, scope: Scope, complete: tuple[date, date] | None) -> State:
    coverage = scope.coverage
    if complete != (coverage.start, coverage.end) or _is_window_short(reading, scope):
        return "partial"
    if coverage.rates:
        if coverage.rate_gaps(reading.atoms):
            return "partial"
        if coverage.rates.may_change(reading.atoms, coverage.start, coverage.end):
            return "provisional"
    return "final" if all(map(coverage.is_closed, reading.measures)) else "provisional"


def _is_window_short(reading: Reading, scope: Scope) -> bool:
    """Whether days are missing among the 90 that some part of the formula is read over."""
    window = scope.window
    if window is None or not any(atom.period == LAST_90_DAYS for atom in reading.atoms):
        return False
    return window.complete_range(reading.measures) != (window.start, window.end)


def _missing(reading: Reading, scope: Scope) -> tuple[Gap, ...]:
    gaps = dict.fromkeys(scope.coverage.gaps(reading.measures))
    gaps.update(dict.fromkeys(scope.coverage.rate_gaps(reading.atoms)))
    if scope.window is not None and _is_window_short(reading, scope):
        gaps.update(dict.fromkeys(scope.window.gaps(reading.measures)))
    return tuple(gaps)


def _obstacle(kpi: Kpi, reading: Reading, scope: Scope) -> str | None:
    """The reason why there is no value whatever the totals, or None."""
    if scope.filtered_by and not scope.filtered_by <= set(kpi.dimensions(scope.parameters)):
        return "not_applicable"
    if not all(map(scope.coverage.has_source, reading.measures)):
        return "no_source"
    lacks_margin = kpi.needs_margin and scope.parameters.is_on_revenue
    return "margin_missing" if lacks_margin else None


def _has_no_rates(reading: Reading, scope: Scope, complete: tuple[date, date]) -> bool:
    """Whether no complete day is left once those without an exchange rate are taken out."""
    return scope.coverage.rates.leave_nothing(reading.atoms, *complete)


def _total(atom: Atom, total: object, scope: Scope) -> Decimal | Undefined:
    """An atom's total: as given, zero where a complete source has no row, or unknown."""
    coverage = scope.comparison if atom.period == "comparison" else scope.coverage
    measure = atom.measure
    if atom.period == "comparison":
        whole = coverage and coverage.complete_range([measure]) == (coverage.start, coverage.end)
        if not whole or (coverage and coverage.rate_gaps([replace(atom, period="current")])):
            return Undefined("comparison_incomplete", atom.text)
    if isinstance(total, Undefined):
        return total
    if total is not None:
        return _if_costed(atom, Decimal(total), scope)  # type: ignore[arg-type]
    if coverage is not None and measure.key in coverage.unreported:
        reason = "range_not_reported" if measure.aggregation == "distinct" else "not_reported"
        return Undefined(reason, atom.text)
    if measure.origin == "reported":
        return Undefined("range_not_reported", atom.text)
    if measure.key in MEDIANS:
        return Undefined("no_rows", atom.text)
    return Decimal(0)


def _if_costed(atom: Atom, total: Decimal, scope: Scope) -> Decimal | Undefined:
    """Sales whose goods' cost is unknown leave the client's margin; without one, nobody knows what."""
    if atom.measure.key != UNCOSTED_VALUE.key or not total:
        return total
    held = scope.parameters.during(atom.since, atom.until)
    return Undefined("cost_unknown", atom.text) if held.margin is None else total


def _is_small(kpi: Kpi, reading: Reading, totals: Totals) -> bool:
    """True if some denominator counts fewer cases than a rate (30) or an average (10) needs."""
    enough = RATE_SAMPLE if kpi.unit == "percent" else UNIT_SAMPLE
    sizes = (evaluate(sample, totals, Decimal) for sample in reading.samples)
    return any(isinstance(size, Decimal) and size < enough for size in sizes)


def beside_dash(kpi: Kpi, value: Value, parameters: Parameters = DEFAULTS) -> Decimal | None:
    """The numerator to show beside a dash ("— · 250.00 without leads"), or None if it is 0.

    Only of a plain ratio: of several divisions none has a numerator that says something alone.
    """
    if value.reason != "zero_denominator" or len(quotients(kpi.expression(parameters))) > 1:
        return None
    above, _below = factors(kpi.expression(parameters))
    known = {atom: value.inputs.get(atom.text) for atom in kpi.atoms(parameters)}
    numerator = evaluate(above[-1], known, Decimal)
    return numerator if isinstance(numerator, Decimal) and numerator != 0 else None


def change_between(kpi: Kpi, current: Value, comparison: Value) -> Change:
    """How a KPI changed, in `kpis.compare`'s terms, if like can be compared with like.

    A partial value is not compared, nor is a cohort that is still maturing.
    """
    for value in (current, comparison):
        is_immature = kpi.cohort_days and value.state == "provisional"
        if value.state == "partial" or is_immature:
            return NO_CHANGE_KNOWN
    return change(current.value, comparison.value)


def median_of(rows: Sequence[Decimal | None]) -> Decimal | Undefined:
    """The middle of single cases (minutes, days); None waits for ever; below zero counts as zero.

    With an even count, the mean of the two in the middle. Undefined without rows, and when the
    middle falls on one without an answer.
    """
    if not rows:
        return Undefined("no_rows")
    forever = Decimal("Infinity")
    waits = sorted(forever if each is None else max(each, Decimal(0)) for each in rows)
    middle = len(waits) // 2
    if waits[middle] == forever:
        return Undefined("unanswered")
    return waits[middle] if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2


def example_totals(kpi: Kpi) -> dict[Atom, Decimal | Undefined]:
    """The totals of the KPI's worked example: its parts put together by each measure's class."""
    example = kpi.example
    return {
        atom: _put_together(atom.measure, example.inputs[atom.text])
        for atom in kpi.atoms(example.parameters)
        if atom.text in example.inputs
    }


def _put_together(measure: Measure, parts: Sequence[str | None]) -> Decimal | Undefined:
    numbers = [None if part is None else Decimal(part) for part in parts]
    if measure.key in MEDIANS:
        return median_of(numbers)
    known = [number for number in numbers if number is not None]
    return known[-1] if measure.aggregation == "last" else sum(known, Decimal(0))
