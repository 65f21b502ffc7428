"""A change by the values of one dimension (KPIS D.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from kpis.catalogue import Kpi, Parameters
from kpis.explain import (
    Contribution,
    MixRate,
    Part,
    Segment,
    Sides,
    is_additive,
    quotient,
    ratio_change,
    sum_change,
)
from kpis.explaining.asking import Asking, both, exact_value, numbers_of
from kpis.explaining.shapes import ExplainedRow, Explanation
from kpis.formula import Undefined, evaluate
from kpis.question import Row


def by_segment(asking: Asking, whole: Explanation, dimension: str) -> Explanation:
    """Mix and rate of a ratio, contributions to a sum; figures side by side of anything else."""
    whole = replace(whole, by=dimension)
    kpi, parameters = whole.kpi, whole.reply.parameters
    filtered = whole.reply.question.filters.get(dimension, ())
    if dimension not in kpi.dimensions(parameters) or len(filtered) == 1:
        return replace(whole, obstacle="not_applicable")
    rows = asking.split(dimension).rows
    expression = kpi.expression(parameters)
    sides = quotient(expression)
    if sides is None and not is_additive(expression):
        kind = kpi.aggregation if kpi.aggregation in ("distinct", "rows") else "derived"
        return _apart(whole, rows, kind)
    segments = [
        _segment(kpi, row, parameters, sides or Sides(expression, expression)) for row in rows
    ]
    known = [_as_asked(each, whole.asked) for each in segments if each is not None]
    if len(known) < len(segments):
        return _apart(whole, rows, "no_sum")
    labels = {row.split or "": row.label for row in rows}
    if sides is None:
        return _contributions(whole, rows, known, labels)
    return _mixed(replace(whole, sides=sides), rows, known, labels)


def _segment(kpi: Kpi, row: Row, parameters: Parameters, sides: Sides) -> Segment | None:
    found = []
    for value in reversed(both(row, kpi.key)):
        numbers = numbers_of(kpi, value, parameters)
        if numbers is None:
            return None
        above = evaluate(sides.above, numbers, Fraction)
        below = evaluate(sides.below, numbers, Fraction)
        if isinstance(above, Undefined) or isinstance(below, Undefined):
            return None
        found.append(Part(above, below))
    return Segment(row.split or "", *found)


def _as_asked(segment: Segment, asked: Fraction | None) -> Segment:
    """What is divided, as much larger before as was asked for; what divides stays."""
    before = Part(segment.before.above * (asked or 1), segment.before.below)
    return replace(segment, before=before)


def _mixed(
    whole: Explanation, rows: Sequence[Row], segments: Sequence[Segment], labels: dict[str, str]
) -> Explanation:
    found = ratio_change(segments)
    if found is None or (found.before, found.after) != (whole.before, whole.after):
        return _apart(whole, rows, "no_sum")
    explained = [_mix_row(row, labels) for row in found.rows]
    if found.alone_keys:
        lonely = ExplainedRow(
            "alone",
            before=found.alone_before,
            after=found.alone_after,
            effect=found.alone,
            members=tuple(labels.get(key or "") or (key or "") for key in found.alone_keys),
        )
        explained.append(lonely)
    return replace(
        whole, kind="ratio", method="mix_rate", rows=_ranked(explained), joined=found.joined
    )


def _mix_row(row: MixRate, labels: dict[str, str]) -> ExplainedRow:
    return ExplainedRow(
        "rest" if row.key is None else "segment",
        row.key or "",
        labels.get(row.key or "", ""),
        row.rate_before,
        row.rate_after,
        row.share_before,
        row.share_after,
        row.mix,
        row.rate,
        row.total,
    )


def _contributions(
    whole: Explanation, rows: Sequence[Row], segments: Sequence[Segment], labels: dict[str, str]
) -> Explanation:
    found = sum_change(
        Contribution(each.key, each.before.above, each.after.above) for each in segments
    )
    if (found.before, found.after) != (whole.before, whole.after):
        return _apart(whole, rows, "no_sum")
    explained = [
        ExplainedRow(
            "rest" if row.key is None else "segment",
            row.key or "",
            labels.get(row.key or "", ""),
            row.before,
            row.after,
            effect=row.total,
        )
        for row in found.rows
    ]
    return replace(
        whole, kind="sum", method="contribution", rows=_ranked(explained), joined=found.joined
    )


def _apart(whole: Explanation, rows: Iterable[Row], obstacle: str) -> Explanation:
    """Each segment's own value in both periods; they do not add up, and nothing says they do."""
    parameters = whole.reply.parameters
    found = []
    for row in rows:
        now, then = (
            exact_value(whole.kpi, value, parameters) for value in both(row, whole.kpi.key)
        )
        if now is not None or then is not None:
            found.append(ExplainedRow("segment", row.split or "", row.label, then, now))
    return replace(whole, kind="apart", obstacle=obstacle, rows=tuple(found))


def _ranked(rows: Iterable[ExplainedRow]) -> tuple[ExplainedRow, ...]:
    """The largest effect first; the rest last."""
    return tuple(
        sorted(rows, key=lambda row: (row.kind == "rest", -abs(row.effect or Fraction(0))))
    )
