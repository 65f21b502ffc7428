"""The daily values that goals' forecasts are made from, read for all of a client's goals together.

A cumulative goal has one side, a ratio over its period two. KPIs that are not sums of stored parts
have no days here, and their goals no forecast.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kpis import queries
from kpis.calendar import Period
from kpis.catalogue import Parameters
from kpis.coverage import Coverage
from kpis.forecast import Days
from kpis.formula import (
    Atom,
    Constant,
    Expression,
    Operation,
    Undefined,
    atoms,
    evaluate,
    quotients,
)
from kpis.goal_standing.values import MOST_SUMS, Ask, Asker, are_plain, narrow
from kpis.queries import Cut, Total, Wanted

#: Days of the past that are read: four years, of which a yearly season needs two.
MOST_DAYS = 1461
VALUE, NUMERATOR, DENOMINATOR = "value", "numerator", "denominator"
#: The days on which something stands in the snapshot, and what.
_Column = dict[date, Total]


@dataclass(frozen=True)
class Side:
    """One additive side of a goal's KPI, over one part of the client, in one currency."""

    kpi: str
    part: str
    expression: Expression
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    currency: str
    is_count: bool

    def __hash__(self) -> int:
        return hash((self.kpi, self.part, self.filters, self.currency))


def sides_of(ask: Ask, parameters: Parameters) -> tuple[Side, ...]:
    """One side of what adds up, two of a ratio of such sums; none of anything else."""
    if not set(dict(ask.filters)) <= set(ask.kpi.dimensions(parameters)):
        return ()
    if ask.kpi.aggregation == "sum":
        parts = [(VALUE, ask.kpi.expression(parameters))]
    elif ask.kpi.aggregation in ("ratio", "derived"):
        parts = _divided(ask.kpi.expression(parameters))
    else:
        return ()
    if not all(are_plain(atoms(part), ask.filters) for _name, part in parts):
        return ()
    return tuple(
        Side(ask.kpi.key, name, part, ask.filters, ask.currency, _is_count(part))
        for name, part in parts
    )


def _divided(expression: Expression) -> list[tuple[str, Expression]]:
    """Both sides of the one division of a formula, a constant factor with the numerator."""
    if not isinstance(expression, Operation):
        return []
    if expression.operator == "*" and isinstance(expression.left, Constant):
        inner = _divided(expression.right)
        return [(n, expression.left * e if n == NUMERATOR else e) for n, e in inner]
    if expression.operator != "/" or len(quotients(expression)) != 1:
        return []
    return [(NUMERATOR, expression.left), (DENOMINATOR, expression.right)]


def _is_count(expression: Expression) -> bool:
    return all(atom.measure.unit == "count" for atom in atoms(expression))


def days_of(asker: Asker, sides: Iterable[Side], through: date) -> dict[Side, Days]:
    """Each side's complete days, by one scan per currency and grain. Sides without days are absent."""
    by_currency: dict[str, list[Side]] = {}
    for side in dict.fromkeys(sides):
        by_currency.setdefault(asker.currency_of(side), []).append(side)
    hull = Period(through - timedelta(days=MOST_DAYS - 1), through)
    found: dict[Side, Days] = {}
    for currency, group in by_currency.items():
        spans = {side: span for side in group if (span := _span(asker, side, hull))}
        if spans:
            found |= _read(asker, spans, currency)
    return found


def _span(asker: Asker, side: Side, hull: Period) -> Period | None:
    """The days on which every source of the side is complete; its first row may come later."""
    coverage: Coverage = asker.coverage(hull)
    days = coverage.complete_range([atom.measure for atom in atoms(side.expression)])
    return Period(*days) if days else None


def _read(asker: Asker, spans: dict[Side, Period], currency: str) -> dict[Side, Days]:
    first, last = min(s.first for s in spans.values()), max(s.last for s in spans.values())
    buckets = tuple(
        Period(day, day)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    )
    plans = {
        side: {atom: _wanted(atom, side, span) for atom in atoms(side.expression)}
        for side, span in spans.items()
    }
    wanted = list(dict.fromkeys(each for plan in plans.values() for each in plan.values() if each))
    totals: dict[Wanted, _Column] = {each: {} for each in wanted}
    for start in range(0, len(wanted), MOST_SUMS):
        part = wanted[start : start + MOST_SUMS]
        read = queries.totals_for(
            asker.client, part, Cut(buckets, None, {}, currency), asker.standing.stock_through
        )
        for (index, _split), found in read.items():
            day = buckets[index].first
            for each, total in found.items():
                if total is not None:
                    totals[each][day] = total
    return {
        side: days
        for side, plan in plans.items()
        if (days := _days(side, plan, spans[side], totals)) is not None
    }


def _wanted(atom: Atom, side: Side, span: Period) -> Wanted | None:
    first, last = max(span.first, atom.since or date.min), min(span.last, atom.until or date.max)
    return Wanted(narrow(atom, side.filters), Period(first, last)) if first <= last else None


def _days(
    side: Side,
    plan: dict[Atom, Wanted | None],
    span: Period,
    totals: dict[Wanted, _Column],
) -> Days | None:
    """From the first day with any row on: before it, there was no business to forecast from.

    None without a row, and where an amount has no rate: half a series forecasts half of it. The
    days without a row are alike and computed once.
    """
    columns = {atom: totals[wanted] if wanted else {} for atom, wanted in plan.items()}
    known = {day for column in columns.values() for day in column if day in span}
    if not known:
        return None
    first = min(known)
    nothing = evaluate(side.expression, dict.fromkeys(plan, Decimal(0)), Decimal)
    if isinstance(nothing, Undefined):
        return None
    values = [float(nothing)] * ((span.last - first).days + 1)
    for day in known:
        mine = {atom: column.get(day) or Decimal(0) for atom, column in columns.items()}
        value = evaluate(side.expression, mine, Decimal)
        if isinstance(value, Undefined):
            return None
        values[(day - first).days] = float(value)
    return Days(first, tuple(values), side.is_count)


def scope_text(side: Side) -> str:
    """The part of the client, as a key: `channel=email|sms;campaign=7`."""
    return ";".join(f"{name}={'|'.join(sorted(values))}" for name, values in sorted(side.filters))
