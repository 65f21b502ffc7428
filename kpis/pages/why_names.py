"""What the parts of an explanation are called. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from kpis.catalogue import Kpi, Parameters
from kpis.catalogue import atoms as a
from kpis.catalogue.kpi import Words
from kpis.explaining.shapes import ExplainedRow, Explanation
from kpis.formula import Atom, Expression, as_text, map_atoms
from kpis.pages.dimensions import value_name
from kpis.pages.meaning import atom_name
from kpis.rules import dimension_of


@dataclass(frozen=True)
class Named:
    """What a formula is called, and how its value is written."""

    name: Words
    unit: str


#: Formulas that have a name, whatever the days they are read over.
Names = Mapping[Expression, Named]
#: Longer than this, the formula of a numerator says less than that it stands alone.
LONGEST = 60

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
    """The KPIs of a book that are computed, and the sums that several of them share."""
    found: dict[Expression, Named] = {
        _anytime(a.MARKETING_COST): Named(_("Marketing cost"), "money"),
        _anytime(a.MEDIA_AND_FEES): Named(_("Ad spend and agency fees"), "money"),
        _anytime(a.gross_profit(parameters)): Named(_("Gross profit"), "money"),
        _anytime(a.credited_profit(parameters)): Named(
            _("Gross profit credited to marketing"), "money"
        ),
        _anytime(a.REVENUE.where(channel=a.CREDITED_CHANNELS)): Named(
            _("Revenue credited to marketing"), "money"
        ),
        _anytime(a.PAID_REVENUE): Named(_("Revenue of paid channels"), "money"),
        _anytime(1 - a.STAYED / a.CUSTOMERS_START): Named(_("Share of customers lost"), "percent"),
    }
    for kpi in book.values():
        expression = kpi.expression(parameters)
        if not isinstance(expression, Atom):
            found[_anytime(expression)] = Named(kpi.name, kpi.unit)
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
    return formula_name(row.expression, names)


def formula_name(expression: Expression, names: Names) -> str:
    known = names.get(_anytime(expression))
    return str(known.name) if known else as_text(expression, atom_name)


def row_name(found: Explanation, row: ExplainedRow, names: Names) -> str:
    """What stands at the head of a row of the table."""
    if row.kind in ("factor", "term"):
        return factor_name(row, names)
    if row.kind == "asked":
        return _("What the goal asks for beyond before")
    if row.kind == "rest":
        return _("The %(count)d smallest, together") % {"count": found.joined}
    if row.kind == "alone":
        return alone_name(found, names)
    return value_name(found.by, row.key, row.label)


def alone_name(found: Explanation, names: Names) -> str:
    """ "Ad spend without New leads"."""
    if found.sides is None:
        return ""
    numerator = formula_name(found.sides.above, names)
    if len(numerator) > LONGEST:
        numerator = _("What stands")
    return _("%(numerator)s without %(denominator)s") % {
        "numerator": numerator,
        "denominator": formula_name(found.sides.below, names),
    }
