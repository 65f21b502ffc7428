"""What the parts of an explanation are called. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from kpis.catalogue import Kpi, Parameters
from kpis.explaining.shapes import ExplainedRow, Explanation
from kpis.formula import Atom, Expression, as_text, map_atoms
from kpis.pages.dimensions import value_name
from kpis.pages.meaning import atom_name
from kpis.rules import dimension_of

#: KPIs by their formula, whatever the days it is read over.
Names = Mapping[Expression, Kpi]

#: What a formula's exponents say of how to write its value; anything else is a plain ratio.
_UNITS = {
    frozenset({("count", 1)}): "count",
    **{
        frozenset(parts): unit
        for unit in ("money", "seconds", "minutes", "days")
        for parts in ([(unit, 1)], [(unit, 1), ("count", -1)])
    },
}


def formula_names(book: Mapping[str, Kpi], parameters: Parameters) -> Names:
    """The KPIs of a book that are computed, by their formula."""
    found: dict[Expression, Kpi] = {}
    for kpi in book.values():
        expression = kpi.expression(parameters)
        if not isinstance(expression, Atom):
            found.setdefault(_anytime(expression), kpi)
    return found


def formula_unit(expression: Expression, names: Names) -> str:
    """How its value is written: as that of the KPI it is, else by what it is made of."""
    known = names.get(_anytime(expression))
    if known is not None:
        return known.unit
    exponents = {name: power for name, power in dimension_of(expression).items() if power}
    return _UNITS.get(frozenset(exponents.items()), "ratio")


def _anytime(expression: Expression) -> Expression:
    return map_atoms(expression, lambda atom: replace(atom, period="current"))


def factor_name(row: ExplainedRow, names: Names) -> str:
    """A factor's or a term's name: its lever's, that of the KPI it is, or its formula."""
    if row.lever is not None:
        return str(row.lever.name)
    if row.expression is None:
        return ""
    known = names.get(_anytime(row.expression))
    return str(known.name) if known else as_text(row.expression, atom_name)


def row_name(found: Explanation, row: ExplainedRow, names: Names) -> str:
    """What stands at the head of a row of the table."""
    if row.kind in ("factor", "term"):
        return factor_name(row, names)
    if row.kind == "rest":
        return _("The %(count)d smallest, together") % {"count": found.joined}
    if row.kind == "alone":
        return alone_name(found)
    return value_name(found.by, row.key, row.label)


def alone_name(found: Explanation) -> str:
    """ "Ad spend without New leads"."""
    if found.sides is None:
        return ""
    return _("%(numerator)s without %(denominator)s") % {
        "numerator": as_text(found.sides.above, atom_name),
        "denominator": as_text(found.sides.below, atom_name),
    }
