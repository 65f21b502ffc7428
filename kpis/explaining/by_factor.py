"""A change by factor (KPIS D.2): the KPI's own tree, else its formula as it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from kpis.explain import (
    Factor,
    Tree,
    excess,
    factor_change,
    parts,
    terms,
    trees_of,
)
from kpis.explain.effects import MOST_FACTORS
from kpis.explaining.asking import Asking, both, numbers_of
from kpis.explaining.shapes import FACTORS, ExplainedRow, Explanation, Numbers
from kpis.formula import Constant, Expression, Undefined, evaluate, measures, quotients
from kpis.services import AGENCY_ONLY_INPUTS


def by_factor(asking: Asking, whole: Explanation, by: str) -> Explanation:
    """Effects of the first tree whose factors are all known, else of the formula's own parts.

    1. The tree that was asked for, or all, the richest first. 2. The factors of the formula.
    3. The terms of a sum.
    """
    whole = replace(whole, by=by)
    trees = trees_of(whole.kpi, whole.reply.parameters)
    wanted = by.removeprefix(FACTORS).removeprefix("-")
    if wanted:
        trees = tuple(tree for tree in trees if tree.code == wanted)
        if not trees:
            return replace(whole, obstacle="not_applicable")
    for tree in trees:
        found = _by_tree(asking, whole, tree)
        if found is not None:
            return found
    if wanted:
        return replace(whole, obstacle="no_factor_data")
    return _by_formula(asking, whole)


def _by_tree(asking: Asking, whole: Explanation, tree: Tree) -> Explanation | None:
    own, supplied = _own(whole), asking.supplied(tree.supplies)
    if own is None or supplied is None:
        return None
    before, after = (given | mine for given, mine in zip(supplied, own, strict=True))
    rows = [
        ExplainedRow("factor", expression=lever.expression, power=lever.power, lever=lever)
        for lever in tree.levers
    ]
    found = _multiplied(whole, rows, before, after, asking.sees_costs)
    return None if found is None else replace(found, tree=tree)


def _by_formula(asking: Asking, whole: Explanation) -> Explanation:
    own, expression = _own(whole), whole.kpi.expression(whole.reply.parameters)
    if own is None:
        return replace(whole, obstacle="no_factor_data")
    over_one = excess(expression)
    factors = [
        ExplainedRow("factor", expression=each, power=power)
        for each, power in parts(over_one or expression)
    ]
    if sum(not isinstance(row.expression, Constant) for row in factors) > 1:
        found = _multiplied(whole, factors, *own, asking.sees_costs, Fraction(bool(over_one)))
        return found or replace(whole, obstacle="no_factor_data")
    found_terms = [
        ExplainedRow("term", expression=each, power=sign) for each, sign in terms(expression)
    ]
    if len(found_terms) < 2:
        is_from_rows = whole.kpi.aggregation == "rows"
        return replace(whole, obstacle="no_parts" if is_from_rows else "no_factors")
    return _added(whole, found_terms, *own, asking.sees_costs)


def _own(whole: Explanation) -> tuple[Numbers, Numbers] | None:
    """The totals of the KPI's own inputs, before and after."""
    now, then = both(whole.reply.only, whole.kpi.key)
    parameters = whole.reply.parameters
    after, before = (numbers_of(whole.kpi, value, parameters) for value in (now, then))
    return None if before is None or after is None else (before, after)


def _multiplied(
    whole: Explanation,
    rows: Sequence[ExplainedRow],
    before: Numbers,
    after: Numbers,
    sees_costs: bool,
    less: Fraction = Fraction(0),
) -> Explanation | None:
    """The effects of factors; None unless all are known and multiply out to the KPI exactly.

    `less` is what the KPI lacks to their product: 1 for (x − y) ÷ y, whose factors are x and y.
    """
    if len(rows) + (whole.asked is not None) > MOST_FACTORS:
        return None
    valued = list(_valued(rows, before, after))
    factors = [
        Factor(row.before, row.after, row.power)
        for row in valued
        if row.before is not None and row.after is not None
    ]
    if whole.asked is not None:
        if less:
            return None
        valued.append(ExplainedRow("asked", before=whole.asked, after=Fraction(1)))
        factors.append(Factor(whole.asked, Fraction(1)))
    found = factor_change(factors) if len(factors) == len(valued) else None
    if found is None or (found.before - less, found.after - less) != (whole.before, whole.after):
        return None
    explained = [
        _shown(replace(row, effect=effect), sees_costs)
        for row, effect in zip(valued, found.effects, strict=True)
        if not isinstance(row.expression, Constant)
    ]
    return replace(whole, kind="factors", method=found.method, rows=tuple(explained))


def _added(
    whole: Explanation,
    rows: Sequence[ExplainedRow],
    before: Numbers,
    after: Numbers,
    sees_costs: bool,
) -> Explanation:
    """What each term of a sum adds to the change. Agency-only terms are not told apart to a viewer."""
    if not sees_costs and any(_is_agency_only(row.expression) for row in rows):
        return replace(whole, obstacle="agency_parts")
    explained = []
    for row in _valued(rows, before, after):
        if row.before is None or row.after is None:
            return replace(whole, obstacle="no_factor_data")
        before_asked = row.before * (whole.asked or 1)
        effect = row.power * (row.after - before_asked)
        explained.append(replace(row, before=before_asked, effect=effect))
    if sum((row.effect or Fraction(0) for row in explained), Fraction(0)) != whole.change:
        return replace(whole, obstacle="no_factor_data")
    return replace(whole, kind="terms", method="contribution", rows=tuple(explained))


def _valued(
    rows: Sequence[ExplainedRow], before: Numbers, after: Numbers
) -> Iterator[ExplainedRow]:
    for row in rows:
        then, now = (_value(row.expression, numbers) for numbers in (before, after))
        yield replace(row, before=then, after=now)


def _value(expression: Expression | None, numbers: Numbers) -> Fraction | None:
    found = None if expression is None else evaluate(expression, numbers, Fraction)
    return None if isinstance(found, Undefined) else found


def _shown(row: ExplainedRow, sees_costs: bool) -> ExplainedRow:
    """Without its two values where they would be the agency's own costs, named one by one."""
    if sees_costs or not _is_agency_only(row.expression):
        return row
    return replace(row, before=None, after=None)


def _is_agency_only(expression: Expression | None) -> bool:
    if expression is None or quotients(expression):
        return False
    return any(each.key in AGENCY_ONLY_INPUTS for each in measures(expression))
